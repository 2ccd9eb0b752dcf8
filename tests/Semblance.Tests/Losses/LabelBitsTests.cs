using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Labels as bits, against labels counted one by one.</summary>
public sealed class LabelBitsTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 3, 2, 7 }, { 31, 32, 8 }, { 33, 64, 9 }, { 65, 40, 80 }, { 2, 130, 131 }, { 0, 3, 5 }, { 3, 0, 5 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Sides_are_those_of_labels_counted_one_by_one(int anchors, int references, int classes)
    {
        double[] a = Labels(anchors, classes, 1), r = Labels(references, classes, 2);
        foreach (DataType type in new[] { DataType.Float32, DataType.Float64, DataType.Int64, DataType.Bool })
        {
            LabelBits own = LabelBits.Of(Typed(a, anchors, classes, type))!, others = LabelBits.Of(Typed(r, references, classes, type))!;
            foreach (int least in new[] { 0, 1, 2, 3 })
            {
                PairSide[] sides = LabelBits.Sides(own, others, new SharingRule(PairSide.Positive, PairSide.Negative) { LeastLabels = least });
                for (int k = 0; k < sides.Length; k++)
                {
                    ReadOnlySpan<double> left = a.AsSpan(k / references * classes, classes), right = r.AsSpan(k % references * classes, classes);
                    bool foreign = Shared(left, right) == 0 && Shared(left, left) >= least && Shared(right, right) >= least;
                    Assert.Equal(foreign ? PairSide.Negative : PairSide.Positive, sides[k]);
                }
            }
            Assert.Equal(a.Select(label => label == 0 ? PairSide.Negative : PairSide.Positive), own.SidesToClasses());
        }
    }

    [Fact]
    public void Class_ids_are_no_rows_and_minus_zero_is_no_label()
    {
        Assert.Null(LabelBits.Of(Numeric.Ids(0, 1)));
        Tensor labels = Tensor.From([-0f, 1f, 0f, float.NaN, -0f, 0f, 0.5f, 0f, -0f], 1, 9);
        Assert.Equal([1, 3, 6], LabelBits.Of(labels)!.SidesToClasses().Index().Where(side => side.Item == PairSide.Positive).Select(side => side.Index));
    }

    private static int Shared(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        int count = 0;
        for (int k = 0; k < a.Length; k++)
        {
            count += a[k] != 0 && b[k] != 0 ? 1 : 0;
        }
        return count;
    }

    private static double[] Labels(int rows, int classes, long seed)
    {
        SeededRandom random = new(seed);
        return [.. Enumerable.Range(0, rows * classes).Select(_ => random.NextDouble() < 2.0 / classes ? 1.0 : 0)];
    }

    private static Tensor Typed(double[] values, int rows, int classes, DataType type) =>
        type == DataType.Bool ? Tensor.From(values, rows, classes).NotEqualTo(0) : Tensor.From(values, rows, classes).To(type);
}
