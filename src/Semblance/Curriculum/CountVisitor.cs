using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Curriculum;

/// <summary>A pair of samples and their distance.</summary>
internal readonly record struct NearCutoff<T>(T Distance, int First, int Second);

/// <summary>Counts for every sample how many others lie below a bound, and keeps the pairs that lie between that bound and another.</summary>
/// <param name="count">Number of samples.</param>
/// <param name="low">Distances below are counted.</param>
/// <param name="high">Distances from <paramref name="low"/> up to this are kept.</param>
/// <param name="most">The most pairs that are kept; beyond it none are.</param>
internal sealed class CountVisitor<T>(int count, T low, T high, long most) : ITileVisitor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _columns = new T[DistanceTiles<T>.Edge];

    /// <summary>For each sample, the others below the bound.</summary>
    public int[] Below { get; } = new int[count];

    /// <summary>The pairs between the bounds.</summary>
    public List<NearCutoff<T>> Between { get; } = [];

    /// <summary>Whether there were more pairs than may be kept.</summary>
    public bool Overflown { get; private set; }

    public void Visit(Tile<T> tile)
    {
        Array.Clear(_columns);
        for (int row = 0; row < tile.Rows; row++)
        {
            Below[tile.FirstRow + row] += Scan(tile.Row(row), tile.FirstRow + row, tile.FirstColumn);
        }

        for (int column = 0; column < tile.Columns; column++)
        {
            Below[tile.FirstColumn + column] += int.CreateTruncating(_columns[column]);
        }
    }

    private int Scan(ReadOnlySpan<T> distances, int row, int firstColumn)
    {
        ref T first = ref MemoryMarshal.GetReference(distances);
        ref T columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        var lows = Vector512.Create(low);
        var highs = Vector512.Create(high);
        Vector512<T> rowCounts = default;
        int i = 0;
        for (; i + Vector512<T>.Count <= distances.Length; i += Vector512<T>.Count)
        {
            var distance = Vector512.LoadUnsafe(ref first, (nuint)i);
            Vector512<T> below = Vector512.LessThan(distance, lows);
            Vector512<T> counted = below & Vector512<T>.One;
            rowCounts += counted;
            (Vector512.LoadUnsafe(ref columns, (nuint)i) + counted).StoreUnsafe(ref columns, (nuint)i);
            ulong between = Vector512.AndNot(Vector512.LessThanOrEqual(distance, highs), below).ExtractMostSignificantBits();
            for (; between != 0; between &= between - 1)
            {
                int lane = BitOperations.TrailingZeroCount(between);
                Keep(new NearCutoff<T>(distances[i + lane], row, firstColumn + i + lane));
            }
        }

        int counts = int.CreateTruncating(Vector512.Sum(rowCounts));
        for (; i < distances.Length; i++)
        {
            if (distances[i] < low)
            {
                counts++;
                _columns[i]++;
            }
            else if (distances[i] <= high)
            {
                Keep(new NearCutoff<T>(distances[i], row, firstColumn + i));
            }
        }

        return counts;
    }

    private void Keep(NearCutoff<T> pair)
    {
        if (Between.Count >= most)
        {
            Overflown = true;
            return;
        }

        Between.Add(pair);
    }
}
