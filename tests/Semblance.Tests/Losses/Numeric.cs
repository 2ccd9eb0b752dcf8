using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>The slow, obvious way to a derivative, in double precision.</summary>
internal static class Numeric
{
    private const double Step = 1e-6;

    /// <summary>A matrix of reproducible numbers that look normal.</summary>
    public static double[] Normal(int count, long seed)
    {
        SeededRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
    }

    public static Tensor Matrix(double[] values, int rows) => Tensor.From(values, rows, values.Length / rows);

    public static Tensor Ids(params long[] ids) => Tensor.From(ids, ids.Length);

    /// <summary>A fresh leaf for derivatives.</summary>
    public static Tensor Leaf(Tensor values)
    {
        Tensor leaf = values.Detach().Clone();
        leaf.RequiresGrad = true;
        return leaf;
    }

    /// <summary>Central differences of a scalar function of one tensor.</summary>
    public static double[] Slope(Func<Tensor, Tensor> value, Tensor at)
    {
        double[] start = at.Detach().Contiguous().ToArray<double>();
        double[] slopes = new double[start.Length];
        for (int k = 0; k < start.Length; k++)
        {
            using TensorScope scope = new();
            slopes[k] = (Shifted(k, Step) - Shifted(k, -Step)) / (2 * Step);
        }
        return slopes;

        double Shifted(int index, double shift)
        {
            double[] moved = [.. start];
            moved[index] += shift;
            return value(Tensor.From(moved, at.Shape)).ToDouble();
        }
    }

    /// <summary>The derivative that the engine gives, against central differences.</summary>
    public static void AssertDerivative(Func<Tensor, Tensor> value, Tensor at, double tolerance = 1e-6)
    {
        Tensor leaf = Leaf(at);
        double[] exact = Autograd.Grad([value(leaf)], [leaf])[0].Contiguous().ToArray<double>();
        AssertClose(Slope(value, at), exact, tolerance);
    }

    public static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int k = 0; k < expected.Length; k++)
        {
            Assert.True(Math.Abs(expected[k] - actual[k]) <= tolerance * (1 + Math.Abs(expected[k])), FormattableString.Invariant($"element {k}: expected {expected[k]:R}, got {actual[k]:R}"));
        }
    }

    public static double[] Values(Tensor tensor) => tensor.Detach().Contiguous().To(DataType.Float64).ToArray<double>();
}
