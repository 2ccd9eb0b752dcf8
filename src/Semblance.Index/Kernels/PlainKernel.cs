using System.Numerics;

namespace Semblance.Index.Kernels;

/// <summary>One exclusive or and one population count a word: what the other kernels must agree with.</summary>
internal sealed class PlainKernel() : HammingKernel("plain")
{
    /// <summary>Number of bits in which two codes of the same length differ.</summary>
    public static int Distance(ReadOnlySpan<ulong> one, ReadOnlySpan<ulong> other)
    {
        int distance = 0;
        for (int i = 0; i < one.Length; i++)
        {
            distance += BitOperations.PopCount(one[i] ^ other[i]);
        }

        return distance;
    }

    private protected override void Measure(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances)
    {
        for (int row = 0; row < distances.Length; row++)
        {
            distances[row] = (ushort)Distance(query, codes.Slice(row * query.Length, query.Length));
        }
    }

    private protected override int SelectNear(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, int limit, Span<Neighbour> near, out int found)
    {
        found = 0;
        int row = 0;
        for (; row < codes.Length / query.Length && found < near.Length; row++)
        {
            int distance = Distance(query, codes.Slice(row * query.Length, query.Length));
            if (distance < limit)
            {
                near[found++] = new Neighbour(row, distance);
            }
        }

        return row;
    }
}
