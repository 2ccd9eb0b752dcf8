using Semblance.Data;
using Semblance.Data.Pairs;
using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Models;
using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>A trained model is verified by pairs, held to a calculation of its own.</summary>
public sealed class PairEvaluationTests : IDisposable
{
    private static readonly string[] Embedding = ["model={backbone: convnet, head: embedding, dim: 8}", "objective=[{loss: multi-similarity}]", "optimizer.groups=[]"];
    private readonly TinyRun _tiny = new(classes: 4, each: 8);
    private readonly List<(string First, string Second, bool Same, int Fold)> _pairs = [];

    public PairEvaluationTests()
    {
        // Every image with two others of its class and two of the next one, in five folds.
        for (int i = 0; i < 32; i++)
        {
            (int label, int number) = (i / 8, i % 8);
            foreach (int step in new[] { 1, 3 })
            {
                _pairs.Add(($"class-{label}/{number:00}.png", $"class-{label}/{(number + step) % 8:00}.png", true, i % 5));
                _pairs.Add(($"class-{label}/{number:00}.png", $"class-{(label + 1) % 4}/{(number + step) % 8:00}.png", false, i % 5));
            }
        }
        File.WriteAllLines(_tiny.File("pairs.txt"), _pairs.Select(pair => $"{pair.First} {pair.Second} {(pair.Same ? 1 : 0)} {pair.Fold}"));
    }

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(false, "cosine")]
    [InlineData(true, "hamming")]
    public void Scores_are_those_of_an_own_calculation(bool codes, string by)
    {
        Recipe recipe = _tiny.Load(["steps=16", .. codes ? [] : Embedding]);
        TrainingRun.Run(recipe, _tiny.File("run"), false, new Heard());
        Heard heard = new();

        IReadOnlyList<Score> scores = TrainingRun.Verify(_tiny.File("run"), recipe, PairList.Open(_tiny.File("pairs.txt"), _tiny.Images), heard).Scores;

        double[] similarities = Similarities(recipe, codes);
        bool[] same = [.. _pairs.Select(pair => pair.Same)];
        FoldAccuracy folded = FoldAccuracy.Of(similarities, same, [.. _pairs.Select(pair => pair.Fold)]);
        Verification pooled = Verification.Of(similarities, same, [1e-2, 1e-3]);
        Assert.Equal([folded.Mean, folded.Deviation, pooled.AreaUnderCurve, pooled.TrueAcceptRates[1e-2], pooled.TrueAcceptRates[1e-3]], scores.Select(score => score.Value), Close);
        Assert.Equal(["accuracy", "accuracy-sd", "AUC", "TAR@FAR1e-2", "TAR@FAR1e-3"], scores.Select(score => score.Name));
        Assert.Matches($"^pairs=pairs.txt#[0-9a-f]{{8}}/same=64/other=64/by={by}/folds=5/threshold=best-on-other-folds$", scores[0].ProtocolId);
        Assert.Contains("64 pairs of others are too few to tell a false accept rate of 0.001 from 0; 1000 are needed.", heard.Notes);
        Assert.InRange(pooled.AreaUnderCurve, 0.5, 1);
    }

    [Fact]
    public void A_recipe_may_name_pairs()
    {
        Recipe recipe = _tiny.Load([.. Embedding, "steps=4", $"evaluation.pairs={_tiny.File("pairs.txt")}", $"evaluation.pair-images={_tiny.Images}"]);
        TrainingRun.Run(recipe, _tiny.File("run"), false, new Heard());
        IReadOnlyList<NamedScore> scores = ScoresFile.Read(_tiny.File("run/scores.json"))[0].Scores;
        Assert.Contains(scores, score => score.Name == "Recall@1");
        Assert.Contains(scores, score => score.Name == "accuracy");
        Assert.Contains("TAR@FAR1e-2", File.ReadAllText(_tiny.File("run/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_that_cannot_be_read_are_told_before_training()
    {
        Recipe recipe = _tiny.Load([.. Embedding, $"evaluation.pairs={_tiny.File("none.txt")}"]);
        Assert.Contains("none.txt is not there", Assert.Throws<InvalidDataException>(() => TrainingRun.Run(recipe, _tiny.File("run"), false, new Heard())).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_tiny.File("run")));
        Assert.Contains("evaluation.pair-images has no meaning here; it needs pairs.", Assert.Throws<InvalidDataException>(() => _tiny.Load("evaluation.pair-images=x")).Message, StringComparison.Ordinal);
    }

    private double[] Similarities(Recipe recipe, bool codes)
    {
        using Model model = TrainingRun.LoadModel(RunFolder.Open(_tiny.File("run")), recipe);
        Dataset data = _tiny.Open();
        EncodedSet encoded = new Encoder(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions()).EncodeAll(data);
        Dictionary<string, float[]> rows = data.Items.Select((item, index) => (item.Id, encoded.Rows[(index * encoded.Width)..((index + 1) * encoded.Width)])).ToDictionary();
        return [.. _pairs.Select(pair => codes
            ? rows[pair.First].Zip(rows[pair.Second]).Count(bits => bits.First >= 0 == bits.Second >= 0)
            // Embeddings have length 1.
            : rows[pair.First].Zip(rows[pair.Second]).Sum(values => (double)values.First * values.Second))];
    }

    private static bool Close(double expected, double found) => Math.Abs(expected - found) < 1e-9;
}
