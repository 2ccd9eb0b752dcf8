using System.Numerics;
using Semblance.Index;

namespace Semblance.Evaluation;

/// <summary>What single bits of a set of codes do.</summary>
/// <param name="Balance">For every bit the share of ones; 0.5 is best.</param>
/// <param name="DeadBits">The bits that are the same in every code; they carry nothing.</param>
/// <param name="MeanAbsoluteCorrelation">Mean absolute correlation over all pairs of living bits; 0 is best, and the value where fewer than two bits live.</param>
/// <param name="DistinctCodes">Number of different codes; 1 means collapse.</param>
public sealed record BitDiagnostics(double[] Balance, int[] DeadBits, double MeanAbsoluteCorrelation, int DistinctCodes)
{
    /// <summary>The mean distance of a bit's share of ones from one half; 0 is best, 0.5 worst.</summary>
    public double MeanImbalance => Balance.Average(share => Math.Abs(share - 0.5));

    /// <summary>Entropy of each bit: 1 where it is balanced, 0 where it is dead. <see cref="Balance"/> says it all; this is what literature prints.</summary>
    public double[] Entropy => [.. Balance.Select(share => -PLog2(share) - PLog2(1 - share))];

    /// <summary>The mean of <see cref="Entropy"/>.</summary>
    public double MeanEntropy => Entropy.Average();

    /// <summary>Entropy of whole codes in bits: how many balanced, independent bits would tell as much. At most the logarithm of the number of codes.</summary>
    public required double CodeEntropy { get; init; }

    /// <summary>For every bit the mean absolute correlation with the other living bits; 0 for a dead bit, and where there is no other.</summary>
    public required double[] Correlation { get; init; }

    /// <summary>The largest absolute correlation of two living bits; 1 means that one is the other or its opposite.</summary>
    public required double LargestAbsoluteCorrelation { get; init; }

    /// <summary>Looks at every bit and every pair of bits.</summary>
    /// <exception cref="ArgumentException">There is no code.</exception>
    public static BitDiagnostics Of(Codes codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        if (codes.Count == 0)
        {
            throw new ArgumentException("there are no codes; diagnosis needs at least one.", nameof(codes));
        }

        ulong[][] planes = Planes(codes);
        double[] balance = [.. planes.Select(plane => (double)Ones(plane, plane) / codes.Count)];
        int[] dead = [.. Enumerable.Range(0, codes.Bits).Where(bit => balance[bit] is 0 or 1)];
        (double mean, double largest, double[] correlation) = Correlations(planes, codes.Count);
        int[] counts = [.. Counts(codes)];
        return new BitDiagnostics(balance, dead, mean, counts.Length)
        {
            CodeEntropy = -counts.Sum(count => PLog2((double)count / codes.Count)),
            Correlation = correlation,
            LargestAbsoluteCorrelation = largest,
        };
    }

    /// <summary>The share of outputs x whose ||x| - 1| is below a tolerance: those that hardly lose anything by becoming bits.</summary>
    /// <returns>The share; 0 for no values.</returns>
    public static double NearCorners(ReadOnlySpan<float> outputs, double tolerance = 0.2)
    {
        int near = 0;
        foreach (float value in outputs)
        {
            near += Math.Abs(Math.Abs((double)value) - 1) < tolerance ? 1 : 0;
        }

        return outputs.IsEmpty ? 0 : (double)near / outputs.Length;
    }

    /// <summary>Mean over values of (sign(x) - x)^2, with sign(x) = +1 for x >= 0: how far outputs are from the codes made of them.</summary>
    /// <returns>The mean; 0 for no values.</returns>
    public static double QuantisationError(ReadOnlySpan<float> outputs)
    {
        double sum = 0;
        foreach (float value in outputs)
        {
            double gap = Math.Abs((double)value) - 1;
            sum += gap * gap;
        }

        return outputs.IsEmpty ? 0 : sum / outputs.Length;
    }

    private static ulong[][] Planes(Codes codes)
    {
        var planes = new ulong[codes.Bits][];
        for (int bit = 0; bit < codes.Bits; bit++)
        {
            planes[bit] = new ulong[(codes.Count + 63) / 64];
            for (int row = 0; row < codes.Count; row++)
            {
                planes[bit][row >> 6] |= ((codes[row][bit >> 6] >> (bit & 63)) & 1) << (row & 63);
            }
        }

        return planes;
    }

    private static long Ones(ulong[] a, ulong[] b)
    {
        long ones = 0;
        for (int i = 0; i < a.Length; i++)
        {
            ones += BitOperations.PopCount(a[i] & b[i]);
        }

        return ones;
    }

    private static (double Mean, double Largest, double[] OfBit) Correlations(ulong[][] planes, int count)
    {
        double[] share = [.. planes.Select(plane => (double)Ones(plane, plane) / count)];
        double[] sums = new double[planes.Length];
        int living = share.Count(value => value is not (0 or 1));
        double largest = 0;
        for (int i = 0; i < planes.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double variance = share[i] * (1 - share[i]) * share[j] * (1 - share[j]);
                if (variance > 0)
                {
                    double correlation = Math.Abs(((double)Ones(planes[i], planes[j]) / count) - (share[i] * share[j])) / Math.Sqrt(variance);
                    (sums[i], sums[j], largest) = (sums[i] + correlation, sums[j] + correlation, Math.Max(largest, correlation));
                }
            }
        }

        return living < 2 ? (0, 0, sums) : (sums.Sum() / living / (living - 1), largest, Array.ConvertAll(sums, sum => sum / (living - 1)));
    }

    private static double PLog2(double p) => p > 0 ? p * Math.Log2(p) : 0;

    /// <summary>How often each of the different codes occurs.</summary>
    private static IEnumerable<int> Counts(Codes codes)
    {
        if (codes.Bits > 128)
        {
            return Enumerable.Range(0, codes.Count).CountBy(row => Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(codes[row])), StringComparer.Ordinal).Select(entry => entry.Value);
        }

        return Enumerable.Range(0, codes.Count).CountBy(row => new UInt128(codes.WordsPerCode > 1 ? codes[row][1] : 0, codes[row][0])).Select(entry => entry.Value);
    }
}
