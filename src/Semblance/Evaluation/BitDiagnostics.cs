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
        return new BitDiagnostics(balance, dead, MeanCorrelation(planes, codes.Count), Distinct(codes));
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

    private static double MeanCorrelation(ulong[][] planes, int count)
    {
        double[] share = [.. planes.Select(plane => (double)Ones(plane, plane) / count)];
        double sum = 0;
        long pairs = 0;
        for (int i = 0; i < planes.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double variance = share[i] * (1 - share[i]) * share[j] * (1 - share[j]);
                if (variance > 0)
                {
                    sum += Math.Abs(((double)Ones(planes[i], planes[j]) / count) - (share[i] * share[j])) / Math.Sqrt(variance);
                    pairs++;
                }
            }
        }

        return pairs == 0 ? 0 : sum / pairs;
    }

    private static int Distinct(Codes codes)
    {
        var seen = new HashSet<UInt128>();
        if (codes.Bits <= 128)
        {
            for (int row = 0; row < codes.Count; row++)
            {
                ReadOnlySpan<ulong> words = codes[row];
                seen.Add(new UInt128(words.Length > 1 ? words[1] : 0, words[0]));
            }

            return seen.Count;
        }

        return Enumerable.Range(0, codes.Count).Select(row => Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(codes[row]))).Distinct(StringComparer.Ordinal).Count();
    }
}
