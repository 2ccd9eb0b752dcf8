using Semblance.Evaluation;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class FoldAccuracyTests
{
    [Fact]
    public void Each_fold_is_judged_by_the_best_threshold_of_the_others()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SeededRandom random = new(seed);
            const int Folds = 4, Pairs = 40;
            double[] similarities = [.. Enumerable.Range(0, Pairs).Select(_ => random.Below(10) / 10.0)];
            bool[] same = [.. Enumerable.Range(0, Pairs).Select(i => random.Below(10) / 10.0 < similarities[i])];
            int[] folds = [.. Enumerable.Range(0, Pairs).Select(i => i % Folds)];

            FoldAccuracy ours = FoldAccuracy.Of(similarities, same, folds);

            double[] expected = [.. Enumerable.Range(0, Folds).Select(fold => Slow(similarities, same, folds, fold))];
            Assert.Equal(expected, ours.PerFold);
            Assert.Equal(expected.Average(), ours.Mean, 1e-15);
            Assert.Equal(Math.Sqrt(expected.Sum(share => Math.Pow(share - expected.Average(), 2)) / (Folds - 1)), ours.Deviation, 1e-15);
        }
    }

    [Fact]
    public void A_fold_has_no_part_in_its_own_threshold()
    {
        // Fold 1 is the other way round: the threshold from fold 0 judges all of it wrongly, and so the other way.
        FoldAccuracy scores = FoldAccuracy.Of([0.9, 0.1, 0.1, 0.9], [true, false, true, false], [0, 0, 1, 1]);
        Assert.Equal([0.5, 0], scores.PerFold);
        Assert.Equal([double.PositiveInfinity, 0.9], scores.Thresholds);
        Assert.Equal(0.25, scores.Mean);
        Assert.Equal(Math.Sqrt(0.125), scores.Deviation, 1e-15);
    }

    [Fact]
    public void Folds_that_leave_nothing_to_compare_are_refused()
    {
        Assert.Contains("the folds are 0; two or more", Assert.Throws<ArgumentException>(() => FoldAccuracy.Of([1, 0], [true, false], [0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("the folds are 0, 2; two or more", Assert.Throws<ArgumentException>(() => FoldAccuracy.Of([1, 0], [true, false], [0, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("2 similarities and 1 marks came with 2 folds", Assert.Throws<ArgumentException>(() => FoldAccuracy.Of([1, 0], [true], [0, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("all are of different classes", Assert.Throws<ArgumentException>(() => FoldAccuracy.Of([1, 0], [true, false], [0, 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_score_says_under_which_protocol_it_holds()
    {
        double[] similarities = [0.9, 0.8, 0.2, 0.1];
        bool[] same = [true, true, false, false];
        VerificationProtocol protocol = new() { Pairs = "my pairs.txt#00000000", Same = 2, Other = 2, Similarity = "cosine" };
        Score[] scores = [.. protocol.Scores(Verification.Of(similarities, same, [1e-3, 1e-2]), FoldAccuracy.Of(similarities, same, [0, 1, 0, 1]))];
        Assert.Equal(["accuracy", "accuracy-sd", "AUC", "TAR@FAR1e-2", "TAR@FAR1e-3"], scores.Select(score => score.Name));
        Assert.Equal("pairs=my-pairs.txt#00000000/same=2/other=2/by=cosine/folds=2/threshold=best-on-other-folds", scores[0].ProtocolId);
        Assert.Equal("pairs=my-pairs.txt#00000000/same=2/other=2/by=cosine/folds=pooled", scores[2].ProtocolId);
        Assert.Equal(3, protocol.Scores(Verification.Of(similarities, same, [1e-3, 1e-2]), null).Count());
    }

    private static double Slow(double[] similarities, bool[] same, int[] folds, int fold)
    {
        int[] others = [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] != fold)], own = [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] == fold)];
        double Share(int[] which, double threshold) => which.Average(i => (similarities[i] >= threshold) == same[i] ? 1.0 : 0);
        double best = others.Select(i => similarities[i]).Append(double.PositiveInfinity).OrderByDescending(threshold => threshold).MaxBy(threshold => Math.Round(Share(others, threshold), 12));
        return Share(own, best);
    }
}
