using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>What holds for every pair loss.</summary>
public sealed class PairLossTests : IDisposable
{
    private const int Rows = 9;
    private const int Width = 5;
    private readonly TensorScope scope = new();

    public static TheoryData<PairLossRow> All => PairLossRows.All;

    public static TheoryData<PairLossRow> Unordered => PairLossRows.Unordered;

    public static TheoryData<PairLossRow> Weighted => PairLossRows.Weighted;

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(All))]
    public void The_derivative_with_respect_to_embeddings_agrees_with_finite_differences(PairLossRow row) =>
        AssertDerivative(row, embeddings => PairBatch.Within(embeddings, Labels()), Embeddings());

    [Theory]
    [MemberData(nameof(All))]
    public void The_derivatives_with_respect_to_rows_and_proxies_agree_with_finite_differences(PairLossRow row)
    {
        Tensor embeddings = Embeddings(), proxies = Numeric.Matrix(Numeric.Normal(4 * Width, 2), 4);
        AssertDerivative(row, at => PairBatch.ToProxies(at, Labels(), proxies), embeddings);
        AssertDerivative(row, at => PairBatch.ToProxies(embeddings, Labels(), at), proxies);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_derivative_with_several_labels_a_row_agrees_with_finite_differences(PairLossRow row)
    {
        Tensor proxies = Numeric.Matrix(Numeric.Normal(3 * Width, 3), 3);
        AssertDerivative(row, at => PairBatch.ToProxies(at, SeveralLabels(), proxies), Embeddings());
        AssertDerivative(row, at => PairBatch.Within(at, SeveralLabels()), Embeddings());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Weights_are_the_derivative_of_the_value(PairLossRow row)
    {
        PairBatch pairs = row.Mined(PairBatch.Within(Embeddings(), Labels()));
        double[] slopes = Numeric.Slope(similarity => row.Value(pairs with { Similarity = similarity }, pairs.Similarity), pairs.Similarity);
        Numeric.AssertClose(slopes, Numeric.Values(PairWeights.Of(row.Loss, pairs)), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Weighted))]
    public void Weights_in_closed_form_equal_those_by_differentiation(PairLossRow row)
    {
        IWeightedPairLoss loss = (IWeightedPairLoss)row.Loss;
        foreach (PairBatch pairs in Batches().Select(row.Mined))
        {
            Numeric.AssertClose(Numeric.Values(PairWeights.Of(loss, pairs)), Numeric.Values(loss.Weights(pairs)), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Weights_never_attract_negatives_nor_repel_positives(PairLossRow row)
    {
        PairBatch pairs = row.Mined(PairBatch.Within(Embeddings(), Labels()));
        Tensor weights = PairWeights.Of(row.Loss, pairs);
        Assert.True(row.MayRepelPositives || weights.MaskedSelect(pairs.Positive).Max().ToDouble() <= 0);
        Assert.True(weights.MaskedSelect(pairs.Negative).Min().ToDouble() >= 0);
        Assert.Equal(0, weights.MaskedSelect(pairs.Positive.Or(pairs.Negative).Not()).Abs().Max().ToDouble());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_surrogate_of_the_weights_has_the_gradient_of_the_loss(PairLossRow row)
    {
        double[] Gradient(Func<PairBatch, Tensor> value)
        {
            Tensor leaf = Numeric.Leaf(Embeddings());
            return Numeric.Values(Autograd.Grad([value(row.Mined(PairBatch.Within(leaf, Labels())))], [leaf])[0]);
        }
        Numeric.AssertClose(Gradient(row.Loss.Forward), Gradient(pairs => PairWeights.Surrogate(PairWeights.Of(row.Loss, pairs), pairs)), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Unordered))]
    public void The_order_of_the_batch_does_not_matter(PairLossRow row)
    {
        Tensor order = Numeric.Ids(4, 0, 8, 2, 6, 1, 7, 3, 5);
        double straight = row.Loss.Forward(row.Mined(PairBatch.Within(Embeddings(), Labels()))).ToDouble();
        double mixed = row.Loss.Forward(row.Mined(PairBatch.Within(Embeddings().IndexSelect(0, order), Labels().IndexSelect(0, order)))).ToDouble();
        Assert.Equal(straight, mixed, 1e-10);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Rotating_the_space_does_not_matter(PairLossRow row)
    {
        Tensor rotated = Embeddings().MatMul(Rotation());
        double expected = row.Loss.Forward(row.Mined(PairBatch.Within(Embeddings(), Labels()))).ToDouble();
        Assert.Equal(expected, row.Loss.Forward(row.Mined(PairBatch.Within(rotated, Labels()))).ToDouble(), 1e-10);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Without_a_pair_the_loss_is_0_and_its_gradient_0_and_connected(PairLossRow row)
    {
        Tensor leaf = Numeric.Leaf(Embeddings());
        PairBatch pairs = PairBatch.Within(leaf, Labels());
        Tensor none = pairs.Positive.And(pairs.Negative);
        Tensor loss = row.Loss.Forward(row.Mined(pairs with { Positive = none, Negative = none }));
        Assert.Equal(0, loss.ToDouble());
        Assert.True(loss.RequiresGrad);
        Assert.All(Numeric.Values(Autograd.Grad([loss], [leaf])[0]), slope => Assert.Equal(0, slope));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_at_the_edge_give_finite_values_and_gradients(PairLossRow row)
    {
        foreach ((int rows, int references) in new[] { (0, 0), (1, 1), (2, 1), (3, 0), (0, 3), (1, 4) })
        {
            Tensor leaf = Numeric.Leaf(Numeric.Matrix(Numeric.Normal(rows * Width, 4), Math.Max(1, rows)).Reshape(rows, Width));
            Tensor others = Numeric.Matrix(Numeric.Normal(references * Width, 5), Math.Max(1, references)).Reshape(references, Width);
            Tensor loss = row.Loss.Forward(row.Mined(PairBatch.Between(leaf, Ramp(rows), others, Ramp(references))));
            AssertFinite(loss, leaf);
            AssertFinite(row.Loss.Forward(row.Mined(PairBatch.Within(leaf, Ramp(rows)))), leaf);
            AssertFinite(row.Loss.Forward(row.Mined(PairBatch.Within(leaf, Ramp(rows).ZerosLike()))), leaf);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void One_class_singletons_duplicates_and_a_zero_row_give_finite_values_and_gradients(PairLossRow row)
    {
        foreach (PairBatch pairs in Batches())
        {
            PairBatch leaf = pairs with { Similarity = Numeric.Leaf(pairs.Similarity) };
            AssertFinite(row.Loss.Forward(row.Mined(leaf)), leaf.Similarity);
        }
        Tensor rows = Numeric.Leaf(Duplicates());
        AssertFinite(row.Loss.Forward(row.Mined(PairBatch.Within(rows, Labels()))), rows);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Half_precision_is_computed_in_single_precision_also_under_autocast(PairLossRow row)
    {
        foreach (DataType half in new[] { DataType.Float16, DataType.BFloat16 })
        {
            Tensor embeddings = Embeddings().To(half);
            double expected = row.Loss.Forward(row.Mined(PairBatch.Within(embeddings.To(DataType.Float32), Labels()))).ToDouble();
            using Autograd.AutocastMode reduced = Autograd.Autocast(Device.Cpu);
            PairBatch pairs = PairBatch.Within(embeddings, Labels());
            Assert.Equal(DataType.Float32, pairs.Similarity.Type);
            Assert.Equal(expected, row.Loss.Forward(row.Mined(pairs)).ToDouble());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_NaN_or_an_infinity_among_the_embeddings_makes_the_loss_NaN(PairLossRow row)
    {
        foreach (double wrong in new[] { double.NaN, double.PositiveInfinity })
        {
            double[] values = Numeric.Normal(Rows * Width, 1);
            values[12] = wrong;
            Tensor embeddings = Numeric.Matrix(values, Rows);
            Assert.True(double.IsNaN(row.Loss.Forward(row.Mined(PairBatch.Within(embeddings, Labels()))).ToDouble()));
            Assert.True(double.IsNaN(row.Loss.Forward(row.Mined(PairBatch.Within(embeddings, Ramp(Rows)))).ToDouble()));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Labels_are_mere_names(PairLossRow row)
    {
        Tensor named = Numeric.Ids(-7, -7, -7, long.MaxValue, long.MaxValue, 12, 12, 12, 1L << 40);
        double expected = row.Loss.Forward(row.Mined(PairBatch.Within(Embeddings(), Labels()))).ToDouble();
        Assert.Equal(expected, row.Loss.Forward(row.Mined(PairBatch.Within(Embeddings(), named))).ToDouble());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_step_leaves_no_handle_behind(PairLossRow row)
    {
        using Tensor embeddings = Embeddings();
        long before = LiveTensors.Count();
        using (TensorScope step = new())
        {
            Tensor leaf = Numeric.Leaf(embeddings);
            row.Loss.Forward(row.Mined(PairBatch.Within(leaf, Labels()))).Backward();
        }
        Assert.Equal(before, Tensor.LiveCount);
    }

    private static Tensor Embeddings() => Numeric.Matrix(Numeric.Normal(Rows * Width, 1), Rows);

    private static Tensor Labels() => Numeric.Ids(0, 0, 0, 1, 1, 2, 2, 2, 3);

    private static Tensor Ramp(int count) => Tensor.Arange(0, count);

    /// <summary>Rows without a label, with one, with several and with all three.</summary>
    private static Tensor SeveralLabels() => Tensor.From([0L, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0], Rows, 3);

    /// <summary>The second row equals the first of its class, the fourth equals it across classes, the last is 0.</summary>
    private static Tensor Duplicates()
    {
        double[] values = Numeric.Normal(Rows * Width, 1);
        values.AsSpan(0, Width).CopyTo(values.AsSpan(Width));
        values.AsSpan(0, Width).CopyTo(values.AsSpan(3 * Width));
        values.AsSpan(8 * Width).Clear();
        return Numeric.Matrix(values, Rows);
    }

    private static IEnumerable<PairBatch> Batches()
    {
        yield return PairBatch.Within(Embeddings(), Labels());
        yield return PairBatch.Within(Duplicates(), Labels());
        yield return PairBatch.Within(Embeddings(), Ramp(Rows));
        yield return PairBatch.Within(Embeddings(), Ramp(Rows).ZerosLike());
        yield return PairBatch.Between(Embeddings(), Labels(), Embeddings().Narrow(0, 0, 4), Numeric.Ids(7, 8, 8, 9));
        Tensor everything = Tensor.Ones([Rows, 2]);
        yield return PairBatch.ToProxies(Embeddings(), everything, Embeddings().Narrow(0, 0, 2));
    }

    /// <summary>An orthogonal matrix: four reflections.</summary>
    private static Tensor Rotation()
    {
        Tensor rotation = Tensor.Eye(Width, DataType.Float64);
        for (int k = 0; k < 4; k++)
        {
            Tensor axis = Numeric.Matrix(Numeric.Normal(Width, 20 + k), 1).Normalize();
            rotation = rotation - (rotation.MatMul(axis.Transpose()).MatMul(axis) * 2);
        }
        return rotation;
    }

    private static void AssertDerivative(PairLossRow row, Func<Tensor, PairBatch> pairs, Tensor at)
    {
        Tensor held = pairs(at).Similarity;
        Numeric.AssertDerivative(moved => row.Value(row.Mined(pairs(moved)), held), at);
    }

    private static void AssertFinite(Tensor loss, Tensor leaf)
    {
        Assert.True(double.IsFinite(loss.ToDouble()));
        Assert.All(Numeric.Values(Autograd.Grad([loss], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
    }
}
