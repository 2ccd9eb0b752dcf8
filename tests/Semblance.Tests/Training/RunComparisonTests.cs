using System.Text.Json;
using Semblance.Reports;
using Semblance.Training.Comparison;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class RunComparisonTests : IDisposable
{
    private readonly KeptRuns kept = new();

    public void Dispose() => kept.Dispose();

    [Fact]
    public void Seeds_of_one_method_are_one_row_with_the_interval_of_their_mean()
    {
        RunComparison comparison = RunComparison.Of([kept.Hash("hhf", 16, 0, 0.50), kept.Hash("hhf", 16, 1, 0.54), kept.Hash("hhf", 16, 2, 0.58)]);

        RunRow row = comparison.Tables.Single().Rows[0];
        ComparedScore map = row.Scores[0];
        Assert.Equal(("hhf", 16, "0,1,2", "mAP", KeptRuns.Protocol), (row.Method, row.Bits, string.Join(',', row.Seeds), map.Metric, map.Protocol));
        Assert.Equal(0.54, map.Mean, 12);
        // Standard deviation 0.04, two degrees of freedom.
        Assert.Equal(4.302652730 * 0.04 / Math.Sqrt(3), map.Interval95!.Value, 9);
        Assert.Equal((0.52, 0.57), (Math.Round(map.Ties!.Low, 9), Math.Round(map.Ties.High, 9)));
        Assert.Empty(comparison.Notes);
        Assert.Single(row.Scores, score => score.Metric == "mAP");
    }

    [Fact]
    public void One_seed_has_no_interval_and_the_page_says_so()
    {
        RunComparison comparison = RunComparison.Of([kept.Hash("hhf", 16, 0, 0.5)]);

        Assert.Null(comparison.Tables[0].Rows[0].Scores[0].Interval95);
        Assert.Contains("no interval", HtmlComparison.Render(HtmlRunComparison.Report(comparison)), StringComparison.Ordinal);
    }

    [Fact]
    public void Bits_are_rows_of_one_method_and_names_may_say_bits_and_seed()
    {
        RunComparison comparison = RunComparison.Of([kept.Hash("a-16-0", 16, 0, 0.4), kept.Hash("a-32-seed1", 32, 1, 0.5), kept.Hash("b", 32, 0, 0.6)]);

        Assert.Equal(["b 32", "a 16", "a 32", "ITQ of pixels 16", "ITQ of pixels 32"], comparison.Tables.Single().Rows.Select(row => $"{row.Method} {row.Bits}"));
    }

    [Fact]
    public void A_run_of_nothing_but_baselines_gives_its_baselines()
    {
        string untrained = kept.Hash("untrained", 16, 0, 0.9, "u");
        string scores = Path.Combine(untrained, "scores.json");
        File.WriteAllText(scores, JsonSerializer.Serialize(JsonDocument.Parse(File.ReadAllText(scores)).RootElement.EnumerateArray().Where(model => model.GetProperty("isBaseline").GetBoolean())));

        RunComparison comparison = RunComparison.Of([untrained, kept.Hash("hhf", 32, 0, 0.5)]);

        Assert.Equal(["hhf 32", "ITQ of pixels 16", "ITQ of pixels 32"], comparison.Tables.Single().Rows.Select(row => $"{row.Method} {row.Bits}"));
        Assert.Contains("ITQ of pixels", HtmlComparison.Render(HtmlRunComparison.Report(comparison)), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_go_with_the_code_length_make_no_other_method_and_others_do()
    {
        RunComparison tuned = RunComparison.Of([kept.Hash("a", 16, 0, 0.4, extra: "steps: 10"), kept.Hash("a", 32, 0, 0.5, extra: "steps: 20")]);
        RunComparison other = RunComparison.Of([kept.Hash("b", 16, 0, 0.4, "b1", extra: "optimizer: { lr: 0.1 }"), kept.Hash("b", 16, 0, 0.5, "b2", extra: "optimizer: { lr: 0.2 }")]);

        Assert.Equal(["a", "a"], tuned.Tables[0].Rows.Where(row => !row.IsBaseline).Select(row => row.Method));
        Assert.Equal(["b (lr=0.2)", "b (lr=0.1)"], other.Tables[0].Rows.Where(row => !row.IsBaseline).Select(row => row.Method));
        ComparedTexts settings = HtmlRunComparison.Report(tuned).Tables[0].Settings!;
        Assert.Equal(["steps", "10 (16 bits); 20 (32 bits)"], settings.Rows.Single());
        Assert.Equal(["optimizer.lr", "0.2", "0.1"], HtmlRunComparison.Report(other).Tables[0].Settings!.Rows.Single());
    }

    [Fact]
    public void Scores_of_different_protocols_stand_in_different_tables_and_it_is_said()
    {
        string elsewhere = KeptRuns.Protocol.Replace("photos:480", "photos:999", StringComparison.Ordinal);
        RunComparison comparison = RunComparison.Of([kept.Hash("a", 16, 0, 0.4), kept.Hash("b", 16, 0, 0.9, protocol: elsewhere)]);

        Assert.Equal([KeptRuns.Protocol, elsewhere], comparison.Tables.Select(table => table.Protocol));
        Assert.Equal(["a", "b"], comparison.Tables.Select(table => table.Rows.Single(row => !row.IsBaseline).Method));
        Assert.All(comparison.Tables, table => Assert.All(table.Rows.SelectMany(row => row.Scores).Where(score => score.Metric == "mAP"), score => Assert.Equal(table.Protocol, score.Protocol)));
        string note = Assert.Single(comparison.Notes);
        Assert.Contains("db (photos:480 or photos:999)", note, StringComparison.Ordinal);
        Assert.Contains("do not compare", note, StringComparison.Ordinal);
        Assert.Equal(["scores", "scores-2"], HtmlRunComparison.Report(comparison).Tables.Select(table => table.Name));
    }

    [Fact]
    public void A_baseline_stands_once_for_each_code_length_and_a_differing_one_is_told()
    {
        string first = kept.Hash("a", 16, 0, 0.4), second = kept.Hash("b", 16, 0, 0.5);
        RunComparison same = RunComparison.Of([first, second, kept.Hash("a", 32, 0, 0.4)]);
        string scores = Path.Combine(second, "scores.json");
        File.WriteAllText(scores, File.ReadAllText(scores).Replace("0.266", "0.31", StringComparison.Ordinal));
        RunComparison differing = RunComparison.Of([first, second]);

        Assert.Equal([16, 32], same.Tables[0].Rows.Where(row => row.IsBaseline).Select(row => row.Bits!.Value));
        Assert.Empty(same.Notes);
        Assert.Contains("ITQ of pixels is another", Assert.Single(differing.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_of_each_code_length_is_marked_and_a_lone_one_is_not()
    {
        RunComparison comparison = RunComparison.Of([kept.Hash("a", 16, 0, 0.4), kept.Hash("b", 16, 0, 0.5), kept.Hash("a", 32, 0, 0.6)]);

        ComparedScores table = HtmlRunComparison.Report(comparison).Tables[0];
        Assert.Equal(["b 16"], table.Rows.Where(row => row.Cells[0].IsBest).Select(row => $"{row.Name} {row.Bits}"));
    }

    [Fact]
    public void Runs_of_embeddings_are_compared_by_recall()
    {
        RunComparison comparison = RunComparison.Of([kept.Embedding("a", 0, 0.5), kept.Embedding("a", 1, 0.6), kept.Embedding("b", 0, 0.7)]);

        Assert.Equal(("Recall@1", "b,a"), (comparison.Metric, string.Join(',', comparison.Tables.Single().Rows.Select(row => row.Method))));
        Assert.Equal(["Recall@1", "Recall@2", "mAP"], comparison.Tables[0].Rows[0].Scores.Select(score => score.Metric));
        ComparedChart chart = Assert.Single(HtmlRunComparison.Report(comparison).Tables[0].Charts.SelectMany(charts => charts.Charts));
        Assert.Equal(["1", "2"], chart.Places);
    }

    [Fact]
    public void Codes_beside_embeddings_share_a_page_but_no_table()
    {
        RunComparison comparison = RunComparison.Of([kept.Hash("codes", 16, 0, 0.5), kept.Embedding("rows", 0, 0.5)]);

        Assert.Equal(("Recall@1", 2), (comparison.Metric, comparison.Tables.Count));
        Assert.Contains(comparison.Notes, note => note.Contains("2 protocols", StringComparison.Ordinal));
    }

    [Fact]
    public void Curves_are_averaged_over_seeds_and_what_is_unknown_is_passed_over()
    {
        RunComparison comparison = RunComparison.Of([kept.Hash("a", 16, 0, 0.4), kept.Hash("a", 16, 1, 0.6)]);

        ComparedScores table = HtmlRunComparison.Report(comparison).Tables[0];
        ComparedChart byRadius = table.Charts.SelectMany(charts => charts.Charts).Single(chart => chart.Id == "by-radius-16");
        Assert.All(byRadius.Lines.Single().Y, precision => Assert.Equal(0.5, precision, 9));
        Assert.Equal(17, byRadius.Lines.Single().X.Count);
        ComparedChart precisionAt = table.Charts.SelectMany(charts => charts.Charts).Single(chart => chart.Id.StartsWith("precision-at", StringComparison.Ordinal));
        Assert.Equal([0.6, 0.5, 0.25], precisionAt.Lines.Single().Y.Select(value => Math.Round(value, 9)));
        Assert.Equal(["imbalance", "dead bits", "empty balls, radius 2", "what comes later"], table.Statistics.Single().Cells.Select(cell => cell.Metric));
        Assert.Equal(["q/1.png", "q/2.png"], table.Gallery!.Groups.Select(group => group.Note));
    }

    [Fact]
    public void A_run_without_details_is_shown_with_what_it_has_and_named()
    {
        string old = kept.Hash("old", 16, 0, 0.4, details: false);
        RunComparison comparison = RunComparison.Of([old, kept.Hash("new", 16, 0, 0.5)]);

        Assert.Contains(old, Assert.Single(comparison.Notes), StringComparison.Ordinal);
        ComparedScores table = HtmlRunComparison.Report(comparison).Tables[0];
        Assert.Equal(["new", "old"], table.Rows.Where(row => !row.IsBaseline).Select(row => row.Name));
        Assert.Equal(["new"], table.Statistics.Select(row => row.Name));
        Assert.All(table.Charts.SelectMany(charts => charts.Charts), chart => Assert.DoesNotContain(chart.Lines, line => line.Name == "old"));
    }

    [Fact]
    public void Two_runs_of_one_seed_are_refused_by_name()
    {
        string first = kept.Hash("a", 16, 0, 0.4, "first"), second = kept.Hash("a", 16, 0, 0.5, "second");

        string refused = Assert.Throws<InvalidDataException>(() => RunComparison.Of([first, second])).Message;

        Assert.Contains($"{first} and {second} are both seed 0 of a at 16 bits", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_has_not_ended_is_refused_or_left_out()
    {
        string good = kept.Hash("a", 16, 0, 0.4), begun = kept.Write("begun", "name: begun\nseed: 0\n", null, null);

        Assert.Contains($"{begun} has no scores.json", Assert.Throws<InvalidDataException>(() => RunComparison.Of([good, begun])).Message, StringComparison.Ordinal);
        RunComparison partial = RunComparison.Of([good, begun], new() { Partial = true });
        Assert.Single(partial.Runs);
        Assert.Contains(begun, Assert.Single(partial.Notes), StringComparison.Ordinal);
        Assert.Contains("None of the 1 runs has ended", Assert.Throws<InvalidDataException>(() => RunComparison.Of([begun], new() { Partial = true })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_that_a_run_lacks_and_runs_without_a_common_one_are_refused()
    {
        string hash = kept.Hash("a", 16, 0, 0.4);
        string other = kept.Write("other", "name: other\nseed: 0\n", [new("other", false, [new("accuracy", 0.9, "pairs")])], null);

        Assert.Contains("no score in common", Assert.Throws<InvalidDataException>(() => RunComparison.Of([hash, other])).Message, StringComparison.Ordinal);
        Assert.Contains($"--metric names accuracy, which {hash} did not measure", Assert.Throws<ArgumentException>(() => RunComparison.Of([hash], new() { Metric = "accuracy" })).Message, StringComparison.Ordinal);
        Assert.Equal("precision@10", RunComparison.Of([hash], new() { Metric = "Precision@10" }).Metric);
        Assert.Throws<ArgumentException>(() => RunComparison.Of([]));
    }

    [Fact]
    public void Damaged_details_are_named()
    {
        string run = kept.Hash("a", 16, 0, 0.4);
        string file = Path.Combine(run, "details.json");
        foreach ((string text, string said) in (ValueTuple<string, string>[])[("{", "is not a file of details"), ("{\"version\":1}", "is not a file of details"), ("{\"version\":2,\"models\":[],\"gallery\":null}", "version 2")])
        {
            File.WriteAllText(file, text);
            string refused = Assert.Throws<InvalidDataException>(() => RunComparison.Of([run])).Message;
            Assert.Contains(file, refused, StringComparison.Ordinal);
            Assert.Contains(said, refused, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Runs_are_found_by_folder_parent_and_pattern_each_once()
    {
        string a = kept.Hash("a", 16, 0, 0.4), b = kept.Hash("b", 16, 0, 0.4);
        Directory.CreateDirectory(kept.File("empty"));

        Assert.Equal([a, b], RunFinder.Find([kept.Root, a]));
        Assert.Equal([b, a], RunFinder.Find([b, Path.Combine(kept.Root, "?-1*")]));
        Assert.Contains("holds no run", Assert.Throws<InvalidDataException>(() => RunFinder.Find([kept.File("empty")])).Message, StringComparison.Ordinal);
        Assert.Contains("is not there", Assert.Throws<InvalidDataException>(() => RunFinder.Find([kept.File("nowhere")])).Message, StringComparison.Ordinal);
        Assert.Contains("matches no folder", Assert.Throws<InvalidDataException>(() => RunFinder.Find([kept.File("x*")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_and_csv_hold_every_row_and_the_values_of_the_seeds()
    {
        RunComparison comparison = RunComparison.Of([kept.Hash("a, b", 16, 0, 0.4, "x"), kept.Hash("a, b", 16, 1, 0.6, "y")]);

        using JsonDocument json = JsonDocument.Parse(comparison.ToJson());
        JsonElement map = json.RootElement.GetProperty("tables")[0].GetProperty("rows")[0].GetProperty("scores")[0];
        Assert.Equal((2, 0.5), (map.GetProperty("values").GetArrayLength(), map.GetProperty("mean").GetDouble()));
        Assert.False(json.RootElement.TryGetProperty("runs", out _));
        string[] lines = comparison.ToCsv().TrimEnd().Split('\n');
        Assert.Equal("table,method,bits,baseline,metric,seeds,mean,low95,high95,ties_low,ties_high,protocol", lines[0]);
        Assert.StartsWith("1,\"a, b\",16,0,mAP,2,0.50000,-0.77062,1.77062,0.48000,0.53000,\"query=", lines[1], StringComparison.Ordinal);
        Assert.Equal(1 + comparison.Tables[0].Rows.Sum(row => row.Scores.Count), lines.Length);
    }

    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(10, 2.2281)]
    [InlineData(11, 2.2010)]
    [InlineData(20, 2.0860)]
    [InlineData(120, 1.9799)]
    public void Students_distribution_is_that_of_the_tables(int freedom, double quantile) => Assert.Equal(quantile, StudentT.Quantile975(freedom), 4);
}
