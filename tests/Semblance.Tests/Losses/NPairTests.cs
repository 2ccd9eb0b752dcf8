using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>N-pair loss: which pairs it chooses, and what it makes of them.</summary>
public sealed class NPairTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_first_two_rows_of_each_class_are_anchor_and_positive()
    {
        // Classes 7, 3 and 9 have pairs (0, 2), (1, 5) and (3, 4); row 6 is a third of its class, row 7 alone in its own.
        Tensor rows = Numeric.Leaf(Numeric.Matrix(Numeric.Normal(8 * 4, 1), 8));
        Tensor loss = new NPairLoss(new()).Forward(PairBatch.Within(rows, Numeric.Ids(7, 3, 7, 9, 9, 3, 7, -1), normalize: false));
        (int Anchor, int Positive)[] chosen = [(0, 2), (1, 5), (3, 4)];

        double[] values = Numeric.Values(rows);
        double Dot(int a, int b) => Enumerable.Range(0, 4).Sum(k => values[(a * 4) + k] * values[(b * 4) + k]);
        double expected = chosen.Average(pair => Math.Log(chosen.Sum(other => Math.Exp(Dot(pair.Anchor, other.Positive)))) - Dot(pair.Anchor, pair.Positive));
        Assert.Equal(expected, loss.ToDouble(), 1e-12);

        double[] gradient = Numeric.Values(Autograd.Grad([loss], [rows])[0]);
        Assert.All(gradient[(6 * 4)..], slope => Assert.Equal(0, slope));
        Assert.DoesNotContain(0, gradient[..(6 * 4)]);
    }

    [Fact]
    public void Against_references_the_first_anchor_and_the_first_reference_of_a_class_are_a_pair()
    {
        (Tensor rows, Tensor references) = (Numeric.Matrix(Numeric.Normal(12, 1), 4), Numeric.Matrix(Numeric.Normal(15, 2), 5));
        Tensor loss = new NPairLoss(new()).Forward(PairBatch.Between(rows, Numeric.Ids(0, 1, 0, 2), references, Numeric.Ids(5, 1, 0, 1, 0), normalize: false));
        double[] s = Numeric.Values(rows.MatMul(references.Transpose()));
        double expected = (Math.Log(1 + Math.Exp(s[1] - s[2])) + Math.Log(1 + Math.Exp(s[7] - s[6]))) / 2;
        Assert.Equal(expected, loss.ToDouble(), 1e-12);
    }

    [Fact]
    public void A_pair_that_is_positive_by_several_labels_is_no_negative()
    {
        // Rows 0 and 1 share the first label, 2 and 3 the second; row 0 has both, so that the positive of 2 is no negative of row 0.
        Tensor labels = Tensor.From([1L, 1, 1, 0, 0, 1, 0, 1], 4, 2), rows = Numeric.Matrix(Numeric.Normal(12, 3), 4);
        PairBatch pairs = PairBatch.Within(rows, labels);
        Tensor weights = new NPairLoss(new()).Weights(pairs);
        Assert.Equal(0, weights.Select(0, 0).Select(0, 3).ToDouble());
        Assert.True(weights.Select(0, 0).Select(0, 1).ToDouble() <= 0);
    }

    [Fact]
    public void The_squared_length_of_chosen_rows_is_a_part_with_a_weight()
    {
        Tensor rows = Numeric.Matrix(Numeric.Normal(24, 4), 6);
        Tensor labels = Numeric.Ids(0, 0, 0, 1, 1, 2);
        double Value(double weight) => new NPairLoss(new() { LengthWeight = weight }).Forward(PairBatch.Within(rows, labels, normalize: false)).ToDouble();
        double[] values = Numeric.Values(rows);
        double length = new[] { 0, 1, 3, 4 }.Average(row => values.AsSpan(row * 4, 4).ToArray().Sum(x => x * x));
        Assert.Equal(Value(0) + (0.1 * length), Value(0.1), 1e-12);

        NPairLoss loss = new(new() { LengthWeight = 0.1 });
        Numeric.AssertDerivative(at => loss.Forward(PairBatch.Within(at, labels, normalize: false)), rows);
        PairBatch pairs = PairBatch.Within(rows, labels, normalize: false);
        Numeric.AssertClose(Numeric.Values(PairWeights.Of(loss, pairs)), Numeric.Values(loss.Weights(pairs)), 1e-12);
    }

    [Fact]
    public void A_weight_of_lengths_needs_rows_that_have_lengths()
    {
        NPairOptions options = new() { LengthWeight = 0.1 };
        Assert.Contains("pairs.normalize", Assert.Throws<ArgumentException>(() => options.Pairs(new PairTermOptions())).Message, StringComparison.Ordinal);
        Assert.False(options.Pairs(new PairTermOptions { Normalize = false }).Normalize);
        Assert.Throws<ArgumentOutOfRangeException>(() => new NPairOptions { LengthWeight = -1 });
    }
}
