using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Losses over whole rankings against their papers' formulas, written as loops over numbers.</summary>
public sealed class RankingLossTests : IDisposable
{
    private const int Rows = 10;
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    /// <summary>Labels of one batch: several of each class, one class alone, singletons, one class for all, and all but one in a class.</summary>
    public static TheoryData<long[]> Batches => new()
    {
        new long[] { 0, 0, 0, 0, 1, 1, 1, 2, 2, 3 },
        new long[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 },
        new long[] { 5, 5, 5, 5, 5, 5, 5, 5, 5, 5 },
        new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, -4 },
        new long[] { 0, 0, 1, 1, 2, 2, 3, 3, 4, 4 },
    };

    [Theory]
    [MemberData(nameof(Batches))]
    public void Circle_agrees_with_its_formula(long[] labels)
    {
        foreach ((double m, double gamma) in new[] { (0.4, 80.0), (0.25, 256), (-0.1, 3) })
        {
            AssertAgrees(new CircleLoss(new() { Margin = m, Gamma = gamma }), labels, (row, positives, negatives) =>
            {
                if (positives.Length == 0 || negatives.Length == 0)
                {
                    return 0;
                }
                double pull = LogSum(positives.Select(s => -gamma * Math.Max(0, 1 + m - s) * (s - (1 - m)))), push = LogSum(negatives.Select(s => gamma * Math.Max(0, s + m) * (s - m)));
                return LogSum([0, pull + push]);
            }, losses => losses.Where(loss => loss > 0));
        }
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void SupCon_agrees_with_its_formula(long[] labels)
    {
        foreach (double t in new[] { 0.1, 0.5 })
        {
            AssertAgrees(new SupConLoss(new() { Temperature = t }), labels, (row, positives, negatives) =>
                positives.Length == 0 || negatives.Length == 0 ? 0 : -positives.Average(s => (s / t) - LogSum(positives.Concat(negatives).Select(other => other / t))), losses => losses.Where(loss => loss > 0));
        }
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void FastAp_agrees_with_its_formula(long[] labels)
    {
        foreach (int bins in new[] { 10, 1, 33 })
        {
            AssertAgrees(new FastApLoss(new() { Bins = bins }), labels, (row, positives, negatives) =>
            {
                double step = 4.0 / bins, hits = 0, seen = 0, average = 0;
                for (int node = 0; node <= bins; node++)
                {
                    double Near(double s) => Math.Max(0, 1 - (Math.Abs(2 - (2 * s) - (node * step)) / step));
                    double positive = positives.Sum(Near);
                    hits += positive;
                    seen += positive + negatives.Sum(Near);
                    average += seen > 0 ? positive * hits / seen / positives.Length : 0;
                }
                return positives.Length == 0 ? double.NaN : 1 - average;
            }, losses => losses.Where(loss => !double.IsNaN(loss)));
        }
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void SmoothAp_agrees_with_its_formula(long[] labels)
    {
        foreach (double t in new[] { 0.01, 0.1, 1 })
        {
            AssertAgrees(new SmoothApLoss(new() { Temperature = t }), labels, (row, positives, negatives) =>
            {
                double Ahead(double of, double than) => 1 / (1 + Math.Exp((than - of) / t));
                double precision = 0;
                for (int p = 0; p < positives.Length; p++)
                {
                    double rank = 1 + positives.Where((_, other) => other != p).Sum(s => Ahead(s, positives[p]));
                    precision += rank / (rank + negatives.Sum(s => Ahead(s, positives[p])));
                }
                return positives.Length == 0 ? double.NaN : 1 - (precision / positives.Length);
            }, losses => losses.Where(loss => !double.IsNaN(loss)));
        }
    }

    [Fact]
    public void With_a_narrow_step_SmoothAp_is_1_less_the_average_precision()
    {
        Tensor mask = Tensor.From([1.0, 0, 1, 0, 0, 1], 1, 6).GreaterThan(0);
        PairBatch ranking = new(Tensor.From([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], 1, 6), mask, mask.Not());
        Assert.Equal(1 - ((1.0 + (2.0 / 3) + (3.0 / 6)) / 3), new SmoothApLoss(new() { Temperature = 1e-3 }).Forward(ranking).ToDouble(), 1e-9);
    }

    [Fact]
    public void With_many_bins_FastAp_is_1_less_the_average_precision()
    {
        // Similarities on nodes, as every D² = 2 - 2S is a multiple of 4 / 400.
        Tensor mask = Tensor.From([1.0, 0, 1, 0, 0, 1], 1, 6).GreaterThan(0);
        PairBatch ranking = new(Tensor.From([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], 1, 6), mask, mask.Not());
        Assert.Equal(1 - ((1.0 + (2.0 / 3) + (3.0 / 6)) / 3), new FastApLoss(new() { Bins = 400 }).Forward(ranking).ToDouble(), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void Ranked_list_agrees_with_its_formula(long[] labels)
    {
        foreach (RankedListOptions options in new[] { new RankedListOptions(), new() { Alpha = 1.5, Margin = 1.4, Temperature = 0, Balance = 0.3 } })
        {
            double Distance(double s) => Math.Sqrt(Math.Max(0, 2 - (2 * s)));
            AssertAgrees(new RankedListLoss(options), labels, (row, positives, negatives) =>
            {
                double[] far = [.. positives.Select(Distance).Where(d => d > options.Alpha - options.Margin)], near = [.. negatives.Select(Distance).Where(d => d < options.Alpha)];
                double Weight(double d) => Math.Exp(options.Temperature * (options.Alpha - d));
                double pull = far.Length == 0 ? 0 : far.Average(d => d - (options.Alpha - options.Margin));
                return pull + (near.Length == 0 ? 0 : options.Balance * near.Sum(d => Weight(d) * (options.Alpha - d)) / near.Sum(Weight));
            }, losses => losses);
        }
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void Histogram_agrees_with_its_formula_over_unordered_pairs(long[] labels)
    {
        Tensor embeddings = Embeddings();
        double[] s = Numeric.Values(PairBatch.Within(embeddings, Numeric.Ids(labels)).Similarity);
        (int First, int Second)[] pairs = [.. from i in Enumerable.Range(0, Rows) from j in Enumerable.Range(i + 1, Rows - i - 1) select (i, j)];
        foreach (int bins in new[] { 100, 10, 1 })
        {
            double[] Histogram(bool same)
            {
                double[] values = [.. pairs.Where(pair => labels[pair.First] == labels[pair.Second] == same).Select(pair => s[(pair.First * Rows) + pair.Second])];
                return [.. Enumerable.Range(0, bins + 1).Select(node => values.Sum(value => Math.Max(0, 1 - (Math.Abs(value + 1 - (2.0 * node / bins)) * bins / 2))) / Math.Max(1, values.Length))];
            }
            double[] positive = Histogram(true), negative = Histogram(false);
            double expected = Enumerable.Range(0, bins + 1).Sum(node => negative[node] * positive.Take(node + 1).Sum());
            Assert.Equal(expected, new HistogramLoss(new() { Bins = bins }).Forward(PairBatch.Within(embeddings, Numeric.Ids(labels))).ToDouble(), 1e-12);
        }
    }

    [Fact]
    public void A_similarity_of_exactly_1_or_beyond_lies_on_the_last_node_and_minus_1_on_the_first()
    {
        Tensor positive = Tensor.From([1.0, 0, 0, 0], 1, 4).GreaterThan(0);
        double Loss(double pulled, params double[] pushed) =>
            new HistogramLoss(new() { Bins = 100 }).Forward(new PairBatch(Tensor.From([pulled, .. pushed], 1, 4), positive, positive.Not())).ToDouble();
        Assert.Equal(1.0 / 3, Loss(1, 1, 0.5, -1), 1e-12);
        Assert.Equal(1.0 / 3, Loss(1, 1.0000001, 0.98, 0.5), 1e-12);
        Assert.Equal(1, Loss(-1, 1, -1, -1.0000001), 1e-12);
    }

    [Fact]
    public void Identical_rows_of_one_class_and_of_two_are_in_the_last_bin()
    {
        Tensor leaf = Numeric.Leaf(Tensor.From([1f, 0, 1, 0, 1, 0, 0.6f, 0.8f], 4, 2));
        foreach (IPairLoss loss in new IPairLoss[] { new HistogramLoss(new()), new FastApLoss(new()) })
        {
            Tensor value = loss.Forward(PairBatch.Within(leaf, Numeric.Ids(0, 0, 1, 1)));
            Assert.InRange(value.ToDouble(), 0.01, 1);
            Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
        }
    }

    [Fact]
    public void The_weights_of_circle_and_of_negatives_in_ranked_list_are_constants_of_the_derivative()
    {
        PairBatch pairs = PairBatch.Within(Embeddings(), Numeric.Ids(0, 0, 0, 0, 1, 1, 1, 2, 2, 3));
        foreach (IPairLoss loss in new IPairLoss[] { new CircleLoss(new() { Gamma = 8 }), new RankedListLoss(new()) })
        {
            double[] exact = Numeric.Values(PairWeights.Of(loss, pairs)), slopes = Numeric.Slope(at => loss.Forward(pairs with { Similarity = at }), pairs.Similarity);
            Assert.True(exact.Zip(slopes, (one, other) => Math.Abs(one - other)).Max() > 1e-3);
        }
    }

    [Fact]
    public void A_positive_that_has_more_than_its_share_is_repelled_by_supcon()
    {
        Tensor positive = Tensor.From([1.0, 1, 0], 1, 3).GreaterThan(0);
        double[] weights = Numeric.Values(new SupConLoss(new()).Weights(new PairBatch(Tensor.From([0.9, 0.1, 0], 1, 3), positive, positive.Not())));
        Assert.True(weights[0] > 0 && weights[1] < 0 && weights[2] > 0);
        Assert.Equal(0, weights.Sum(), 1e-12);
    }

    [Fact]
    public void With_one_positive_supcon_is_a_softmax_over_it_and_the_negatives()
    {
        Tensor positive = Tensor.From([1.0, 0, 0], 1, 3).GreaterThan(0);
        PairBatch pairs = new(Tensor.From([0.5, 0.25, -0.5], 1, 3), positive, positive.Not());
        Assert.Equal(Math.Log(1 + Math.Exp(-0.5) + Math.Exp(-2)), new SupConLoss(new() { Temperature = 0.5 }).Forward(pairs).ToDouble(), 1e-12);
    }

    [Fact]
    public void Sharp_settings_do_not_overflow_in_single_precision()
    {
        Tensor leaf = Numeric.Leaf(Tensor.From([1f, 0, 1, 0, -1, 0, 0, 1], 4, 2));
        IPairLoss[] losses = [new CircleLoss(new() { Gamma = 1000 }), new SupConLoss(new() { Temperature = 1e-3 }), new SmoothApLoss(new() { Temperature = 1e-4 }), new RankedListLoss(new() { Temperature = 1000 })];
        foreach (IPairLoss loss in losses)
        {
            Tensor value = loss.Forward(PairBatch.Within(leaf, Numeric.Ids(0, 1, 0, 1)));
            Assert.True(double.IsFinite(value.ToDouble()) && value.ToDouble() > 0);
            Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
        }
    }

    [Fact]
    public void Rows_that_are_not_normalised_have_no_distances_to_rank()
    {
        foreach (IPairLossOptions loss in new IPairLossOptions[] { new FastApOptions(), new RankedListOptions() })
        {
            PairLossTerm term = new(loss, new PairTermOptions { Normalize = false });
            Assert.Contains("Set pairs.normalize to true.", Assert.Throws<ArgumentException>(() => term.Create(new TermContext(3, 4, 1))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_defaults_are_the_published_ones_and_wrong_settings_are_refused()
    {
        Assert.Equal(new CircleOptions { Margin = 0.4, Gamma = 80 }, new CircleOptions());
        Assert.Equal(new SupConOptions { Temperature = 0.1 }, new SupConOptions());
        Assert.Equal(new HistogramOptions { Bins = 100 }, new HistogramOptions());
        Assert.Equal(new FastApOptions { Bins = 10 }, new FastApOptions());
        Assert.Equal(new SmoothApOptions { Temperature = 0.01 }, new SmoothApOptions());
        Assert.Equal(new RankedListOptions { Alpha = 1.2, Margin = 0.4, Temperature = 10, Balance = 1 }, new RankedListOptions());
        foreach (double wrong in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new CircleOptions { Gamma = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => new SupConOptions { Temperature = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothApOptions { Temperature = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => new RankedListOptions { Alpha = wrong });
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new CircleOptions { Margin = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankedListOptions { Margin = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankedListOptions { Temperature = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankedListOptions { Balance = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HistogramOptions { Bins = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FastApOptions { Bins = 0 });
    }

    /// <summary>The mean, over the anchors that count, of a loss told from an anchor's similarities.</summary>
    private static void AssertAgrees(IPairLoss loss, long[] labels, Func<int, double[], double[], double> anchor, Func<IEnumerable<double>, IEnumerable<double>> counted)
    {
        PairBatch pairs = PairBatch.Within(Embeddings(), Numeric.Ids(labels));
        double[] s = Numeric.Values(pairs.Similarity);
        double[] Of(int row, bool same) => [.. Enumerable.Range(0, Rows).Where(other => other != row && labels[other] == labels[row] == same).Select(other => s[(row * Rows) + other])];
        double[] losses = [.. counted(Enumerable.Range(0, Rows).Select(row => anchor(row, Of(row, true), Of(row, false))))];
        double expected = losses.Length == 0 ? 0 : losses.Average();
        Assert.Equal(expected, loss.Forward(pairs).ToDouble(), 1e-9 * Math.Max(1, Math.Abs(expected)));
    }

    private static double LogSum(IEnumerable<double> exponents)
    {
        double[] all = [.. exponents];
        return all.Max() + Math.Log(all.Sum(x => Math.Exp(x - all.Max())));
    }

    private static Tensor Embeddings() => Numeric.Matrix(Numeric.Normal(Rows * 4, 31), Rows);
}
