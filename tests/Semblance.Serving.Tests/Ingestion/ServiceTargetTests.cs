using System.Text.Json;
using Semblance.Deduplication;
using Semblance.Serving.Ingestion;
using Semblance.Serving.Stores;
using Semblance.Tests.Serving.Http;
using Xunit;

namespace Semblance.Tests.Serving.Ingestion;

/// <summary>A folder kept in step with a service, over HTTP.</summary>
public sealed class ServiceTargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Photos => _folder.File("photos");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_service_is_brought_into_step_as_an_index_is()
    {
        await using TestServer server = await TestServer.StartAsync([], PerceptualHash.Bits, configure: options => options.Images = Directory.CreateDirectory(_folder.File("kept")).FullName);
        await using ServiceTarget target = new(server.Client, null);
        FolderIngest ingest = new(Photos, target, new IngestOptions { TagFolders = true });
        DrawnImages.Write(Photos, "a.png", 1);
        DrawnImages.Write(Photos, "old é/b c.png", 2);
        DrawnImages.Write(Photos, "d.png", 3);
        File.WriteAllText(Path.Combine(Photos, "bad.png"), "no image");

        IngestReport first = await ingest.RunAsync(cancellation: Stop);
        Assert.Equal(3, first.Added);
        Assert.Contains("bad.png", Assert.Single(first.Refused), StringComparison.Ordinal);
        Assert.Equal(["old é"], Tags(await Item(server, "old é/b c.png")));
        Assert.Equal(CodeOf(2), (await Item(server, "old é/b c.png")).GetProperty("code").GetString());

        DrawnImages.Write(Photos, "a.png", 4);
        Directory.CreateDirectory(Path.Combine(Photos, "new"));
        File.Move(Path.Combine(Photos, "old é/b c.png"), Path.Combine(Photos, "new/b.png"));
        File.Delete(Path.Combine(Photos, "d.png"));
        FolderIngest again = new(Photos, target, new IngestOptions { TagFolders = true });
        IngestReport second = await again.RunAsync(cancellation: Stop);

        Assert.Equal((0, 1, 1, 1), (second.Added, second.Changed, second.Moved, second.Deleted));
        Assert.Equal(CodeOf(4), (await Item(server, "a.png")).GetProperty("code").GetString());
        Assert.Equal(["new"], Tags(await Item(server, "new/b.png")));
        (await server.GetAsync("/v1/items?id=d.png")).Problem(404);
        Assert.False((await again.RunAsync(cancellation: Stop)).Any);
    }

    [Fact]
    public async Task A_service_that_refuses_says_why()
    {
        await using TestServer server = await TestServer.StartAsync([], PerceptualHash.Bits, configure: options => options.ReadOnly = true);
        await using ServiceTarget target = new(server.Client, null);
        DrawnImages.Write(Photos, "a.png", 1);

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => new FolderIngest(Photos, target, new IngestOptions()).RunAsync(cancellation: Stop));
        Assert.Contains("reading only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_away_is_named()
    {
        await using ServiceTarget target = new("http://127.0.0.1:1", null);
        StoreUnavailableException away = await Assert.ThrowsAsync<StoreUnavailableException>(() => target.KnownAsync("", Stop));
        Assert.Contains("http://127.0.0.1:1 does not answer", away.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> Item(TestServer server, string id) => (await server.GetAsync($"/v1/items?id={Uri.EscapeDataString(id)}")).Done();

    private static IEnumerable<string?> Tags(JsonElement item) => item.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString());

    private static string CodeOf(int number)
    {
        Assert.True(PerceptualHash.TryOf(DrawnImages.Png(number), out ulong[]? code, out _));
        return Convert.ToHexStringLower(System.Runtime.InteropServices.MemoryMarshal.AsBytes(code.AsSpan())[..(PerceptualHash.Bits / 8)]);
    }
}
