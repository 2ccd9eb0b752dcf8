using System.Numerics;

namespace Semblance.Index.Searching;

/// <summary>A distance of a query from a row.</summary>
internal interface IRowScore
{
    /// <summary>The distance of a row; the same however the rows are shared out.</summary>
    double Of(ReadOnlySpan<ulong> row);
}

/// <summary>The sum of the weights of the bits that differ.</summary>
/// <remarks>A table for each byte of a code gives the sum of its weights for all 256 ways to differ; the bytes are added up in ascending order.</remarks>
internal sealed class WeightedScore : IRowScore
{
    private readonly ulong[] _query;
    private readonly double[] _tables;

    /// <param name="query">Words of the query.</param>
    /// <param name="weights">A weight a bit, finite and 0 or more.</param>
    public WeightedScore(ReadOnlySpan<ulong> query, ReadOnlySpan<double> weights)
    {
        _query = query.ToArray();
        _tables = new double[Codes.BytesFor(weights.Length) * 256];
        for (int first = 0; first < weights.Length; first += 8)
        {
            Fill(_tables.AsSpan(first * 32, 256), weights[first..Math.Min(first + 8, weights.Length)]);
        }
    }

    public double Of(ReadOnlySpan<ulong> row)
    {
        double sum = 0;
        int table = 0;
        for (int word = 0; word < row.Length; word++)
        {
            ulong different = row[word] ^ _query[word];
            for (int last = Math.Min(table + (8 * 256), _tables.Length); table < last; table += 256, different >>= 8)
            {
                sum += _tables[table + (int)(different & 0xFF)];
            }
        }

        return sum;
    }

    private static void Fill(Span<double> table, ReadOnlySpan<double> weights)
    {
        for (int bits = 1; bits < 1 << weights.Length; bits++)
        {
            int highest = BitOperations.Log2((uint)bits);
            table[bits] = table[bits ^ (1 << highest)] + weights[highest];
        }
    }
}

/// <summary>1 - |a and b| / |a or b|; 0 where both are empty.</summary>
internal sealed class JaccardScore(ulong[] query) : IRowScore
{
    public double Of(ReadOnlySpan<ulong> row)
    {
        int both = 0, either = 0;
        for (int word = 0; word < row.Length; word++)
        {
            both += BitOperations.PopCount(row[word] & query[word]);
            either += BitOperations.PopCount(row[word] | query[word]);
        }

        // Equal fractions are equal numbers: a division is rounded from its exact value.
        return either == 0 ? 0 : 1 - ((double)both / either);
    }
}
