using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Semblance.Bench.Serving;
using Semblance.Deduplication;
using Semblance.Index;
using Semblance.Tests.Serving.Ingestion;
using Xunit;

namespace Semblance.Tests.Serving.Reliability;

/// <summary>A service whose disk is really full.</summary>
public sealed class FullDiskTests : IDisposable
{
    // A name space of its own lets a process mount a disk that nobody else sees and that goes with it. Two of its four megabytes are taken, to be given back.
    private const string OnSmallDisk = """mount -t tmpfs -o size=4m none "$0" && cp -r "$1" "$0/index" && mkdir "$0/images" && head -c 2000000 /dev/zero >"$0/filler" && shift && exec "$@" """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Writes_are_refused_and_searches_answered_until_there_is_room()
    {
        string disk = Directory.CreateDirectory(_folder.File("disk")).FullName, index = _folder.File("empty.index");
        LiveIndex.Create(index, new LiveIndexOptions { Bits = PerceptualHash.Bits, Ids = IdKind.Text }).Dispose();
        string[] launcher = ["unshare", "--map-root-user", "--mount", "sh", "-c", OnSmallDisk, disk, index];
        Assert.SkipUnless(OperatingSystem.IsLinux() && Succeeds([.. launcher, "true"]), "This system does not let a process mount a disk of its own with unshare.");

        using ServerProcess server = ServerProcess.Behind(launcher, "--index", $"{disk}/index", "--images", $"{disk}/images");
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/") };
        Dictionary<string, string> acknowledged = await FillAsync(client);
        Refused(await PutImageAsync(client));
        await HoldsAsync(client, acknowledged);

        File.Delete($"/proc/{server.Id}/root{disk}/filler");
        (HttpStatusCode status, string text) = await PutAsync(client, "room", CodeOf(7));
        Assert.True(status == HttpStatusCode.Created, text);
        acknowledged.Add("room", CodeOf(7));
        Assert.Equal(HttpStatusCode.Created, (await PutImageAsync(client)).Status);
        acknowledged.Add("drawn.png", await CodeAsync(client, "drawn.png"));
        await HoldsAsync(client, acknowledged);
    }

    /// <summary>Writes until a write is refused.</summary>
    private static async Task<Dictionary<string, string>> FillAsync(HttpClient client)
    {
        Dictionary<string, string> acknowledged = [];
        for (int item = 0; item < 2000; item++)
        {
            (HttpStatusCode status, string text) = await PutAsync(client, $"item {item}", CodeOf(item));
            if (status != HttpStatusCode.Created)
            {
                Refused((status, text));
                Assert.NotEmpty(acknowledged);
                return acknowledged;
            }
            acknowledged.Add($"item {item}", CodeOf(item));
        }
        throw new InvalidOperationException("the disk was never full.");
    }

    private static void Refused((HttpStatusCode Status, string Text) answer)
    {
        Assert.True(answer.Status == HttpStatusCode.InsufficientStorage, $"{answer.Status}: {answer.Text}");
        Assert.Contains("the disk of the server is full", answer.Text, StringComparison.Ordinal);
    }

    private static async Task HoldsAsync(HttpClient client, Dictionary<string, string> acknowledged)
    {
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("health/ready", UriKind.Relative), Stop)).StatusCode);
        using MixedLoad load = new(client.BaseAddress!.Port, TimeSpan.Zero);
        Assert.Equal(acknowledged.OrderBy(pair => pair.Key, StringComparer.Ordinal), (await load.HeldAsync(Stop)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        using StringContent search = new($$"""{"code": "{{CodeOf(3)}}", "k": 1}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage found = await client.PostAsync(new Uri("v1/search/code", UriKind.Relative), search, Stop);
        Assert.Contains("\"item 3\"", await found.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Text)> PutAsync(HttpClient client, string id, string code)
    {
        using StringContent item = new($$"""{"code": "{{code}}", "payload": {"text": "{{new string('x', 20_000)}}"} }""", Encoding.UTF8, "application/json");
        return await SendAsync(client, id, item);
    }

    private static async Task<(HttpStatusCode Status, string Text)> PutImageAsync(HttpClient client)
    {
        using ByteArrayContent image = new([.. DrawnImages.Png(1), .. new byte[200_000]]) { Headers = { ContentType = new("image/png") } };
        using MultipartFormDataContent form = new() { { image, "image", "drawn.png" } };
        return await SendAsync(client, "drawn.png", form);
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient client, string id, HttpContent content)
    {
        using HttpResponseMessage response = await client.PutAsync(new Uri($"v1/items?id={Uri.EscapeDataString(id)}", UriKind.Relative), content, Stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    private static async Task<string> CodeAsync(HttpClient client, string id)
    {
        using JsonDocument item = JsonDocument.Parse(await client.GetStringAsync(new Uri($"v1/items?id={id}", UriKind.Relative), Stop));
        return item.RootElement.GetProperty("code").GetString()!;
    }

    private static string CodeOf(int item) => string.Create(CultureInfo.InvariantCulture, $"{item:x4}{item * 7919:x8}000000000000");

    /// <summary>Whether a command can be run, and ends with 0.</summary>
    internal static bool Succeeds(string[] command)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(command[0], [.. command[1..]]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
