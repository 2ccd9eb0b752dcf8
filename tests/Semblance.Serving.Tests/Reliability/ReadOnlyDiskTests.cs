using System.Net;
using Semblance.Bench.Serving;
using Semblance.Index;
using Semblance.Tests.Cli;
using Xunit;

namespace Semblance.Tests.Serving.Reliability;

/// <summary>A service whose index lies on a disk that is mounted for reading only.</summary>
public sealed class ReadOnlyDiskTests : IDisposable
{
    // In a name space of its own, so that only the service sees the folder as one that cannot be written.
    private const string ForReading = """mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && "$@" """;

    private readonly TemporaryFolder _folder = new();

    private string Index => _folder.File("photos.index");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_served_for_reading_and_a_writer_is_told_why_it_is_not()
    {
        LiveIndex.Create(Index, new LiveIndexOptions { Bits = 64, Ids = IdKind.Text }).Dispose();
        string[] launcher = ["unshare", "--map-root-user", "--mount", "sh", "-c", ForReading, _folder.Path];
        Assert.SkipUnless(OperatingSystem.IsLinux() && FullDiskTests.Succeeds([.. launcher, "true"]), "This system does not let a process mount a folder of its own with unshare.");

        Ended refused = CliProcess.RunInShell($"unshare --map-root-user --mount bash -c '{ForReading}' '{_folder.Path}'", "serve", "--index", Index, "--port", "0");
        refused.Refused(3, "its file system is read-only", "add --read-only");
        Assert.DoesNotContain("another writer", refused.Error, StringComparison.Ordinal);

        using ServerProcess server = ServerProcess.Behind([.. launcher, "exec"], "--index", Index, "--read-only");
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/") };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("v1/info", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }
}
