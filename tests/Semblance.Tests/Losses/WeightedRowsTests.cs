using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Products with weights of which many are 0, and matrices turned round, against the engine's.</summary>
public sealed class WeightedRowsTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    /// <summary>Anchors, references and columns: around the widths of vectors and words, none at all, and more than is taken row by row whatever the weights.</summary>
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 3, 5, 7 }, { 4, 8, 8 }, { 5, 63, 63 }, { 9, 64, 64 }, { 13, 65, 65 }, { 100, 80, 64 }, { 2, 130, 200 }, { 0, 3, 5 }, { 3, 0, 5 }, { 3, 5, 0 }, { 9, 70, 101 }, { 7, 600, 128 }, { 3, 40, 600 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Sums_are_products(int anchors, int references, int columns)
    {
        Agree<double>(anchors, references, columns, DataType.Float64, 1e-12);
        Agree<float>(anchors, references, columns, DataType.Float32, 1e-4);
    }

    [Fact]
    public void Not_a_number_is_not_taken_for_0()
    {
        Tensor weights = Tensor.From([0f, float.NaN, 0f, 1f], 2, 2), rows = Tensor.Ones([2, 64]) * 2;
        Assert.Equal([.. Enumerable.Repeat(float.NaN, 64), .. Enumerable.Repeat(2f, 64)], new WeightedRows<float>(weights).Sum(rows).ToArray<float>());
    }

    private static void Agree<T>(int anchors, int references, int columns, DataType type, double tolerance)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        foreach (double share in new[] { 0, 0.1, 0.6, 1 })
        {
            Tensor weights = Weights(anchors, references, share).To(type), rows = Normal(references, columns, 2).To(type), own = Normal(anchors, columns, 3).To(type);
            Close(weights.MatMul(rows), new WeightedRows<T>(weights).Sum(rows), tolerance);
            Close(weights.Transpose().MatMul(own), new WeightedRows<T>(weights).SumOfColumns(own), tolerance);
            Tensor sums = own.Clone();
            new WeightedRows<T>(weights).Add(sums, rows, -2.5);
            Close(own - (weights.MatMul(rows) * 2.5), sums, tolerance);
            Close(weights.Transpose(), TurnedMatrix.Of<T>(weights), 0);
        }
    }

    private static void Close(Tensor expected, Tensor found, double tolerance)
    {
        Assert.Equal(expected.Shape, found.Shape);
        Numeric.AssertClose(expected.To(DataType.Float64).Contiguous().ToArray<double>(), found.To(DataType.Float64).Contiguous().ToArray<double>(), tolerance);
    }

    private static Tensor Weights(int rows, int columns, double share)
    {
        SeededRandom random = new(7);
        return Tensor.From([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextDouble() < share ? random.NextNormal() : 0)], rows, columns);
    }

    private static Tensor Normal(int rows, int columns, long seed) => Tensor.From(Numeric.Normal(rows * columns, seed), rows, columns);
}
