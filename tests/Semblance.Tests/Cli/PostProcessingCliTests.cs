using System.Text.Json;
using Semblance.Tests.Training;
using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Cli;

/// <summary>Whitening, expansion, re-ranking and clusters from the command line, and whitening taken along to a search.</summary>
public sealed class PostProcessingCliTests
{
    [Fact]
    public void A_run_is_measured_in_further_ways_and_its_whitening_is_searched_with()
    {
        using TinyRun tiny = new();
        string run = tiny.File("run"), codes = tiny.File("rows");
        TrainingRun.Run(tiny.Load("model.head=embedding", "model.dim=16", "model.bits=null", "validate.metric=recall@1", "objective=[{loss: multi-similarity}]", "optimizer.groups=[]", "steps=6"), run, false, new Heard());

        Ended refused = CliProcess.Run("evaluate", run, "--whiten", "400");
        Ended measured = CliProcess.Run("evaluate", run, "--clusters", "--whiten", "4", "--expand", "3", "--rerank", "5", "--reciprocal", "4", "--json").Done();
        Ended table = CliProcess.Run("evaluate", run, "--clusters").Done();

        refused.Refused(3, "whitening to 400 dimensions", "16 or fewer");
        ModelScores[] rows = ScoresOf(measured);
        Assert.Equal(5, rows.Length);
        string[] posts = ["", "/post=whiten-4-train", "/post=whiten-4-train+expand-3-alpha-3", "+hamming-top-5-by-cosine", "+reciprocal-4-6-0.3-top-100"];
        Assert.All(rows.Zip(posts), pair => Assert.All(pair.First.Scores, score => Assert.EndsWith(pair.Second, score.Protocol, StringComparison.Ordinal)));
        Assert.All(rows[0].Scores, score => Assert.DoesNotContain("post=", score.Protocol, StringComparison.Ordinal));
        Assert.Contains(rows[1].Scores, score => score.Name == "NMI");
        Assert.All(rows, row => Assert.True(row.Queries > 0 && row.QueriesWithoutPositives == 0));
        Assert.Contains("NMI", table.Output, StringComparison.Ordinal);
        Assert.Contains(" queries, 0 of them without a relevant image in the database.", table.Output, StringComparison.Ordinal);

        CliProcess.Run("encode", run, tiny.Images, "--out", codes, "--whiten").Done();
        string image = Directory.EnumerateFiles(tiny.Images, "*", SearchOption.AllDirectories).First();
        Ended found = CliProcess.Run("search", codes, image, "--model", run, "-k", "1", "--json").Done();
        using JsonDocument answer = JsonDocument.Parse(found.Output);
        Assert.EndsWith(answer.RootElement[0].GetProperty("hits")[0].GetProperty("id").GetString()!, image, StringComparison.Ordinal);
        Assert.Contains("4 dimensions", CliProcess.Run("index", "info", codes).Done().Output, StringComparison.Ordinal);

        CliProcess.Run("evaluate", run, "--whiten", "3").Done();
        CliProcess.Run("search", codes, image, "--model", run).Refused(3, "of a later evaluation");
        CliProcess.Run("evaluate", run, "--set", "evaluation.whiten={dimensions: 4, fit: database}").Done();
    }

    private static JsonSerializerOptions Web { get; } = new(JsonSerializerDefaults.Web);

    private static ModelScores[] ScoresOf(Ended ended) => JsonSerializer.Deserialize<ModelScores[]>(ended.Output, Web)!;
}
