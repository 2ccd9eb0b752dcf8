using System.Numerics;
using System.Runtime.CompilerServices;

namespace Semblance.Index.Kernels;

/// <summary>Rows one by one: what vector kernels leave over at the end of a run, and what survives a coarser test.</summary>
internal static unsafe class Rows
{
    /// <summary>Number of bits in which two codes differ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Distance(ulong* one, ulong* other, int words)
    {
        int distance = 0;
        for (int i = 0; i < words; i++)
        {
            distance += BitOperations.PopCount(one[i] ^ other[i]);
        }

        return distance;
    }

    /// <summary>Distances of the rows from <paramref name="row"/> on.</summary>
    public static void Measure(ulong* codes, ulong* query, int words, int row, Span<ushort> distances)
    {
        for (; row < distances.Length; row++)
        {
            distances[row] = (ushort)Distance(codes + ((nint)row * words), query, words);
        }
    }

    /// <summary>Adds the near ones of the rows from <paramref name="row"/> on to those found.</summary>
    /// <returns>The first row that was not looked at.</returns>
    public static int Select(ulong* codes, ulong* query, int words, int row, int rows, int limit, Span<Neighbour> near, ref int found)
    {
        for (; row < rows && found < near.Length; row++)
        {
            int distance = Distance(codes + ((nint)row * words), query, words);
            if (distance < limit)
            {
                near[found++] = new Neighbour(row, distance);
            }
        }

        return row;
    }
}
