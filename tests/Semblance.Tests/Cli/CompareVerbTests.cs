using System.Text.Json;
using Semblance.Tests.Training;
using Xunit;

namespace Semblance.Tests.Cli;

public sealed class CompareVerbTests : IDisposable
{
    private readonly KeptRuns kept = new();

    public void Dispose() => kept.Dispose();

    [Fact]
    public void A_folder_of_runs_becomes_a_page_and_a_table()
    {
        kept.Hash("hhf", 16, 0, 0.5);
        kept.Hash("hhf", 16, 1, 0.6);
        string page = kept.File("out.html");

        Ended ended = CliProcess.Run("compare", kept.Root, "--out", page, "--title", "Mine & yours").Done();

        Assert.Contains("0.550 ± 0.635", ended.Output, StringComparison.Ordinal);
        Assert.Contains(KeptRuns.Protocol, ended.Output, StringComparison.Ordinal);
        Assert.EndsWith($"page: {page}\n", ended.Output, StringComparison.Ordinal);
        Assert.Contains("<h1>Mine &amp; yours</h1>", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_and_csv_are_all_that_standard_output_holds()
    {
        string run = kept.Hash("hhf", 16, 0, 0.5), page = kept.File("out.html");

        using JsonDocument json = JsonDocument.Parse(CliProcess.Run("compare", run, "--out", page, "--json").Done().Output);
        string csv = CliProcess.Run("compare", run, "--out", page, "--csv").Done().Output;

        Assert.Equal("mAP", json.RootElement.GetProperty("metric").GetString());
        Assert.StartsWith("table,method,bits", csv, StringComparison.Ordinal);
        Assert.True(File.Exists(page));
    }

    [Fact]
    public void What_is_wrong_with_the_runs_is_said_with_the_code_of_the_documents()
    {
        string good = kept.Hash("a", 16, 0, 0.4), begun = kept.Write("begun", "name: begun\nseed: 0\n", null, null), page = kept.File("out.html");
        Directory.CreateDirectory(kept.File("empty"));

        CliProcess.Run("compare", good, kept.File("empty"), "--out", page).Refused(3, "empty holds no run");
        CliProcess.Run("compare", good, begun, "--out", page).Refused(3, begun, "--partial");
        CliProcess.Run("compare", good, "--metric", "recal@1", "--out", page).Refused(2, "--metric names recal@1", "Recall@1");
        CliProcess.Run("compare", good, "--csv", "--json", "--out", page).Refused(2, "Ask for one");
        Assert.False(File.Exists(page));
        CliProcess.Run("compare", good, begun, "--partial", "--out", page).Done();
    }
}
