using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Pair terms that are computed some anchors at a time give what automatic differentiation over all pairs gives.</summary>
public sealed class RowBlocksTests : IDisposable
{
    private const int Width = 16;
    private readonly TensorScope scope = new();

    public static TheoryData<PairLossRow> RowLosses => [.. PairLossRows.All.Where(row => row.Data.Loss is RowPairLoss && row.Data.Miner is null or { IsRowWise: true })];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(RowLosses))]
    public void Value_and_gradient_are_those_of_the_whole_batch(PairLossRow row)
    {
        foreach (int? rowsPerBlock in new int?[] { null, 1, 7, 50, 64, 1000 })
        {
            AssertSame(row, new PairTermOptions(), rowsPerBlock, DataType.Float64, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(RowLosses))]
    public void In_single_precision_the_gradient_agrees_to_a_millionth(PairLossRow row)
    {
        AssertSame(row, new PairTermOptions(), null, DataType.Float32, 1e-6);
        AssertSame(row, new PairTermOptions(), 24, DataType.Float32, 1e-6);
    }

    [Theory]
    [MemberData(nameof(RowLosses))]
    public void Against_the_other_half_and_below_a_cut_off_they_agree_too(PairLossRow row)
    {
        foreach (PairTermOptions options in new[] { new PairTermOptions { References = PairReferences.OtherHalf }, new PairTermOptions { PositiveSimilarityCutoff = 0.9 } })
        {
            AssertSame(row, options, null, DataType.Float64, 1e-12);
            AssertSame(row, options, 9, DataType.Float64, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(RowLosses))]
    public void Without_a_graph_the_value_is_the_same(PairLossRow row)
    {
        Outputs outputs = new((Outputs.Representation, Embeddings(DataType.Float64)));
        double expected = new PairTerm(row.Loss, new PairTermOptions { RowsPerBlock = 0 }, row.Miner).Forward(new TermInput(outputs, Labels())).Value.ToDouble();
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Assert.Equal(expected, new PairTerm(row.Loss, new PairTermOptions(), row.Miner).Forward(new TermInput(outputs, Labels())).Value.ToDouble(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(RowLosses))]
    public void A_row_that_is_NaN_makes_the_value_NaN_also_without_pairs(PairLossRow row)
    {
        double[] values = Numeric.Normal(4 * Width, 1);
        values[Width] = double.NaN;
        Outputs outputs = new((Outputs.Representation, Numeric.Matrix(values, 4)));
        Assert.True(double.IsNaN(new PairTerm(row.Loss, new PairTermOptions(), row.Miner).Forward(new TermInput(outputs, Numeric.Ids(0, 1, 2, 3))).Value.ToDouble()));
    }

    [Fact]
    public void A_relation_that_is_not_symmetric_is_not_halved()
    {
        LabelRelation lower = LabelRelation.Of("lower id first", (anchors, references) => anchors.Unsqueeze(1).LessThan(references.Unsqueeze(0)));
        AssertSame(new PairLossRow("contrastive", new ContrastiveLoss(new())), new PairTermOptions { Relation = lower }, null, DataType.Float64, 1e-12);
    }

    [Fact]
    public void Batches_of_none_one_and_two_give_0_or_a_finite_value()
    {
        foreach (long rows in new long[] { 0, 1, 2 })
        {
            Tensor leaf = Numeric.Leaf(Embeddings(DataType.Float64).Narrow(0, 0, rows));
            Tensor value = new PairTerm(new MultiSimilarityLoss(new()), new PairTermOptions()).Forward(new TermInput(new Outputs((Outputs.Representation, leaf)), Labels().Narrow(0, 0, rows))).Value;
            Assert.True(double.IsFinite(value.ToDouble()));
            Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
        }
    }

    private static void AssertSame(PairLossRow row, PairTermOptions options, int? rowsPerBlock, DataType type, double tolerance)
    {
        (double expected, double[] gradient) = Run(row, options with { RowsPerBlock = 0 }, type);
        (double value, double[] blocked) = Run(row, options with { RowsPerBlock = rowsPerBlock }, type);
        Assert.Equal(expected, value, tolerance * Math.Max(1, Math.Abs(expected)));
        double norm = Math.Sqrt(gradient.Sum(slope => slope * slope)), difference = Math.Sqrt(gradient.Zip(blocked, (a, b) => (a - b) * (a - b)).Sum());
        Assert.True(difference <= tolerance * norm, $"the gradients differ by {difference / norm} of their length");
    }

    private static (double Value, double[] Gradient) Run(PairLossRow row, PairTermOptions options, DataType type)
    {
        Tensor leaf = Numeric.Leaf(Embeddings(type));
        Tensor value = new PairTerm(row.Loss, options, row.Miner).Forward(new TermInput(new Outputs((Outputs.Representation, leaf)), Labels())).Value;
        return (value.ToDouble(), Numeric.Values(Autograd.Grad([value], [leaf])[0].To(DataType.Float64)));
    }

    private static Tensor Embeddings(DataType type) => Numeric.Matrix(Numeric.Normal(50 * Width, 11), 50).To(type);

    private static Tensor Labels() => Numeric.Ids([.. Enumerable.Range(0, 50).Select(item => item == 7 ? 99L : item % 9)]);
}
