using System.Text.Json;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Images;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>What goes wrong behind the service becomes the right status, a sentence and nothing of the inside.</summary>
public sealed class FaultTests
{
    private const string Search = """{"code": "000102030405060708090a0b"}""";

    public static TheoryData<string, int, string> Faults => new()
    {
        { "unavailable", 503, "db.example does not answer. Start it." },
        { "full", 507, "the disk of the server is full" },
        { "full within", 507, "the disk of the server is full" },
        { "damaged", 500, "this is a fault of the server. Its log has the reason under the request id." },
        { "bug", 500, "this is a fault of the server" },
        { "closed", 503, "the service is stopping" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_of_the_store_is_told(string kind, int status, string said)
    {
        await using FaultyStore store = new(kind);
        await using TestServer server = await TestServer.StartAsync(configure: options => options.Store = store);
        foreach (Reply reply in new[] { await server.PostAsync("/v1/search/code", Search), await server.GetAsync("/v1/items?id=a"), await server.PutAsync("/v1/items?id=a", Search) })
        {
            Assert.Contains(said, reply.Problem(status), StringComparison.Ordinal);
            Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
            Assert.Equal(status == 503, reply.Message.Headers.RetryAfter is not null);
            string id = reply.Json.GetProperty("requestId").GetString()!;
            Assert.Contains(server.Log.All, line => line.Contains(id, StringComparison.Ordinal) && line.StartsWith(status == 500 ? "Error" : "Warning", StringComparison.Ordinal) && line.Contains(kind == "unavailable" ? "db.example" : "secret", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_makes_the_service_unready_and_not_dead()
    {
        await using FaultyStore store = new("unavailable");
        await using TestServer server = await TestServer.StartAsync(configure: options => options.Store = store);
        Assert.Contains("does not answer", (await server.GetAsync("/health/ready")).Problem(503), StringComparison.Ordinal);
        (await server.GetAsync("/health/live")).Done();
        Assert.Equal(200, (await server.GetAsync("/metrics")).Status);
    }

    [Fact]
    public async Task A_busy_encoder_asks_to_come_back()
    {
        await using TestServer server = await TestServer.StartAsync(configure: options => options.Encoder = new BusyEncoder());
        using ByteArrayContent image = new([1, 2, 3]) { Headers = { ContentType = new("image/png") } };
        Reply reply = await server.SendAsync(HttpMethod.Post, "/v1/search/image", image);
        Assert.Contains("7 images wait", reply.Problem(503), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(3), reply.Message.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_service_that_only_reads_refuses_writes()
    {
        await using TestServer server = await TestServer.StartAsync([new Item("a", new ulong[] { 1, 0 })], configure: options => options.ReadOnly = true);
        Assert.Contains("open for reading only", (await server.PutAsync("/v1/items?id=a", Search)).Problem(403), StringComparison.Ordinal);
        Assert.Contains("open for reading only", (await server.SendAsync(HttpMethod.Delete, "/v1/items?id=a")).Problem(403), StringComparison.Ordinal);
        Assert.Contains("open for reading only", (await server.PostAsync("/v1/items/batch", """{"delete": ["a"]}""")).Problem(403), StringComparison.Ordinal);
        JsonElement info = (await server.GetAsync("/v1/info")).Done();
        Assert.False(info.GetProperty("features").GetProperty("write").GetBoolean());
        Assert.True(info.GetProperty("store").GetProperty("readOnly").GetBoolean());
        (await server.PostAsync("/v1/search/code", Search)).Done();
    }

    [Fact]
    public async Task Images_are_refused_where_no_model_belongs_to_the_codes()
    {
        await using TestServer server = await TestServer.StartAsync(bits: 64);
        using ByteArrayContent image = new([1, 2, 3]) { Headers = { ContentType = new("image/png") } };
        Assert.Contains("no model that belongs to its codes", (await server.SendAsync(HttpMethod.Post, "/v1/search/image", image)).Problem(409), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await server.GetAsync("/v1/info")).Done().GetProperty("encoder").ValueKind);
    }

    /// <summary>A store whose every call fails.</summary>
    private sealed class FaultyStore(string kind) : ISearchStore
    {
        public string Name => "faulty";

        public int Bits => 96;

        public IdKind Ids => IdKind.Text;

        public bool ReadOnly => false;

        public Task<IReadOnlyList<StoreAnswer>> SearchAsync(Codes queries, StoreSearch search, CancellationToken cancellation = default) => throw Fault();

        public Task<Item?> FindAsync(ItemId id, CancellationToken cancellation = default) => throw Fault();

        public IAsyncEnumerable<Item> ItemsAsync(ItemId? after = null, CancellationToken cancellation = default) => throw Fault();

        public Task<int> UpsertAsync(IReadOnlyCollection<Item> items, CancellationToken cancellation = default) => throw Fault();

        public Task<int> DeleteAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellation = default) => throw Fault();

        public Task<StoreInfo> InfoAsync(CancellationToken cancellation = default) => throw Fault();

        public Task<EncodedNote?> NoteAsync(CancellationToken cancellation = default) => Task.FromResult<EncodedNote?>(new EncodedNote("run", "other", "", []));

        public Task SetNoteAsync(EncodedNote note, CancellationToken cancellation = default) => throw Fault();

        public Task CheckAsync(CancellationToken cancellation = default) => throw Fault();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private Exception Fault() => kind switch
        {
            "unavailable" => new StoreUnavailableException("db.example does not answer. Start it."),
            "full" => Full(),
            "full within" => new SemblanceException("secret.log cannot be written", Full()),
            "damaged" => new InvalidDataException("/secret/path/segment 3 is damaged."),
            "bug" => new InvalidOperationException("secret"),
            _ => new ObjectDisposedException("secret"),
        };

        private static IOException Full() => new("secret: no space left on device", 28);
    }

    private sealed class BusyEncoder : IImageEncoder
    {
        public int Bits => 96;

        public EncodedNote Note { get; } = new("busy", "busy", "", []);

        public Task<ReadOnlyMemory<ulong>> EncodeAsync(ReadOnlyMemory<byte> image, string name, ImageRegion? region = null, CancellationToken cancellation = default) =>
            throw new EncoderBusyException("7 images wait already. Try again later.", TimeSpan.FromSeconds(2.5));

        public ValueTask DisposeAsync() => throw new InvalidOperationException("the encoder is the caller's.");
    }
}
