using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Curriculum;

/// <summary>Finds for every sample the nearest denser one, and how far the farthest of all is.</summary>
/// <param name="ranks">Ranks of the samples' densities; equal densities have equal ranks.</param>
/// <remarks>Of several at the same distance the lowest index counts, in whatever order the tiles come.</remarks>
internal sealed class NearestDenserVisitor<T>(T[] ranks) : ITileVisitor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The distance of the nearest denser sample; infinite where none is denser.</summary>
    public T[] Distance { get; } = Filled(ranks.Length, T.PositiveInfinity);

    /// <summary>The nearest denser sample; -1 where none is denser.</summary>
    public int[] Sample { get; } = Filled(ranks.Length, -1);

    /// <summary>The largest distance.</summary>
    public T[] Farthest { get; } = new T[ranks.Length];

    public void Visit(Tile<T> tile)
    {
        for (int row = 0; row < tile.Rows; row++)
        {
            Scan(tile.Row(row), tile.FirstRow + row, tile.FirstColumn);
        }
    }

    /// <summary>Takes in what another visitor found in other tiles.</summary>
    public void Merge(NearestDenserVisitor<T> other)
    {
        for (int i = 0; i < Distance.Length; i++)
        {
            Farthest[i] = T.Max(Farthest[i], other.Farthest[i]);
            Offer(i, other.Distance[i], other.Sample[i]);
        }
    }

    private static TValue[] Filled<TValue>(int count, TValue value)
    {
        var values = new TValue[count];
        Array.Fill(values, value);
        return values;
    }

    private void Scan(ReadOnlySpan<T> distances, int row, int firstColumn)
    {
        ref T first = ref MemoryMarshal.GetReference(distances);
        ref T columnRanks = ref ranks[firstColumn], columnBest = ref Distance[firstColumn], columnFarthest = ref Farthest[firstColumn];
        var rank = Vector512.Create(ranks[row]);
        var best = Vector512.Create(Distance[row]);
        var farthest = Vector512.Create(Farthest[row]);
        int i = 0;
        for (; i + Vector512<T>.Count <= distances.Length; i += Vector512<T>.Count)
        {
            var distance = Vector512.LoadUnsafe(ref first, (nuint)i);
            var others = Vector512.LoadUnsafe(ref columnRanks, (nuint)i);
            farthest = Vector512.Max(farthest, distance);
            Vector512.Max(distance, Vector512.LoadUnsafe(ref columnFarthest, (nuint)i)).StoreUnsafe(ref columnFarthest, (nuint)i);
            ulong forRow = (Vector512.GreaterThan(others, rank) & Vector512.LessThanOrEqual(distance, best)).ExtractMostSignificantBits();
            ulong forColumns = (Vector512.LessThan(others, rank) & Vector512.LessThanOrEqual(distance, Vector512.LoadUnsafe(ref columnBest, (nuint)i))).ExtractMostSignificantBits();
            if ((forRow | forColumns) != 0)
            {
                OfferAll(distances, row, firstColumn, i, forRow, forColumns);
                best = Vector512.Create(Distance[row]);
            }
        }

        Farthest[row] = Largest(farthest);
        for (; i < distances.Length; i++)
        {
            Pair(distances[i], row, firstColumn + i);
        }
    }

    private static T Largest(Vector512<T> values)
    {
        T largest = values[0];
        for (int lane = 1; lane < Vector512<T>.Count; lane++)
        {
            largest = T.Max(largest, values[lane]);
        }

        return largest;
    }

    private void OfferAll(ReadOnlySpan<T> distances, int row, int firstColumn, int at, ulong forRow, ulong forColumns)
    {
        for (; forRow != 0; forRow &= forRow - 1)
        {
            int i = at + BitOperations.TrailingZeroCount(forRow);
            Offer(row, distances[i], firstColumn + i);
        }

        for (; forColumns != 0; forColumns &= forColumns - 1)
        {
            int i = at + BitOperations.TrailingZeroCount(forColumns);
            Offer(firstColumn + i, distances[i], row);
        }
    }

    private void Pair(T distance, int row, int column)
    {
        Farthest[row] = T.Max(Farthest[row], distance);
        Farthest[column] = T.Max(Farthest[column], distance);
        if (ranks[column] > ranks[row])
        {
            Offer(row, distance, column);
        }
        else if (ranks[column] < ranks[row])
        {
            Offer(column, distance, row);
        }
    }

    private void Offer(int sample, T distance, int denser)
    {
        if (denser >= 0 && (distance < Distance[sample] || (distance == Distance[sample] && denser < Sample[sample])))
        {
            Distance[sample] = distance;
            Sample[sample] = denser;
        }
    }
}
