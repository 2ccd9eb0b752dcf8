using System.Numerics;

namespace Semblance.Curriculum;

/// <summary>The principal components of a class: its features turned and cut to the directions in which they vary most.</summary>
internal static class PrincipalComponents
{
    /// <summary>The features in their first min(most, n - 1, d) principal components; at least one.</summary>
    /// <param name="rows">Rows one after the other.</param>
    /// <param name="dimension">d.</param>
    /// <param name="most">The most components.</param>
    /// <remarks>Exact, in double precision: from the eigenvectors of the covariance, or of the n x n products where there are fewer samples than dimensions.</remarks>
    public static (T[] Rows, int Dimension) Project<T>(T[] rows, int dimension, int most)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = rows.Length / dimension, components = Components(count, dimension, most);
        double[][] centred = Centred(rows, dimension, Mean(rows, dimension));
        double[][] projected = count < dimension ? FromProducts(centred, components) : FromCovariance(centred, dimension, components);
        return ([.. projected.SelectMany(row => row.Select(T.CreateTruncating))], components);
    }

    /// <summary>The mean and the same components as directions of length 1, so that other rows can be projected too; a direction without variance is 0.</summary>
    public static (double[] Mean, double[][] Directions) Directions<T>(T[] rows, int dimension, int most)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = rows.Length / dimension, components = Components(count, dimension, most);
        double[] mean = Mean(rows, dimension);
        double[][] centred = Centred(rows, dimension, mean);
        return (mean, count < dimension ? DirectionsOfProducts(centred, dimension, components) : DirectionsOfCovariance(centred, dimension, components));
    }

    private static int Components(int count, int dimension, int most) => Math.Max(1, Math.Min(most, Math.Min(count - 1, dimension)));

    private static double[] Mean<T>(T[] rows, int dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = rows.Length / dimension;
        var mean = new double[dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            mean[i % dimension] += double.CreateTruncating(rows[i]) / count;
        }

        return mean;
    }

    private static double[][] Centred<T>(T[] rows, int dimension, double[] mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = rows.Length / dimension;
        return [.. Enumerable.Range(0, count).Select(row => Enumerable.Range(0, dimension).Select(k => double.CreateTruncating(rows[(row * dimension) + k]) - mean[k]).ToArray())];
    }

    private static double[][] FromCovariance(double[][] centred, int dimension, int components)
    {
        double[][] directions = DirectionsOfCovariance(centred, dimension, components);
        return [.. centred.Select(row => directions.Select(direction => Dot(row, direction)).ToArray())];
    }

    private static double[][] DirectionsOfCovariance(double[][] centred, int dimension, int components)
    {
        double[][] covariance = Square(dimension);
        foreach (double[] row in centred)
        {
            for (int i = 0; i < dimension; i++)
            {
                AddScaled(covariance[i].AsSpan(0, i + 1), row, row[i]);
            }
        }

        return SymmetricEigen.Of(Mirrored(covariance)).Vectors[..components];
    }

    private static double[][] FromProducts(double[][] centred, int components)
    {
        (double[] values, double[][] vectors) = EigenOfProducts(centred);
        return [.. Enumerable.Range(0, centred.Length).Select(row => Enumerable.Range(0, components).Select(k => Math.Sqrt(Math.Max(values[k], 0)) * vectors[k][row]).ToArray())];
    }

    private static double[][] DirectionsOfProducts(double[][] centred, int dimension, int components)
    {
        (double[] values, double[][] vectors) = EigenOfProducts(centred);
        var directions = new double[components][];
        for (int k = 0; k < components; k++)
        {
            directions[k] = new double[dimension];
            // What rounding leaves of an eigenvalue of 0 has no direction.
            for (int row = 0; row < centred.Length && values[k] > 1e-12 * values[0]; row++)
            {
                AddScaled(directions[k], centred[row], vectors[k][row] / Math.Sqrt(values[k]));
            }
        }

        return directions;
    }

    private static (double[] Values, double[][] Vectors) EigenOfProducts(double[][] centred)
    {
        double[][] products = Square(centred.Length);
        for (int i = 0; i < centred.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                products[i][j] = Dot(centred[i], centred[j]);
            }
        }

        return SymmetricEigen.Of(Mirrored(products));
    }

    private static double[][] Square(int size) => [.. Enumerable.Range(0, size).Select(_ => new double[size])];

    private static double[][] Mirrored(double[][] lower)
    {
        for (int i = 0; i < lower.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                lower[j][i] = lower[i][j];
            }
        }

        return lower;
    }

    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector<double> sums = Vector<double>.Zero;
        int i = 0;
        for (; i + Vector<double>.Count <= a.Length; i += Vector<double>.Count)
        {
            sums += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        }

        double sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>target += factor * source, as far as the target goes.</summary>
    internal static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        int i = 0;
        for (; i + Vector<double>.Count <= target.Length; i += Vector<double>.Count)
        {
            (new Vector<double>(target[i..]) + (new Vector<double>(source[i..]) * factor)).CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }
}
