using System.Numerics;

namespace Semblance.Index.Sublinear;

/// <summary>Deals the bits of a code to the keys of tables, so that the values of every key spread well.</summary>
/// <remarks>
/// Learned codes have bits that hardly ever change and bits that change together. A key made of such bits has a few huge buckets. So the bits that
/// change most are dealt first, each to the key with whose bits it is least correlated (by the sum of squared correlations over a sample); bits
/// that are left over, the most constant ones, belong to no key. Any choice gives the same results; only the time differs.
/// </remarks>
internal static class BitAssignment
{
    private const int SampleSize = 4096;

    /// <summary>The bits of tables with keys of given lengths.</summary>
    /// <param name="codes">The codes to be indexed.</param>
    /// <param name="lengths">Bits of each key; together at most the bits of a code.</param>
    /// <param name="fingerprintBits">Bits of each fingerprint at most.</param>
    /// <param name="parities">By how many other keys the buckets of each table are divided, at most.</param>
    public static TableBits[] Of(Codes codes, int[] lengths, int[] fingerprintBits, int[] parities)
    {
        ulong[][] columns = SampleColumns(codes, out int sampled);
        double[] spread = [.. columns.Select(column => Spread(Ones(column), sampled))];
        int[] byspread = [.. Enumerable.Range(0, codes.Bits).OrderByDescending(bit => spread[bit]).ThenBy(bit => bit)];
        List<int>[] dealt = Deal(byspread, lengths, (one, other) => SquaredCorrelation(columns, spread, sampled, one, other));
        BitPick[] keys = [.. dealt.Select(bits => new BitPick([.. bits.Order()]))];
        return [.. keys.Select((key, table) => Table(table, Fingerprint(byspread, dealt, table, fingerprintBits[table])))];

        TableBits Table(int table, BitPick fingerprint) =>
            new(keys[table], fingerprint, [.. Enumerable.Range(0, keys.Length).Select(other => KeyParity.Of(other, keys[other], fingerprint)).OfType<KeyParity>().Take(parities[table])]);
    }

    private static List<int>[] Deal(int[] bits, int[] lengths, Func<int, int, double> squaredCorrelation)
    {
        var keys = new List<int>[lengths.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = new List<int>(lengths[i]);
        }

        foreach (int bit in bits.Take(lengths.Sum()))
        {
            int best = -1;
            (double Correlation, double Filled) bestCost = default;
            for (int i = 0; i < keys.Length; i++)
            {
                if (keys[i].Count == lengths[i])
                {
                    continue;
                }

                (double Correlation, double Filled) cost = (keys[i].Sum(member => squaredCorrelation(bit, member)), (double)keys[i].Count / lengths[i]);
                if (best < 0 || cost.CompareTo(bestCost) < 0)
                {
                    (best, bestCost) = (i, cost);
                }
            }

            keys[best].Add(bit);
        }

        return keys;
    }

    /// <summary>Bits for the fingerprint of a table: the keys of the next tables, whole ones first, since the absence of a whole key is worth something too.</summary>
    private static BitPick Fingerprint(int[] byspread, List<int>[] keys, int table, int bits)
    {
        IEnumerable<int> others = Enumerable.Range(1, keys.Length - 1).SelectMany(next => keys[(table + next) % keys.Length]);
        HashSet<int> inKeys = [.. keys.SelectMany(key => key)];
        return new BitPick([.. others.Concat(byspread.Where(bit => !inKeys.Contains(bit))).Take(bits).Order()]);
    }

    private static double Spread(int ones, int sampled)
    {
        double share = sampled == 0 ? 0 : (double)ones / sampled;
        return share * (1 - share);
    }

    private static double SquaredCorrelation(ulong[][] columns, double[] spread, int sampled, int one, int other)
    {
        double scale = spread[one] * spread[other];
        if (scale == 0)
        {
            return 0;
        }

        int both = 0;
        for (int i = 0; i < columns[one].Length; i++)
        {
            both += BitOperations.PopCount(columns[one][i] & columns[other][i]);
        }

        double covariance = ((double)both / sampled) - ((double)Ones(columns[one]) / sampled * Ones(columns[other]) / sampled);

        // What a sample of independent bits shows by chance is no correlation.
        double squared = covariance * covariance / scale;
        return squared < 16.0 / sampled ? 0 : squared;
    }

    private static int Ones(ulong[] column)
    {
        int ones = 0;
        foreach (ulong word in column)
        {
            ones += BitOperations.PopCount(word);
        }

        return ones;
    }

    /// <summary>The values of each bit in codes taken at even steps.</summary>
    private static ulong[][] SampleColumns(Codes codes, out int sampled)
    {
        sampled = Math.Min(SampleSize, codes.Count);
        var columns = new ulong[codes.Bits][];
        for (int bit = 0; bit < columns.Length; bit++)
        {
            columns[bit] = new ulong[(sampled + 63) / 64];
        }

        for (int i = 0; i < sampled; i++)
        {
            ReadOnlySpan<ulong> code = codes[(int)((long)i * codes.Count / sampled)];
            for (int bit = 0; bit < columns.Length; bit++)
            {
                columns[bit][i >> 6] |= ((code[bit >> 6] >> (bit & 63)) & 1) << (i & 63);
            }
        }

        return columns;
    }
}
