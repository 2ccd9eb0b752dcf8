using System.Diagnostics;
using Semblance.Index.Files;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>The sample program, run as a stranger runs it.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task The_sample_runs_to_its_end_and_shows_what_it_says()
    {
        using TemporaryFolder folder = new();
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "HammingSearch.dll"), folder.File("sample")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await error);
        Assert.StartsWith("row 17 is 0 bits away", output, StringComparison.Ordinal);
        Assert.Contains("1000 queries found 5000 codes", output, StringComparison.Ordinal);
        Assert.Contains("photo-00017 is 0 bits away: favourite, odd {\"rating\": 5}", output, StringComparison.Ordinal);
        Assert.Contains("19999 items", output, StringComparison.Ordinal);
        Assert.Matches(@"\n[1-9]\d* groups of near-duplicates", output);
        Assert.Equal(20_000, FaissBinaryFile.Read(folder.File("sample/codes.faiss")).Codes.Count);
    }
}
