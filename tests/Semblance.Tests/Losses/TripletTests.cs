using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Sums over triplets against the loop over every triplet.</summary>
public sealed class TripletTests : IDisposable
{
    private readonly TensorScope scope = new();

    /// <summary>Every rule, with scores that tie and scores that do not.</summary>
    public static TheoryData<TripletMining, bool, bool, double, bool> Rules =>
    [
        .. from mining in Enum.GetValues<TripletMining>()
           from smooth in new[] { false, true }
           from swap in new[] { false, true }
           from margin in new[] { 0, 0.25, -0.25 }
           from ties in new[] { false, true }
           select new TheoryDataRow<TripletMining, bool, bool, double, bool>(mining, smooth, swap, margin, ties),
    ];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Rules))]
    public void Sums_counts_and_weights_are_those_of_every_triplet(TripletMining mining, bool smooth, bool swap, double margin, bool ties)
    {
        const int rows = 14;
        (double[] scores, bool[] positive, bool[] negative) = Batch(rows, ties);
        TripletRule rule = new(margin, mining, MinerMargin: 0.5, smooth);
        (double sum, long nonzero, long count, double[] weights) = EveryTriplet(scores, positive, negative, rows, rule, swap);

        (Tensor s, Tensor p, Tensor n) = (Numeric.Matrix(scores, rows), Tensor.From(positive, rows, rows), Tensor.From(negative, rows, rows));
        TripletSum actual = swap ? SwappedTripletSums.Of(s, p, n, rule) : TripletSums.Of(s, p, n, rule);

        Assert.Equal(sum, actual.Sum, 1e-10);
        Assert.Equal((nonzero, count), (actual.Nonzero, actual.Count));
        Numeric.AssertClose(weights, Numeric.Values(actual.Weights), 1e-12);
        Assert.True(count > 0);
    }

    [Fact]
    public void A_negative_may_carry_a_margin_of_its_own()
    {
        const int rows = 8;
        (double[] scores, bool[] positive, bool[] negative) = Batch(rows, ties: false);
        double[] offsets = Numeric.Normal(rows * rows, 7), moved = [.. scores.Select((score, k) => negative[k] ? score - offsets[k] : score)];
        double sum = 0;
        foreach ((int a, int p, int n) in Triplets(positive, negative, rows))
        {
            sum += Math.Max(0, scores[(a * rows) + p] - scores[(a * rows) + n] + offsets[(a * rows) + n]);
        }

        Tensor shifted = Numeric.Leaf(Numeric.Matrix(moved, rows));
        TripletSum actual = TripletSums.Of(shifted, Tensor.From(positive, rows, rows), Tensor.From(negative, rows, rows), new TripletRule(0));

        Assert.Equal(sum, actual.Over(shifted).ToDouble(), 1e-10);
        Numeric.AssertClose(Numeric.Values(actual.Weights), Numeric.Values(Autograd.Grad([actual.Over(shifted)], [shifted])[0]), 0);
    }

    [Fact]
    public void Rows_in_blocks_and_on_several_threads_sum_to_the_same()
    {
        const int rows = 300;
        (double[] scores, bool[] positive, bool[] negative) = Batch(rows, ties: false);
        (Tensor s, Tensor p, Tensor n) = (Numeric.Matrix(scores, rows), Tensor.From(positive, rows, rows), Tensor.From(negative, rows, rows));
        TripletRule rule = new(0.2);
        TripletSum whole = TripletSums.Of(s, p, n, rule);
        TripletSum[] blocks = [.. new[] { 0, 100, 200 }.Select(first => TripletSums.Of(s.Narrow(0, first, 100), p.Narrow(0, first, 100), n.Narrow(0, first, 100), rule))];

        Assert.Equal(whole.Sum, blocks.Sum(block => block.Sum), 1e-8);
        Assert.Equal(whole.Nonzero, blocks.Sum(block => block.Nonzero));
        Numeric.AssertClose(Numeric.Values(whole.Weights), [.. blocks.SelectMany(block => Numeric.Values(block.Weights))], 0);
    }

    [Fact]
    public void Weights_of_a_batch_of_two_classes_are_the_counts_of_the_table()
    {
        // Anchor 0: positives at S = 0.9 and 0.5, negatives at 0.8 and 0.2; with a margin of 0.2 the near negative violates both, the far one neither.
        Tensor similarity = Tensor.From([1, 0.9, 0.5, 0.8, 0.2], 1, 5);
        PairBatch pairs = new(similarity, Tensor.From([false, true, true, false, false], 1, 5), Tensor.From([false, false, false, true, true], 1, 5));
        TripletLoss loss = new(new() { Distance = PairDistance.Cosine, Margin = 0.2 });

        Assert.Equal((0.1 + 0.5) / 2, loss.Forward(pairs).ToDouble(), 1e-12);
        Numeric.AssertClose([0, -0.5, -0.5, 1, 0], Numeric.Values(loss.Weights(pairs)), 1e-12);
    }

    [Fact]
    public void Identical_rows_of_two_classes_are_no_semi_hard_triplet()
    {
        // Rows 1 and 2 are the same point: the negative is exactly as far as the positive, and "farther" is strict.
        Tensor rows = Numeric.Matrix([1, 0, 0.6, 0.8, 0.6, 0.8, -1, 0], 4);
        PairBatch pairs = PairBatch.Within(rows, Numeric.Ids(0, 0, 1, 2));
        TripletSum sum = TripletSums.Of(PairDistance.Euclidean.Scores(pairs.Similarity), pairs.Positive, pairs.Negative, new TripletRule(0.2, TripletMining.SemiHard, 0.2));
        Assert.Equal(0, sum.Count);
    }

    [Fact]
    public void Against_references_nothing_is_swapped()
    {
        (Tensor rows, Tensor references) = (Numeric.Matrix(Numeric.Normal(20, 1), 5), Numeric.Matrix(Numeric.Normal(28, 2), 7));
        PairBatch pairs = PairBatch.Between(rows, Numeric.Ids(0, 0, 1, 1, 2), references, Numeric.Ids(0, 1, 1, 2, 2, 0, 3));
        TripletOptions options = new() { Margin = 1 };
        Assert.Equal(new TripletLoss(options).Forward(pairs).ToDouble(), new SwappedTripletLoss(options).Forward(pairs).ToDouble());
    }

    [Fact]
    public void Wrong_margins_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TripletOptions { Margin = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TripletOptions { MinerMargin = 0 });
        Assert.Throws<ArgumentException>(() => new TripletOptions().Pairs(new() { Normalize = false }));
    }

    /// <summary>Scores of a batch against itself, three rows a class; multiples of a quarter where they are to tie.</summary>
    private static (double[] Scores, bool[] Positive, bool[] Negative) Batch(int rows, bool ties)
    {
        double[] scores = [.. Numeric.Normal(rows * rows, 3).Select(score => ties ? Math.Round(score * 4) / 4 : score)];
        int[] pairs = [.. Enumerable.Range(0, rows * rows)];
        return (scores,
            [.. pairs.Select(pair => pair / rows != pair % rows && pair / rows / 3 == pair % rows / 3)],
            [.. pairs.Select(pair => pair / rows / 3 != pair % rows / 3)]);
    }

    private static IEnumerable<(int Anchor, int Positive, int Negative)> Triplets(bool[] positive, bool[] negative, int rows) =>
        from a in Enumerable.Range(0, rows)
        from p in Enumerable.Range(0, rows).Where(p => positive[(a * rows) + p])
        from n in Enumerable.Range(0, rows).Where(n => negative[(a * rows) + n])
        select (a, p, n);

    private static (double Sum, long Nonzero, long Count, double[] Weights) EveryTriplet(double[] scores, bool[] positive, bool[] negative, int rows, TripletRule rule, bool swap)
    {
        (double sum, long nonzero, long count, double[] weights) = (0, 0, 0, new double[rows * rows]);
        (int, int, int)[] all = [.. Triplets(positive, negative, rows)];
        foreach ((int a, int p, int n) in Mined())
        {
            (int near, int far) = ((a * rows) + n, (a * rows) + p);
            near = swap && scores[(p * rows) + n] < scores[near] ? (p * rows) + n : near;
            double x = scores[far] - scores[near] + rule.Margin;
            double slope = rule.Smooth ? 1 / (1 + Math.Exp(-x)) : x > 0 ? 1 : 0;
            sum += rule.Smooth ? Math.Log(1 + Math.Exp(x)) : Math.Max(0, x);
            nonzero += slope > 0 ? 1 : 0;
            count++;
            weights[far] += slope;
            weights[near] -= slope;
        }
        return (sum, nonzero, count, weights);

        IEnumerable<(int, int, int)> Mined() => rule.Mining switch
        {
            TripletMining.All => all,
            TripletMining.SemiHard => all.Where(t => scores[(t.Item1 * rows) + t.Item3] - scores[(t.Item1 * rows) + t.Item2] is var gap && gap > 0 && gap <= rule.MinerMargin),
            _ => all.GroupBy(t => t.Item1).Select(group => group.OrderByDescending(t => scores[(t.Item1 * rows) + t.Item2]).ThenBy(t => scores[(t.Item1 * rows) + t.Item3]).ThenBy(t => t.Item2).ThenBy(t => t.Item3).First()),
        };
    }
}
