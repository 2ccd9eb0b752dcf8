using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>What the package offers is written down; a change of it is a line that somebody has looked at.</summary>
public sealed class PublicApiTests
{
    private const string Accept = "SEMBLANCE_ACCEPT_API";

    [Fact]
    public void The_public_interface_is_the_one_that_is_written_down()
    {
        string path = Repository.File("src/Semblance.Index/PublicApi.txt");
        IReadOnlyList<string> found = PublicApi.Of(typeof(Codes).Assembly);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(path, string.Concat(found.Select(line => line + "\n")));
        }

        string[] written = File.ReadAllLines(path);
        string[] change = [.. found.Except(written).Select(line => "+ " + line), .. written.Except(found).Select(line => "- " + line)];
        Assert.True(change.Length == 0, $"The public interface of Semblance.Index has changed:\n{string.Join('\n', change)}\nIf it was meant to, run the test once with {Accept}=1 and commit {path}; users of what went need a line in CHANGELOG.md.");
        Assert.Equal(found, written);
    }

    [Fact]
    public void Signatures_are_told_as_a_caller_writes_them()
    {
        IReadOnlyList<string> api = PublicApi.Of(typeof(Codes).Assembly);
        Assert.Contains("Semblance.Index.Codes: sealed class", api);
        Assert.Contains("Semblance.Index.Codes.FromBytes(ReadOnlySpan<byte> packed, int bits) -> Codes (static)", api);
        Assert.Contains("Semblance.Index.HammingIndex.Nearest(ReadOnlySpan<ulong> query, int k, SearchOptions? options = null) -> Neighbour[]", api);
        Assert.Contains("Semblance.Index.SearchOptions.Rows { get; init; } -> RowSet?", api);
        Assert.Contains("Semblance.Index.Codes.MaxBits = 65535", api);
    }
}
