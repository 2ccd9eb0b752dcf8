using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Contrastive, lifted structure, binomial deviance and NCA against their formulas, written as loops.</summary>
public sealed class PairPeerTests : IDisposable
{
    private const int Rows = 9;
    private static readonly TermContext Context = new(4, 5, 0) { Type = DataType.Float64 };
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(PairDistance.Cosine, 0.9, 0.1)]
    [InlineData(PairDistance.Euclidean, 0.2, 1.5)]
    [InlineData(PairDistance.SquaredEuclidean, null, 1.5)]
    public void Contrastive_averages_each_side_over_its_terms_that_are_not_0(PairDistance distance, double? p, double q)
    {
        PairBatch pairs = Batch();
        List<double> pull = [], push = [];
        foreach ((double s, bool positive) in Pairs(pairs))
        {
            double d = Math.Sqrt(2 - (2 * s));
            (positive ? pull : push).Add((distance, positive) switch
            {
                (PairDistance.Cosine, true) => Math.Max(0, p!.Value - s),
                (PairDistance.Cosine, false) => Math.Max(0, s - q),
                (PairDistance.Euclidean, true) => Math.Max(0, d - p!.Value),
                (PairDistance.Euclidean, false) => Math.Max(0, q - d),
                (_, true) => d * d,
                _ => Math.Pow(Math.Max(0, q - d), 2),
            });
        }
        double expected = pull.Where(term => term > 0).Average() + push.Where(term => term > 0).Average();
        Assert.Contains(0, push);
        Assert.Equal(expected, new ContrastiveLoss(new() { Distance = distance, PositiveMargin = p, NegativeMargin = q }).Forward(pairs).ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(DataType.Float32)]
    [InlineData(DataType.Float64)]
    public void Identical_positives_are_not_counted_as_terms(DataType type)
    {
        // Rows 0 and 1 are one point, row 2 is at a right angle: two of six ordered positive pairs are at distance 0.
        Tensor rows = Numeric.Matrix([0.6, 0.8, 0.6, 0.8, -0.8, 0.6], 3).To(type);
        PairBatch pairs = PairBatch.Within(rows, Numeric.Ids(5, 5, 5));
        Assert.Equal(Math.Sqrt(2), new ContrastiveLoss(new() { Distance = PairDistance.Euclidean }).Forward(pairs).ToDouble(), 1e-6);
        Assert.Equal(2, new ContrastiveLoss(new() { Distance = PairDistance.SquaredEuclidean }).Forward(pairs).ToDouble(), 1e-6);
        Tensor margin = new MarginLoss(new() { Boundary = 0.2 }).Forward(pairs);
        Assert.Equal(Math.Sqrt(2), margin.ToDouble(), 1e-6);
    }

    [Theory]
    [InlineData(DataType.Float32)]
    [InlineData(DataType.Float64)]
    public void One_pass_over_the_pairs_gives_what_the_operators_give(DataType type)
    {
        const int rows = 150;
        double[] values = Numeric.Normal(rows * 3, 8);
        values.AsSpan(0, 3).CopyTo(values.AsSpan(6));
        values.AsSpan(0, 3).CopyTo(values.AsSpan(60));
        PairBatch pairs = PairBatch.Within(Numeric.Matrix(values, rows).To(type), Tensor.From([.. Enumerable.Range(0, rows).Select(row => (long)(row / 4))], rows));
        foreach (PairDistance distance in Enum.GetValues<PairDistance>())
        {
            ContrastiveLoss loss = new(new() { Distance = distance, PositiveMargin = 0.2, NegativeMargin = 0.8 });
            AssertSame(loss.WeightedByOperators(pairs), loss.WeightedParts(pairs));
            using Autograd.Mode unrecorded = Autograd.NoGrad();
            AssertSame(loss.WeightedByOperators(pairs), [.. loss.Parts(pairs).Zip(loss.WeightedParts(pairs), (part, weighted) => weighted with { Part = part })]);
        }
        MarginLoss margin = new(new() { Boundary = 0.7 });
        AssertSame(margin.WeightedByOperators(pairs), margin.WeightedParts(pairs));

        void AssertSame(IReadOnlyList<WeightedPart> expected, IReadOnlyList<WeightedPart> actual)
        {
            double tolerance = type == DataType.Float64 ? 1e-10 : 1e-4;
            foreach ((WeightedPart e, WeightedPart a) in expected.Zip(actual))
            {
                Assert.Equal(e.Part.Count.ToDouble(), a.Part.Count.ToDouble());
                Numeric.AssertClose([e.Part.Sum.ToDouble()], [a.Part.Sum.ToDouble()], tolerance);
                Numeric.AssertClose(Numeric.Values(e.Weights), Numeric.Values(a.Weights), tolerance);
            }
        }
    }

    [Fact]
    public void Margins_that_are_left_out_follow_the_distance()
    {
        PairBatch pairs = Batch();
        double Value(ContrastiveOptions options) => new ContrastiveLoss(options).Forward(pairs).ToDouble();
        double Lifted(LiftedStructureOptions options) => options.Create(Context).Forward(pairs).ToDouble();
        Assert.Equal(Value(new() { PositiveMargin = 1, NegativeMargin = 0.5 }), Value(new()));
        Assert.Equal(Value(new() { Distance = PairDistance.Euclidean, PositiveMargin = 0, NegativeMargin = 1 }), Value(new() { Distance = PairDistance.Euclidean }));
        Assert.Equal(Lifted(new() { PositiveMargin = 0, NegativeMargin = 1 }), Lifted(new()));
        Assert.Equal(Lifted(new() { Distance = PairDistance.Cosine, PositiveMargin = 1, NegativeMargin = 0 }), Lifted(new() { Distance = PairDistance.Cosine }));
    }

    [Theory]
    [InlineData(PairDistance.Cosine)]
    [InlineData(PairDistance.Euclidean)]
    public void The_generalized_lifted_structure_takes_all_pairs_of_an_anchor_at_once(PairDistance distance)
    {
        PairBatch pairs = Batch();
        double[,] score = Scores(pairs, distance);
        bool[] positive = pairs.Positive.Contiguous().ToArray<bool>(), negative = pairs.Negative.Contiguous().ToArray<bool>();
        (double p, double q) = distance == PairDistance.Cosine ? (-0.9, -0.1) : (0.1, 1.4);
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            double pull = LogSum(i, positive, k => score[i, k] - p), push = LogSum(i, negative, k => q - score[i, k]);
            sum += Math.Max(0, pull + push);
        }
        LiftedStructureOptions options = distance == PairDistance.Cosine
            ? new() { Distance = distance, PositiveMargin = 0.9, NegativeMargin = 0.1 }
            : new() { Distance = distance, PositiveMargin = 0.1, NegativeMargin = 1.4 };
        Assert.Equal(sum / Rows, new LiftedStructureLoss(options).Forward(pairs).ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(PairDistance.Cosine)]
    [InlineData(PairDistance.Euclidean)]
    public void The_original_lifted_structure_takes_the_negatives_of_both_ends(PairDistance distance)
    {
        PairBatch pairs = Batch();
        double[,] score = Scores(pairs, distance);
        bool[] positive = pairs.Positive.Contiguous().ToArray<bool>(), negative = pairs.Negative.Contiguous().ToArray<bool>();
        (double p, double q) = distance == PairDistance.Cosine ? (-1.0, 0.0) : (0.0, 1.0);
        (double sum, int count) = (0, 0);
        for (int pair = 0; pair < Rows * Rows; pair++)
        {
            (int i, int j) = (pair / Rows, pair % Rows);
            if (positive[pair])
            {
                double both = Enumerable.Range(0, Rows).Sum(k => (negative[(i * Rows) + k] ? Math.Exp(q - score[i, k]) : 0) + (negative[(j * Rows) + k] ? Math.Exp(q - score[j, k]) : 0));
                sum += Math.Pow(Math.Max(0, Math.Log(both) + score[i, j] - p), 2) / 2;
                count++;
            }
        }
        Assert.Equal(sum / count, new OriginalLiftedStructureLoss(new() { Distance = distance }).Forward(pairs).ToDouble(), 1e-12);
    }

    [Fact]
    public void Without_negatives_their_logarithm_counts_as_0()
    {
        PairBatch pairs = PairBatch.Within(Embeddings(), Numeric.Ids(0, 0, 0, 0, 0, 0, 0, 0, 0));
        double[] squares = [.. Pairs(pairs).Select(pair => 2 - (2 * pair.Similarity))];
        Assert.Equal(squares.Average() / 2, new OriginalLiftedStructureLoss(new()).Forward(pairs).ToDouble(), 1e-12);
    }

    [Fact]
    public void Against_references_the_original_lifted_structure_takes_the_negatives_of_the_anchor()
    {
        PairBatch pairs = new(Tensor.From([0.5, 0.2, -0.1], 1, 3), Tensor.From([true, false, false], 1, 3), Tensor.From([false, true, true], 1, 3));
        double excess = Math.Log(Math.Exp(0.2) + Math.Exp(-0.1)) + 1 - 0.5;
        Assert.Equal(excess * excess / 2, new OriginalLiftedStructureLoss(new() { Distance = PairDistance.Cosine }).Forward(pairs).ToDouble(), 1e-12);
    }

    [Fact]
    public void Binomial_deviance_averages_the_sides_of_each_anchor()
    {
        PairBatch pairs = Batch();
        double[] similarity = pairs.Similarity.Contiguous().ToArray<double>();
        bool[] positive = pairs.Positive.Contiguous().ToArray<bool>(), negative = pairs.Negative.Contiguous().ToArray<bool>();
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            int[] row = [.. Enumerable.Range(i * Rows, Rows)];
            sum += row.Where(k => positive[k]).Select(k => Math.Log(1 + Math.Exp(2 * (0.4 - similarity[k])))).DefaultIfEmpty().Average();
            sum += 0.7 * row.Where(k => negative[k]).Select(k => Math.Log(1 + Math.Exp(20 * (similarity[k] - 0.4)))).DefaultIfEmpty().Average();
        }
        BinomialDevianceOptions options = new() { Alpha = 2, Beta = 20, Base = 0.4, NegativeCost = 0.7 };
        Assert.Equal(sum / Rows, new BinomialDevianceLoss(options).Forward(pairs).ToDouble(), 1e-12);
        Assert.Equal(sum, new BinomialDevianceLoss(options with { Reduction = AnchorReduction.Sum }).Forward(pairs).ToDouble(), 1e-12);
    }

    [Fact]
    public void Cross_class_duplicates_at_a_sharpness_of_1000_stay_finite()
    {
        Tensor rows = Numeric.Leaf(Numeric.Matrix([1, 0, 1, 0, 0, 1, 0, 1], 4).To(DataType.Float32));
        IPairLoss[] losses = [new BinomialDevianceLoss(new() { Alpha = 1000, Beta = 1000 }), new NcaLoss(new() { Scale = 1000 }), new TripletLoss(new() { Smooth = true, Margin = 1000 })];
        foreach (IPairLoss loss in losses)
        {
            Tensor value = loss.Forward(PairBatch.Within(rows, Numeric.Ids(0, 1, 0, 1)));
            Assert.InRange(value.ToDouble(), 100, 2000);
            Assert.All(Numeric.Values(Autograd.Grad([value], [rows])[0]), slope => Assert.True(double.IsFinite(slope)));
        }
    }

    [Fact]
    public void Nca_is_the_chance_to_pick_a_positive()
    {
        PairBatch pairs = Batch();
        double[] similarity = pairs.Similarity.Contiguous().ToArray<double>();
        bool[] positive = pairs.Positive.Contiguous().ToArray<bool>();
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            int[] others = [.. Enumerable.Range(i * Rows, Rows).Where(k => k % Rows != i)];
            double chance = others.Where(k => positive[k]).Sum(k => Math.Exp(-(2 - (2 * similarity[k])))) / others.Sum(k => Math.Exp(-(2 - (2 * similarity[k]))));
            sum -= chance > 0 ? Math.Log(chance) : 0;
        }
        Assert.Equal(sum / Rows, new NcaLoss(new()).Forward(pairs).ToDouble(), 1e-12);
    }

    [Fact]
    public void Wrong_settings_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinomialDevianceOptions { Alpha = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinomialDevianceOptions { Beta = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinomialDevianceOptions { NegativeCost = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinomialDevianceOptions { Base = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContrastiveOptions { PositiveMargin = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContrastiveOptions { NegativeMargin = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LiftedStructureOptions { PositiveMargin = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NcaOptions { Scale = 0 });
        IPairLossOptions[] distances = [new ContrastiveOptions { Distance = PairDistance.Euclidean }, new LiftedStructureOptions(), new MarginOptions()];
        Assert.All(distances, options => Assert.Throws<ArgumentException>(() => options.Pairs(new PairTermOptions { Normalize = false })));
        Assert.False(new ContrastiveOptions().Pairs(new PairTermOptions { Normalize = false }).Normalize);
    }

    private static Tensor Embeddings() => Numeric.Matrix(Numeric.Normal(Rows * 5, 1), Rows);

    private static PairBatch Batch() => PairBatch.Within(Embeddings(), Numeric.Ids(0, 0, 0, 1, 1, 2, 2, 2, 3));

    private static IEnumerable<(double Similarity, bool Positive)> Pairs(PairBatch pairs)
    {
        double[] similarity = pairs.Similarity.Contiguous().ToArray<double>();
        bool[] positive = pairs.Positive.Contiguous().ToArray<bool>(), negative = pairs.Negative.Contiguous().ToArray<bool>();
        return Enumerable.Range(0, similarity.Length).Where(k => positive[k] || negative[k]).Select(k => (similarity[k], positive[k]));
    }

    private static double[,] Scores(PairBatch pairs, PairDistance distance)
    {
        double[] similarity = pairs.Similarity.Contiguous().ToArray<double>();
        double[,] scores = new double[Rows, Rows];
        for (int k = 0; k < similarity.Length; k++)
        {
            scores[k / Rows, k % Rows] = distance == PairDistance.Cosine ? -similarity[k] : Math.Sqrt(Math.Max(0, 2 - (2 * similarity[k])));
        }
        return scores;
    }

    /// <summary>log Σ e^x over what a mask holds of a row; 0 where it is empty.</summary>
    private static double LogSum(int row, bool[] mask, Func<int, double> exponent)
    {
        double sum = Enumerable.Range(0, Rows).Where(k => mask[(row * Rows) + k]).Sum(k => Math.Exp(exponent(k)));
        return sum > 0 ? Math.Log(sum) : 0;
    }
}
