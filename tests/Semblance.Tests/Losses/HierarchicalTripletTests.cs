using Semblance.Losses.Pairs;
using Semblance.Sampling.Trees;
using Semblance.Tensors;
using Semblance.Training.Trees;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class HierarchicalTripletTests : IDisposable
{
    private readonly TensorScope scope = new();

    public static TheoryData<HierarchicalTripletOptions> Options { get; } =
    [
        .. from distance in new[] { PairDistance.SquaredEuclidean, PairDistance.Euclidean }
           from reduction in Enum.GetValues<TripletAverage>()
           select new HierarchicalTripletOptions { Distance = distance, Reduction = reduction },
    ];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Options))]
    public void Value_counts_and_weights_are_those_of_a_loop_over_all_triplets(HierarchicalTripletOptions options)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            (Tensor embeddings, Tensor labels, Tensor margins) = Batch(seed);
            PairBatch pairs = PairBatch.Within(embeddings, labels) with { Margin = margins };
            HierarchicalTripletLoss loss = new(options);
            (double value, double[] weights, long valid, long active) = Loop(pairs, options);
            Assert.Equal(value, loss.Forward(pairs).ToDouble(), 1e-12);
            Numeric.AssertClose(weights, Numeric.Values(loss.Weights(pairs)), 1e-12);
            Assert.Equal((valid, active), loss.Count(pairs));
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void The_derivative_agrees_with_finite_differences(HierarchicalTripletOptions options)
    {
        (Tensor embeddings, Tensor labels, Tensor margins) = Batch(3);
        HierarchicalTripletLoss loss = new(options);
        Numeric.AssertDerivative(at => loss.Forward(PairBatch.Within(at, labels) with { Margin = margins }), embeddings);
    }

    [Fact]
    public void The_squared_form_has_the_pair_weights_of_the_paper()
    {
        // One class of two images and one negative: with both triplets active each pair's weight is 1/Z = 1/2.
        PairBatch pairs = PairBatch.Within(Tensor.From([1.0, 0, 0, 1, 0.9, 0.1], 3, 2), Numeric.Ids(0, 0, 1));
        double[] weights = Numeric.Values(new HierarchicalTripletLoss(new() { InitialMargin = 3 }).Weights(pairs));
        Assert.Equal([0, -0.5, 0.5, -0.5, 0, 0.5, 0, 0, 0], weights);
    }

    [Fact]
    public void In_single_precision_a_large_batch_is_as_exact_as_its_numbers()
    {
        (Tensor embeddings, Tensor labels, Tensor margins) = Batch(5, classes: 40, each: 6, width: 16);
        HierarchicalTripletLoss loss = new(new());
        double exact = loss.Forward(PairBatch.Within(embeddings, labels) with { Margin = margins }).ToDouble();
        double single = loss.Forward(PairBatch.Within(embeddings.To(DataType.Float32), labels) with { Margin = margins.To(DataType.Float32) }).ToDouble();
        Assert.Equal(exact, single, 1e-6 * exact);
    }

    [Fact]
    public void Unequal_classes_count_their_valid_triplets()
    {
        PairBatch pairs = PairBatch.Within(Numeric.Matrix(Numeric.Normal(7 * 4, 1), 7), Numeric.Ids(0, 0, 0, 1, 1, 2, 3));
        // Class 0: 3 x 2 pairs x 4 others; class 1: 2 x 5; singletons have no positive.
        Assert.Equal(24 + 10, new HierarchicalTripletLoss(new()).Count(pairs).Valid);
    }

    [Theory]
    [InlineData(0, 1, 2, 3)]
    [InlineData(5, 5, 5, 5)]
    public void Without_a_triplet_the_value_is_0_and_connected(long a, long b, long c, long d)
    {
        foreach (TripletAverage reduction in Enum.GetValues<TripletAverage>())
        {
            Tensor leaf = Numeric.Leaf(Numeric.Matrix(Numeric.Normal(8, 2), 4));
            Tensor value = new HierarchicalTripletLoss(new() { Reduction = reduction }).Forward(PairBatch.Within(leaf, Numeric.Ids(a, b, c, d)));
            Assert.Equal(0, value.ToDouble());
            Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.Equal(0, slope));
        }
    }

    [Fact]
    public void A_margin_above_4_keeps_every_triplet_active_and_one_far_below_0_none()
    {
        (Tensor embeddings, Tensor labels, Tensor margins) = Batch(1);
        PairBatch pairs = PairBatch.Within(embeddings, labels);
        HierarchicalTripletLoss loss = new(new());
        (long valid, long active) = loss.Count(pairs with { Margin = margins.FullLike(4.5) });
        Assert.Equal(valid, active);
        Assert.Equal(0, loss.Count(pairs with { Margin = margins.FullLike(-4.5) }).Active);
    }

    [Fact]
    public void Margins_are_those_of_the_tree_with_the_gain()
    {
        ClassTree tree = Tree();
        Tensor anchors = Numeric.Ids(9, 0, 4, 0), references = Numeric.Ids(0, 4, 9);
        double[] margins = Numeric.Values(new ClassMargins(new TreeSeparation { Tree = tree }, new() { Gain = 0.3 }).Of(anchors, references, DataType.Float64)!);
        int[] a = [2, 0, 1, 0], r = [0, 1, 2];
        Assert.Equal([.. a.SelectMany(p => r.Select(q => tree.Margin(p, q, 0.3)))], margins.Select(value => value), (x, y) => Math.Abs(x - y) < 1e-15);
        Assert.Null(new ClassMargins(new TreeSeparation(), new()).Of(anchors, references, DataType.Float64));
    }

    [Fact]
    public void Of_several_classes_the_nearest_two_give_the_margin()
    {
        ClassTree tree = Tree();
        Tensor rows = Tensor.From([1.0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 2, 10), columns = Tensor.From([0.0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 1, 10);
        double[] margins = Numeric.Values(new ClassMargins(new TreeSeparation { Tree = tree }, new() { Gain = 0 }).Of(rows, columns, DataType.Float64)!);
        double least = new[] { (0, 1), (0, 2), (1, 1), (1, 2) }.Min(pair => tree.Margin(pair.Item1, pair.Item2, 0));
        Assert.Equal(least, margins[0], 1e-15);
        Assert.Equal(Math.Min(tree.Margin(2, 1, 0), tree.Margin(2, 2, 0)), margins[1], 1e-15);
    }

    [Fact]
    public void A_class_that_the_tree_does_not_have_is_refused_or_has_the_initial_margin()
    {
        TreeSeparation separation = new(["cat", "dog"]) { Tree = Tree() };
        Tensor labels = Numeric.Ids(0, 1, 4);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new ClassMargins(separation, new()).Of(labels, labels, DataType.Float64));
        Assert.Contains("class \"dog\" of the batch is not in the tree", refusal.Message, StringComparison.Ordinal);
        HierarchicalTripletOptions lenient = new() { UnknownClass = UnknownClass.InitialMargin, InitialMargin = 0.25 };
        double[] margins = Numeric.Values(new ClassMargins(separation, lenient).Of(labels, labels, DataType.Float64)!);
        Assert.Equal([1, 3, 4, 5, 7], Enumerable.Range(0, 9).Where(k => margins[k] == 0.25));
        Tensor none = Tensor.From(new double[10], 1, 10);
        Assert.Equal([0.25], Numeric.Values(new ClassMargins(separation, lenient).Of(none, none, DataType.Float64)!));
    }

    [Fact]
    public void Margins_below_0_stay_unless_they_are_clamped()
    {
        ClassTree tree = Sampling.ClassTreeTests.Build([([1, 0], 0), ([-1, 0], 0), .. Sampling.ClassTreeTests.Twice([0, 1], 1), .. Sampling.ClassTreeTests.Twice([0, 1], 2)], new() { Levels = 4 });
        Tensor labels = Numeric.Ids(0, 1);
        double[] Margins(bool clamp) => Numeric.Values(new ClassMargins(new TreeSeparation { Tree = tree }, new() { ClampMargin = clamp }).Of(labels, labels, DataType.Float64)!);
        Assert.True(Margins(false)[1] < 0);
        Assert.Equal(0, Margins(true)[1]);
        Assert.Equal(Margins(false)[2], Margins(true)[2]);
    }

    private static ClassTree Tree() => Sampling.ClassTreeTests.Build([([1, 0.1], 0), ([1, -0.1], 0), ([1, 0.5], 4), ([1, 0.9], 4), ([-1, 0.4], 9), ([-0.5, 1], 9)]);

    /// <summary>A batch with margins of its own for each pair of classes, not symmetric.</summary>
    private static (Tensor Embeddings, Tensor Labels, Tensor Margins) Batch(int seed, int classes = 4, int each = 3, int width = 5)
    {
        SeededRandom random = new(seed);
        long[] labels = [.. Enumerable.Range(0, classes).SelectMany(label => Enumerable.Repeat((long)label, each)), classes];
        double[] table = [.. Enumerable.Range(0, (classes + 1) * (classes + 1)).Select(_ => (1.5 * random.NextDouble()) - 0.3)];
        double[] margins = [.. labels.SelectMany(p => labels.Select(q => table[(p * (classes + 1)) + q]))];
        return (Numeric.Matrix(Numeric.Normal(labels.Length * width, seed), labels.Length), Numeric.Ids(labels), Tensor.From(margins, labels.Length, labels.Length));
    }

    private static (double Value, double[] Weights, long Valid, long Active) Loop(PairBatch pairs, HierarchicalTripletOptions options)
    {
        int n = (int)pairs.Anchors;
        double[] s = Numeric.Values(pairs.Similarity), margins = Numeric.Values(pairs.Margin!);
        bool[] positive = pairs.Positive.Contiguous().ToArray<bool>(), negative = pairs.Negative.Contiguous().ToArray<bool>();
        bool squared = options.Distance == PairDistance.SquaredEuclidean;
        double Distance(int pair) => squared ? 2 - (2 * s[pair]) : Math.Sqrt(2 - (2 * s[pair]));
        double Slope(int pair) => squared ? -2 : -1 / Math.Sqrt(2 - (2 * s[pair]));
        (double sum, long valid, long active) = (0, 0, 0);
        double[] weights = new double[n * n];
        for (int a = 0; a < n; a++)
        {
            foreach (int p in Enumerable.Range(a * n, n).Where(pair => positive[pair]))
            {
                foreach (int q in Enumerable.Range(a * n, n).Where(pair => negative[pair]))
                {
                    double hinge = Distance(p) - Distance(q) + margins[q];
                    valid++;
                    if (hinge > 0)
                    {
                        active++;
                        sum += hinge;
                        weights[p] += Slope(p);
                        weights[q] -= Slope(q);
                    }
                }
            }
        }
        double divisor = 2.0 * Math.Max(1, options.Reduction == TripletAverage.Mean ? valid : active);
        return (sum / divisor, [.. weights.Select(weight => weight / divisor)], valid, active);
    }
}
