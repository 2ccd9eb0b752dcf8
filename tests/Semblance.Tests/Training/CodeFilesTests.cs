using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Index;
using Semblance.Index.Files;
using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>Scores of codes that stand in files.</summary>
public sealed class CodeFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Files_score_as_codes_in_memory()
    {
        (string queries, string database) = (Write("q.codes", 40, 1), Write("db.codes", 500, 2));
        EvaluationRecipe evaluation = EvaluationRecipe.OfSettings(["evaluation.map-at=[all, 50]", "evaluation.precision-at=[7]", "evaluation.map-denominator=all-relevant", "evaluation.zero-hits=drop", "evaluation.radius=6"]);

        ScoredModel scored = CodeFiles.Score(queries, database, evaluation);

        CodesFile q = CodesFile.Read(queries), db = CodesFile.Read(database);
        HashScores expected = HashEvaluation.Run(
            new LabelledCodes(q.Codes, LabelledItems.FromFile("q-40", q.Items)), new LabelledCodes(db.Codes, LabelledItems.FromFile("db", db.Items)),
            new() { Cutoffs = [50, 7], RecallAt = [1, 2, 4, 8], Denominator = ApDenominator.AllRelevant, ZeroHits = ZeroHitRule.Drop, Radius = 6 });
        Assert.All(scored.Scores, score => Assert.Equal(Assert.Single(expected.Scores(), other => other.Name == score.Name && other.ProtocolId == score.ProtocolId).Value, score.Value, 1e-12));
        Assert.Equal(expected.Scores().Where(score => score.Name != "mAP@7").Select(score => (score.Name, score.ProtocolId)), scored.Scores.Select(score => (score.Name, score.ProtocolId)));
        Assert.Contains(scored.Scores, score => score.Name == "mAP@50" && score.ProtocolId.Contains("cut=top-50,over-all-relevant/ties=optimistic/zero=dropped", StringComparison.Ordinal));
        Assert.Contains(scored.Headlines(), score => score.Name == "precision@7");
        Assert.DoesNotContain("evaluation", ScoresFile.ToJson([scored]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_statistics_of_codes_stand_beside_the_scores()
    {
        ScoredModel scored = CodeFiles.Score(null, Write("db.codes", 500, 2), EvaluationRecipe.OfSettings([]));
        string path = folder.File("scores.json");
        File.WriteAllText(path, ScoresFile.ToJson([scored]));

        CodeStatistics codes = ScoresFile.Read(path)[0].Codes!;

        Assert.Equal((24, 500, 0), (codes.Bits, codes.Count, codes.DeadBits.Count));
        Assert.Equal(500 * 499, codes.RelevantPairs.Sum() + codes.IrrelevantPairs.Sum());
        Assert.Equal(25, codes.ByRadius.At.Count);
        Assert.Equal(1, codes.ByRank!.At[0]);
        Assert.Equal(500, codes.ByRank.At[^1]);
        Assert.True(codes.ByRank.At.Zip(codes.ByRank.At.Skip(1)).All(pair => pair.First < pair.Second));
        Assert.Null(codes.QuantisationError);
    }

    [Fact]
    public void A_file_alone_has_each_code_search_the_others()
    {
        ScoredModel scored = CodeFiles.Score(null, Write("db.codes", 60, 2), EvaluationRecipe.OfSettings([]));

        Assert.All(scored.Scores, score => Assert.Contains("/overlap=excluded", score.ProtocolId, StringComparison.Ordinal));
        Assert.Equal(60, scored.Queries);
    }

    [Fact]
    public void Labels_are_the_same_by_name_and_not_by_number()
    {
        string queries = Write("q.codes", 30, 1, ["cat", "dog", "emu"]), database = Write("db.codes", 200, 2, ["emu", "cat", "dog"]), other = Write("o.codes", 30, 1, ["oak", "elm", "fir"]);
        ScoredModel scored = CodeFiles.Score(queries, database, EvaluationRecipe.OfSettings([]));

        CodesFile q = CodesFile.Read(queries), db = CodesFile.Read(database);
        long expected = q.Items.Sum(item => db.Items.LongCount(row => row.Labels[0] == (item.Labels[0] + 1) % 3));
        Assert.Equal(expected, scored.Codes!.Scores.RelevantPairs.Sum());
        Assert.Contains("no class name in common", Fault(other, database), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_measured_is_refused_by_name()
    {
        string queries = Write("q.codes", 30, 1), database = Write("db.codes", 40, 2);
        string embeddings = folder.File("e.rows"), longer = folder.File("long.codes"), unlabelled = folder.File("bare.codes"), empty = folder.File("empty.codes");
        new EmbeddingsFile([1, 2], 2, [new RowItem("a", [0])], "").Write(embeddings);
        new CodesFile(new Codes(32, [1]), [new RowItem("a", [0])], "").Write(longer);
        new CodesFile(new Codes(24, [1]), [new RowItem("a")], "").Write(unlabelled);
        new CodesFile(new Codes(24, []), [], "").Write(empty);

        Assert.Contains("codes are needed", Fault(queries, embeddings), StringComparison.Ordinal);
        Assert.Contains("codes are needed", Fault(embeddings, database), StringComparison.Ordinal);
        Assert.Contains("24 bits, the database has 32", Fault(queries, longer), StringComparison.Ordinal);
        Assert.Contains("has a label", Fault(unlabelled, database), StringComparison.Ordinal);
        Assert.Contains("no items", Fault(queries, empty), StringComparison.Ordinal);
        Assert.Contains("is not there", Fault(queries, folder.File("none.codes")), StringComparison.Ordinal);
        Assert.Contains("also stand in the database", Fault(database, database), StringComparison.Ordinal);
        Assert.Contains("model", Fault(Write("other.codes", 30, 1, ["a", "b", "c"], "1234"), Write("classes.codes", 30, 3, ["a", "b", "c"])), StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => EvaluationRecipe.OfSettings(["data.path=x"]));
        Assert.Throws<InvalidDataException>(() => EvaluationRecipe.OfSettings(["evaluation.zero-hits=sometimes"]));
    }

    public void Dispose() => folder.Dispose();

    private static string Fault(string queries, string database) => Assert.Throws<InvalidDataException>(() => CodeFiles.Score(queries, database, EvaluationRecipe.OfSettings([]))).Message;

    private string Write(string name, int count, int seed, string[]? classes = null, string model = "abcd")
    {
        string path = folder.File(name);
        SeededRandom random = new(seed);
        RowItem[] items = [.. Enumerable.Range(0, count).Select(row => new RowItem($"{name}/{row}", [random.Below(3)]))];
        string note = classes is null ? "" : new EncodedNote("run", model, "", classes).ToJson();
        new CodesFile(Index.RandomCodes.Make(seed, count, 24), items, note).Write(path);
        return path;
    }
}
