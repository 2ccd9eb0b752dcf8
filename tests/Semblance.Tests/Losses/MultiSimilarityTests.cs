using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class MultiSimilarityTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    public static TheoryData<MultiSimilarityOptions> Settings =>
    [
        MultiSimilarityOptions.Library, MultiSimilarityOptions.Paper, MultiSimilarityOptions.Official,
        new MultiSimilarityOptions { Mining = false }, new MultiSimilarityOptions { Epsilon = -0.2 }, new MultiSimilarityOptions { Epsilon = 1e6, Alpha = 7, Beta = 3, Base = -0.2 },
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_value_agrees_with_the_formula_written_as_a_loop(MultiSimilarityOptions options)
    {
        double[] rows = Numeric.Normal(8 * 4, 11);
        long[] labels = [0, 0, 0, 1, 1, 2, 2, 3];
        Tensor embeddings = Numeric.Matrix(rows, 8);
        PairBatch pairs = options.PositiveSimilarityCutoff is { } cutoff ? PairBatch.WithinBelow(embeddings, Numeric.Ids(labels), cutoff) : PairBatch.Within(embeddings, Numeric.Ids(labels));
        PairBatch mined = options.Mining ? new MultiSimilarityMiner(options.Epsilon).Mine(pairs) : pairs;
        Assert.Equal(Slow(pairs.Similarity, labels, options), new MultiSimilarityLoss(options).Forward(mined).ToDouble(), 1e-12);
    }

    [Fact]
    public void The_presets_are_those_of_the_paper_the_authors_code_and_the_library()
    {
        Assert.Equal(new MultiSimilarityOptions { Alpha = 2, Beta = 50, Base = 1, Epsilon = 0.1 }, MultiSimilarityOptions.Paper);
        Assert.Equal(new MultiSimilarityOptions { Alpha = 2, Beta = 40, Base = 0.5, Epsilon = 0.1, PositiveSimilarityCutoff = 0.99999 }, MultiSimilarityOptions.Official);
        Assert.Equal(new MultiSimilarityOptions { Alpha = 2, Beta = 50, Base = 0.5, Epsilon = 0.1, Mining = true }, MultiSimilarityOptions.Library);
    }

    [Fact]
    public void Mining_keeps_pairs_that_are_hard_against_the_unmined_extremes_strictly()
    {
        PairBatch pairs = Row([0.9, 0.5, 0.4, 0.1], [1, 1, 0, 0]);
        AssertMined(pairs, 0.1, [0, 0, 0, 0], [0, 0, 0, 0]);
        AssertMined(pairs, 0.125, [0, 1, 0, 0], [0, 0, 1, 0]);
        AssertMined(pairs, 0.45, [0, 1, 0, 0], [0, 0, 1, 1]);
        AssertMined(pairs, 9, [1, 1, 0, 0], [0, 0, 1, 1]);
        AssertMined(Row([0.5, 0.75], [1, 0]), -0.25, [0, 0], [0, 0]);
        AssertMined(Row([0.5, 0.75], [1, 0]), -0.125, [1, 0], [0, 1]);
    }

    [Fact]
    public void Behind_the_miner_an_anchor_without_positives_or_negatives_contributes_nothing_but_counts_in_the_mean()
    {
        Tensor embeddings = Numeric.Matrix(Numeric.Normal(5 * 3, 2), 5);
        double Mined(params long[] labels) => new MultiSimilarityLoss(MultiSimilarityOptions.Library).Forward(new MultiSimilarityMiner(9).Mine(PairBatch.Within(embeddings, Numeric.Ids(labels)))).ToDouble();
        Assert.Equal(0, Mined(0, 0, 0, 0, 0));
        Assert.Equal(0, Mined(0, 1, 2, 3, 4));
        MultiSimilarityOptions all = new() { Mining = false };
        double two = Slow(PairBatch.Within(embeddings, Numeric.Ids(0, 0, 1, 2, 3)).Similarity, [0, 0, 1, 2, 3], all with { Mining = true, Epsilon = 9 });
        Assert.Equal(two, Mined(0, 0, 1, 2, 3), 1e-12);
        Assert.True(two > 0);
    }

    [Fact]
    public void Without_mining_one_class_pulls_and_singletons_push()
    {
        Tensor embeddings = Numeric.Matrix(Numeric.Normal(4 * 3, 2), 4);
        MultiSimilarityOptions all = new() { Mining = false };
        foreach (long[] labels in new long[][] { [7, 7, 7, 7], [1, 2, 3, 4] })
        {
            PairBatch pairs = PairBatch.Within(embeddings, Numeric.Ids(labels));
            double value = new MultiSimilarityLoss(all).Forward(pairs).ToDouble();
            Assert.Equal(Slow(pairs.Similarity, labels, all), value, 1e-12);
            Assert.True(value > 0);
        }
    }

    [Fact]
    public void A_hundred_times_sharper_does_not_overflow_in_single_precision()
    {
        Tensor leaf = Numeric.Leaf(Tensor.From([1f, 0, 1, 0, -1, 0, 0, 1], 4, 2));
        Tensor loss = new MultiSimilarityLoss(new() { Alpha = 1000, Beta = 1000, Base = 0.5 }).Forward(PairBatch.Within(leaf, Numeric.Ids(0, 1, 0, 1)));
        Assert.Equal(((1.5 + 0.5) + (0.5 + 0.5) + 1.5 + 0.5) / 4, loss.ToDouble(), 1e-2);
        Assert.All(Numeric.Values(Autograd.Grad([loss], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
    }

    [Fact]
    public void The_weights_of_an_anchor_sum_to_less_than_one_on_either_side()
    {
        PairBatch pairs = PairBatch.Within(Numeric.Matrix(Numeric.Normal(8 * 4, 11), 8), Numeric.Ids(0, 0, 0, 1, 1, 2, 2, 2));
        Tensor weights = new MultiSimilarityLoss(MultiSimilarityOptions.Library).Weights(pairs) * 8;
        Assert.All(Numeric.Values(weights.MaskedFill(pairs.Negative.Not(), 0).Sum(1)), sum => Assert.InRange(sum, 0, 1));
        Assert.All(Numeric.Values(weights.MaskedFill(pairs.Positive.Not(), 0).Sum(1)), sum => Assert.InRange(sum, -1, 0));
    }

    [Fact]
    public void No_gradient_flows_through_the_choice_of_the_miner()
    {
        Tensor leaf = Numeric.Leaf(Numeric.Matrix(Numeric.Normal(12, 1), 4));
        PairBatch mined = new MultiSimilarityMiner(0.1).Mine(PairBatch.Within(leaf, Numeric.Ids(0, 0, 1, 1)));
        Assert.False(mined.Positive.RequiresGrad);
        Assert.True(mined.Similarity.RequiresGrad);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_sharpness_that_is_not_above_0_is_refused(double wrong)
    {
        Assert.Contains("Alpha must be a finite number above 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new MultiSimilarityOptions { Alpha = wrong }).Message, StringComparison.Ordinal);
        Assert.Contains("Beta must be a finite number above 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new MultiSimilarityOptions { Beta = wrong }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_epsilon_that_is_not_finite_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiSimilarityMiner(double.NaN));

    private static PairBatch Row(double[] similarities, double[] positive)
    {
        Tensor mask = Tensor.From(positive, 1, positive.Length).GreaterThan(0);
        return new PairBatch(Tensor.From(similarities, 1, similarities.Length), mask, mask.Not());
    }

    private static void AssertMined(PairBatch pairs, double epsilon, double[] positive, double[] negative)
    {
        PairBatch mined = new MultiSimilarityMiner(epsilon).Mine(pairs);
        Assert.Equal(positive, Numeric.Values(mined.Positive));
        Assert.Equal(negative, Numeric.Values(mined.Negative));
    }

    private static double Slow(Tensor similarity, long[] labels, MultiSimilarityOptions options)
    {
        int n = labels.Length;
        double[] s = Numeric.Values(similarity);
        double total = 0;
        for (int i = 0; i < n; i++)
        {
            double[] positives = [.. Enumerable.Range(0, n).Where(j => labels[j] == labels[i] && (options.PositiveSimilarityCutoff is { } cut ? s[(i * n) + j] < cut : j != i)).Select(j => s[(i * n) + j])];
            double[] negatives = [.. Enumerable.Range(0, n).Where(j => labels[j] != labels[i]).Select(j => s[(i * n) + j])];
            if (options.Mining)
            {
                if (positives.Length == 0 || negatives.Length == 0)
                {
                    continue;
                }
                (double least, double most) = (positives.Min(), negatives.Max());
                positives = [.. positives.Where(value => value < most + options.Epsilon)];
                negatives = [.. negatives.Where(value => value > least - options.Epsilon)];
            }
            total += (Math.Log(1 + positives.Sum(value => Math.Exp(-options.Alpha * (value - options.Base)))) / options.Alpha)
                + (Math.Log(1 + negatives.Sum(value => Math.Exp(options.Beta * (value - options.Base)))) / options.Beta);
        }
        return total / n;
    }
}
