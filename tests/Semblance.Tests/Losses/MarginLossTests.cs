using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Margin loss: its boundary, fixed or learned.</summary>
public sealed class MarginLossTests : IDisposable
{
    private static readonly TermContext Context = new(Classes: 4, Dimensions: 5, Seed: 0) { Type = DataType.Float64 };
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Terms_that_are_not_0_are_averaged_over_both_sides()
    {
        PairBatch pairs = new(Tensor.From([0.6, -1, 0.28, 0.875], 1, 4), Tensor.From([true, true, false, false], 1, 4), Tensor.From([false, false, true, true], 1, 4));
        // Distances 0.89, 2, 1.2 and 0.5; the first is within the boundary by more than the margin.
        MarginLoss loss = new(new() { Boundary = 1.2, Margin = 0.2 });
        Assert.Equal((1.0 + 0.2 + 0.9) / 3, loss.Forward(pairs).ToDouble(), 1e-9);
        Numeric.AssertClose([0, -0.5 / 3, 1 / 1.2 / 3, 2 / 3.0], Numeric.Values(loss.Weights(pairs)), 1e-9);
    }

    [Fact]
    public void A_boundary_a_class_is_that_of_the_anchor_and_the_mean_for_several_labels()
    {
        double[] boundaries = [0.9, 1.2, 1.5, 1.0];
        Tensor labels = Numeric.Ids(0, 2, 1, 0, 2, 3), multiHot = ClassLabels.MultiHot(labels, 4).To(DataType.Int64), rows = Embeddings();
        MarginOptions options = new() { Learned = LearnedBoundary.PerClass };
        double sum = 0;
        int count = 0;
        double[] s = Numeric.Values(PairBatch.Within(rows, labels).Similarity);
        long[] ids = labels.ToArray<long>();
        for (int pair = 0; pair < 36; pair++)
        {
            (int i, int j, double d) = (pair / 6, pair % 6, Math.Sqrt(Math.Max(0, 2 - (2 * s[pair]))));
            double term = i == j ? 0 : Math.Max(0, ids[i] == ids[j] ? d - boundaries[ids[i]] + 0.2 : boundaries[ids[i]] - d + 0.2);
            (sum, count) = (sum + term, count + (term > 0 ? 1 : 0));
        }
        MarginLoss loss = new(options, Tensor.From(boundaries, 4));
        Assert.Equal(sum / count, loss.Forward(PairBatch.Within(rows, labels)).ToDouble(), 1e-12);
        Assert.Equal(sum / count, loss.Forward(PairBatch.Within(rows, multiHot)).ToDouble(), 1e-12);

        Tensor both = Tensor.From([1L, 0, 0, 1], 1, 4);
        PairBatch one = PairBatch.Between(rows.Narrow(0, 0, 1), both, rows.Narrow(0, 1, 1), Tensor.From([0L, 1, 0, 0], 1, 4));
        double apart = Math.Sqrt(2 - (2 * one.Similarity.ToDouble()));
        Assert.Equal(Math.Max(0, 0.95 - apart + 0.2), loss.Forward(one).ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(LearnedBoundary.Shared)]
    [InlineData(LearnedBoundary.PerClass)]
    public void A_learned_boundary_is_a_parameter_with_a_derivative(LearnedBoundary learned)
    {
        MarginOptions options = new() { Learned = learned, Boundary = 1.1, BoundaryWeight = 0.3 };
        using MarginTerm term = new(options);
        (string name, Tensor boundary) = Assert.Single(term.Loss.Parameters);
        Assert.Equal("boundary", name);
        Assert.Equal(learned == LearnedBoundary.Shared ? [1.1] : [1.1, 1.1, 1.1, 1.1], Numeric.Values(boundary));

        PairBatch pairs = PairBatch.Within(Embeddings(), Labels());
        Numeric.AssertClose(
            Numeric.Slope(at => new MarginLoss(options, at).Forward(pairs), boundary),
            Numeric.Values(Autograd.Grad([term.Loss.Forward(pairs)], [boundary])[0]), 1e-6);
    }

    [Fact]
    public void Blocks_of_anchors_give_the_boundary_of_a_class_the_same_derivative()
    {
        using MarginTerm term = new(new() { Learned = LearnedBoundary.PerClass, BoundaryWeight = 0.3 });
        double[][] Gradients(int rowsPerBlock)
        {
            Tensor rows = Numeric.Leaf(Embeddings());
            Tensor value = new PairTerm(term.Loss, new PairTermOptions { RowsPerBlock = rowsPerBlock }).Forward(new TermInput(new Outputs((Outputs.Representation, rows)), Labels())).Value;
            return [.. Autograd.Grad([value], [rows, term.Loss.Parameters[0].Value]).Select(Numeric.Values)];
        }
        foreach ((double[] whole, double[] blocks) in Gradients(0).Zip(Gradients(4)))
        {
            Numeric.AssertClose(whole, blocks, 1e-12);
        }
    }

    [Fact]
    public void The_weight_of_the_boundary_counts_anchors_that_have_a_pair()
    {
        PairBatch pairs = PairBatch.Within(Embeddings(), Labels());
        MarginOptions options = new() { Learned = LearnedBoundary.PerClass };
        double Value(double weight, PairBatch of) => new MarginLoss(options with { BoundaryWeight = weight }, Tensor.From([1.0, 2, 3, 4], 4)).Forward(of).ToDouble();
        Assert.Equal(Value(0, pairs) + (0.5 * (1 + 1 + 2 + 2 + 3 + 4) / 6.0), Value(0.5, pairs), 1e-12);
        Tensor first = Tensor.Arange(0, 6).Unsqueeze(1).EqualTo(0);
        PairBatch one = pairs with { Positive = pairs.Positive.And(first), Negative = pairs.Negative.And(first) };
        Assert.Equal(Value(0, one) + 0.5, Value(0.5, one), 1e-12);
    }

    [Fact]
    public void A_boundary_a_class_needs_the_labels_of_the_anchors()
    {
        using MarginTerm term = new(new() { Learned = LearnedBoundary.PerClass });
        PairBatch nameless = PairBatch.Within(Embeddings(), Labels()) with { AnchorLabels = null };
        Assert.Contains("labels", Assert.Throws<ArgumentException>(() => term.Loss.Forward(nameless)).Message, StringComparison.Ordinal);
        Assert.Contains("class id 9", Assert.Throws<ArgumentException>(() => term.Loss.Forward(PairBatch.Within(Embeddings(), Numeric.Ids(0, 0, 1, 1, 9, 9)))).Message, StringComparison.Ordinal);
    }

    private static Tensor Embeddings() => Numeric.Matrix(Numeric.Normal(6 * 5, 1), 6);

    private static Tensor Labels() => Numeric.Ids(0, 0, 1, 1, 2, 3);

    /// <summary>A loss as its options make it, whose parameters are freed.</summary>
    private sealed class MarginTerm(MarginOptions options) : IDisposable
    {
        public IPairLoss Loss { get; } = options.Create(Context);

        public void Dispose()
        {
            foreach ((_, Tensor value) in Loss.Parameters)
            {
                value.Dispose();
            }
        }
    }
}
