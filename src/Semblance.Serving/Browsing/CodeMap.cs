using System.Numerics;
using Semblance.Index;

namespace Semblance.Serving.Browsing;

/// <summary>Codes on a plane: their first two principal components, with bits as -1 and 1.</summary>
/// <param name="Places">x and y of every code, row after row; the farthest from the middle along an axis is at 1 or -1.</param>
/// <param name="Explained">Share of the variance that both axes show; 0 where all codes are equal.</param>
/// <param name="Bits">How many bits were used.</param>
internal sealed record CodeMap(float[] Places, double Explained, int Bits)
{
    /// <summary>Bits whose covariance fits into 8 MB; longer codes give every so many bits.</summary>
    public const int MostBits = 1024;

    private const int Steps = 500;
    private const double Settled = 1e-10;

    /// <summary>Lays codes out.</summary>
    /// <remarks>
    /// The covariance of two bits follows from the Hamming distance of their columns. Its two leading eigenvectors are found by orthogonal iteration (Golub and Van Loan, Matrix
    /// Computations, 8.2.4) from a fixed start, each with its largest entry positive, so that the same codes give the same map.
    /// </remarks>
    public static CodeMap Of(Codes codes, CancellationToken cancellation = default)
    {
        int[] bits = ChosenBits(codes.Bits);
        if (codes.Count == 0)
        {
            return new CodeMap([], 0, bits.Length);
        }
        double[] means = new double[bits.Length];
        double[] covariance = Covariance(Columns(codes, bits), codes.Count, means, cancellation);
        double total = Enumerable.Range(0, bits.Length).Sum(bit => covariance[(bit * bits.Length) + bit]);
        (double[] first, double[] second, double shown) = Leading(covariance, bits.Length, cancellation);
        return new CodeMap(Project(codes, bits, means, first, second), total > 0 ? Math.Clamp(shown / total, 0, 1) : 0, bits.Length);
    }

    private static int[] ChosenBits(int bits) => [.. Enumerable.Range(0, Math.Min(bits, MostBits)).Select(i => (int)((long)i * bits / Math.Min(bits, MostBits)))];

    /// <summary>For each bit, its values in all codes.</summary>
    private static ulong[][] Columns(Codes codes, int[] bits)
    {
        ulong[][] columns = [.. bits.Select(_ => new ulong[(codes.Count + 63) / 64])];
        for (int row = 0; row < codes.Count; row++)
        {
            for (int i = 0; i < bits.Length; i++)
            {
                columns[i][row >> 6] |= (codes.Bit(row, bits[i]) ? 1UL : 0) << (row & 63);
            }
        }
        return columns;
    }

    private static double[] Covariance(ulong[][] columns, int rows, double[] means, CancellationToken cancellation)
    {
        for (int i = 0; i < means.Length; i++)
        {
            means[i] = (2.0 * columns[i].Sum(word => (long)BitOperations.PopCount(word)) / rows) - 1;
        }
        double[] covariance = new double[means.Length * means.Length];
        for (int i = 0; i < means.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int j = 0; j <= i; j++)
            {
                double both = 1 - (2.0 * Differing(columns[i], columns[j]) / rows);
                covariance[(i * means.Length) + j] = covariance[(j * means.Length) + i] = both - (means[i] * means[j]);
            }
        }
        return covariance;
    }

    private static long Differing(ulong[] left, ulong[] right)
    {
        long count = 0;
        for (int i = 0; i < left.Length; i++)
        {
            count += BitOperations.PopCount(left[i] ^ right[i]);
        }
        return count;
    }

    private static (double[] First, double[] Second, double Shown) Leading(double[] matrix, int side, CancellationToken cancellation)
    {
        SeededRandom random = new(1);
        double[] first = [.. Enumerable.Range(0, side).Select(_ => random.NextNormal())], second = [.. Enumerable.Range(0, side).Select(_ => random.NextNormal())];
        double shown = 0;
        for (int step = 0; step < Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            (first, second) = (Times(matrix, first), Times(matrix, second));
            double now = Normalise(first);
            double along = Dot(first, second);
            for (int i = 0; i < side; i++)
            {
                second[i] -= along * first[i];
            }
            now += Normalise(second);
            if (Math.Abs(now - shown) <= Settled * now)
            {
                break;
            }
            shown = now;
        }
        return (Turned(first), Turned(second), Dot(first, Times(matrix, first)) + Dot(second, Times(matrix, second)));
    }

    private static float[] Project(Codes codes, int[] bits, double[] means, double[] first, double[] second)
    {
        double[] places = new double[codes.Count * 2];
        for (int row = 0; row < codes.Count; row++)
        {
            for (int i = 0; i < bits.Length; i++)
            {
                double value = (codes.Bit(row, bits[i]) ? 1 : -1) - means[i];
                places[row * 2] += value * first[i];
                places[(row * 2) + 1] += value * second[i];
            }
        }
        double farthest = places.Max(Math.Abs);
        return [.. places.Select(place => farthest > 0 ? (float)(place / farthest) : 0)];
    }

    private static double[] Times(double[] matrix, double[] vector) => [.. Enumerable.Range(0, vector.Length).Select(row => Dot(matrix.AsSpan(row * vector.Length, vector.Length), vector))];

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }
        return sum;
    }

    private static double Normalise(double[] vector)
    {
        double length = Math.Sqrt(Dot(vector, vector));
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = length > 0 ? vector[i] / length : 0;
        }
        return length;
    }

    private static double[] Turned(double[] vector)
    {
        double largest = vector.MaxBy(Math.Abs);
        return largest >= 0 ? vector : [.. vector.Select(value => -value)];
    }
}
