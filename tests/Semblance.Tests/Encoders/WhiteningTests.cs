using Semblance.Encoders;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;
using Xunit;

namespace Semblance.Tests.Encoders;

public sealed class WhiteningTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Rows_come_out_as_the_eigenvectors_of_their_covariance_say(double shrinkage)
    {
        const int Width = 6, Kept = 4;
        float[] rows = Skewed(1, 400, Width);
        double[][] unit = Unit(rows, Width);
        double[] mean = [.. Enumerable.Range(0, Width).Select(k => unit.Average(row => row[k]))];
        double[,] covariance = Covariance(unit, mean, shrinkage);

        Whitening whitening = Whitening.Fit(rows, Width, Kept, shrinkage, "train");

        float[] whitened = whitening.Apply(rows);
        double[][] directions = Jacobi.Eigenvectors(covariance);
        for (int row = 0; row < unit.Length; row++)
        {
            double[] y = [.. directions.Take(Kept).Select(vector => vector.Zip(unit[row].Zip(mean, (x, m) => x - m), (v, x) => v * x).Sum() / Math.Sqrt(Quadratic(covariance, vector)))];
            double length = Math.Sqrt(y.Sum(value => value * value));
            // The sign of a direction is free.
            Assert.All(Enumerable.Range(0, Kept), k => Assert.Equal(Math.Abs(y[k]) / length, Math.Abs(whitened[(row * Kept) + k]), 2e-3));
        }

        Assert.Equal(shrinkage == 0 ? "whiten-4-train" : "whiten-4-shrinkage-0.3-train", whitening.Description);
    }

    [Fact]
    public void Fewer_rows_than_dimensions_are_refused_unless_shrunk()
    {
        float[] rows = Skewed(3, 5, 12);

        Assert.Contains("vary in 4 directions only", Assert.Throws<ArgumentException>(() => Whitening.Fit(rows, 12, 5, 0, "train")).Message, StringComparison.Ordinal);
        Assert.Equal(4, Whitening.Fit(rows, 12, 4, 0, "train").Dimensions);
        float[] whitened = Whitening.Fit(rows, 12, 12, 0.1, "train").Apply(rows);
        Assert.All(whitened, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_constant_dimension_carries_nothing_and_equal_rows_have_no_direction()
    {
        // All rows have the same length, so that the third dimension is still constant after scaling.
        float[] rows = [1, 0, 1, 0, 1, 1, -1, 0, 1, 0, -1, 1];
        Whitening whitening = Whitening.Fit(rows, 3, 2, 0, "train");

        Assert.Equal(whitening.Apply([3f, 0, 3]), whitening.Apply([1f, 0, 1]));
        Assert.Contains("vary in 2 directions", Assert.Throws<ArgumentException>(() => Whitening.Fit(rows, 3, 3, 0, "train")).Message, StringComparison.Ordinal);
        Assert.Contains("vary in 0 directions", Assert.Throws<ArgumentException>(() => Whitening.Fit(new float[] { 1, 1, 1, 1 }, 2, 1, 0, "train")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whitening_is_kept_in_a_file()
    {
        using TemporaryFolder folder = new();
        float[] rows = Skewed(4, 60, 5);
        Whitening whitening = Whitening.Fit(rows, 5, 3, 0.25, "database");

        whitening.Save(folder.File("w.safetensors"));
        Whitening read = Whitening.Load(folder.File("w.safetensors"));

        Assert.Equal(whitening.Apply(rows), read.Apply(rows));
        Assert.Equal((whitening.Description, whitening.Fingerprint, 5, 3), (read.Description, read.Fingerprint, read.InputDimensions, read.Dimensions));
        Assert.NotEqual(whitening.Fingerprint, Whitening.Fit(rows, 5, 3, 0.2, "database").Fingerprint);
        Assert.Contains("evaluate RUN --whiten", Assert.Throws<InvalidDataException>(() => Whitening.Load(folder.File("none"))).Message, StringComparison.Ordinal);
        Safetensors.Write(folder.File("other"), [WeightTensor.FromFloats("mean", [2], [1, 2])]);
        Assert.Contains("holds no whitening", Assert.Throws<InvalidDataException>(() => Whitening.Load(folder.File("other"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_rows_and_settings_are_refused()
    {
        float[] rows = Skewed(5, 20, 4);
        Whitening whitening = Whitening.Fit(rows, 4, 2, 0, "train");

        Assert.Contains("no rows of 4", Assert.Throws<ArgumentException>(() => whitening.Apply(new float[6])).Message, StringComparison.Ordinal);
        Assert.Empty(whitening.Apply([]));
        Assert.Throws<ArgumentException>(() => Whitening.Fit(rows, 4, 5, 0, "train"));
        Assert.Throws<ArgumentException>(() => Whitening.Fit(rows.AsSpan(0, 4), 4, 1, 0, "train"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Whitening.Fit(rows, 4, 0, 0, "train"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Whitening.Fit(rows, 4, 1, 1.5, "train"));
        rows[7] = float.NaN;
        Assert.Contains("not finite", Assert.Throws<ArgumentException>(() => Whitening.Fit(rows, 4, 2, 0, "train")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_tensor_outlives_a_fit()
    {
        float[] rows = Skewed(6, 30, 4);
        long before = LiveTensors.Count();

        Whitening.Fit(rows, 4, 2, 0, "train").Apply(rows);

        Assert.Equal(before, Tensor.LiveCount);
    }

    /// <summary>Rows whose dimensions are mixed and vary unlike.</summary>
    private static float[] Skewed(int seed, int count, int width)
    {
        SeededRandom random = new(seed);
        float[] rows = new float[count * width];
        for (int row = 0; row < count; row++)
        {
            double common = random.NextNormal();
            for (int k = 0; k < width; k++)
            {
                rows[(row * width) + k] = (float)((0.5 * common) + (random.NextNormal() / (1 + (0.4 * k))) + 0.2);
            }
        }
        return rows;
    }

    private static double[][] Unit(float[] rows, int width) => [.. rows.Chunk(width).Select(row =>
    {
        double length = Math.Sqrt(row.Sum(value => (double)value * value));
        return row.Select(value => value / length).ToArray();
    })];

    private static double[,] Covariance(double[][] rows, double[] mean, double shrinkage)
    {
        int width = mean.Length;
        double[,] covariance = new double[width, width];
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < width; j++)
            {
                covariance[i, j] = rows.Average(row => (row[i] - mean[i]) * (row[j] - mean[j]));
            }
        }
        double level = Enumerable.Range(0, width).Average(i => covariance[i, i]);
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < width; j++)
            {
                covariance[i, j] = ((1 - shrinkage) * covariance[i, j]) + (i == j ? shrinkage * level : 0);
            }
        }
        return covariance;
    }

    private static double Quadratic(double[,] matrix, double[] vector) =>
        Enumerable.Range(0, vector.Length).Sum(i => Enumerable.Range(0, vector.Length).Sum(j => vector[i] * matrix[i, j] * vector[j]));

    /// <summary>Eigenvectors by Jacobi's rotations: slow, and nothing to go wrong.</summary>
    private static class Jacobi
    {
        public static double[][] Eigenvectors(double[,] symmetric)
        {
            int n = symmetric.GetLength(0);
            double[,] a = (double[,])symmetric.Clone(), v = new double[n, n];
            for (int i = 0; i < n; i++)
            {
                v[i, i] = 1;
            }
            for (int sweep = 0; sweep < 60; sweep++)
            {
                for (int p = 0; p < n; p++)
                {
                    for (int q = p + 1; q < n; q++)
                    {
                        Rotate(a, v, p, q, 0.5 * Math.Atan2(2 * a[p, q], a[q, q] - a[p, p]));
                    }
                }
            }
            return [.. Enumerable.Range(0, n).OrderByDescending(k => a[k, k]).Select(k => Enumerable.Range(0, n).Select(i => v[i, k]).ToArray())];
        }

        private static void Rotate(double[,] a, double[,] v, int p, int q, double angle)
        {
            (double sin, double cos) = Math.SinCos(angle);
            int n = a.GetLength(0);
            for (int i = 0; i < n; i++)
            {
                (a[i, p], a[i, q]) = ((cos * a[i, p]) - (sin * a[i, q]), (sin * a[i, p]) + (cos * a[i, q]));
                (v[i, p], v[i, q]) = ((cos * v[i, p]) - (sin * v[i, q]), (sin * v[i, p]) + (cos * v[i, q]));
            }
            for (int i = 0; i < n; i++)
            {
                (a[p, i], a[q, i]) = ((cos * a[p, i]) - (sin * a[q, i]), (sin * a[p, i]) + (cos * a[q, i]));
            }
        }
    }
}
