using System.Runtime.Intrinsics;

namespace Semblance.Index;

/// <summary>Keeps the nearest rows of a scan that offers rows in ascending order.</summary>
/// <remarks>
/// Candidates pile up in a buffer; when it is full, it is put in order, cut to <c>capacity</c> rows, and only smaller distances than the last kept one
/// are taken from then on: a later row of the same distance has lost its tie.
/// </remarks>
internal sealed class NearestRows(int capacity, int bits)
{
    private readonly List<Neighbour> _candidates = new(Math.Min(2 * capacity, 1024));
    private readonly int _full = Math.Max(2 * capacity, 1024);
    private int _limit = capacity == 0 ? 0 : bits + 1;

    /// <summary>Offers rows <paramref name="firstRow"/>, <paramref name="firstRow"/> + 1, ...</summary>
    public void Offer(ReadOnlySpan<ushort> distances, int firstRow)
    {
        int i = 0;
        while (i < distances.Length)
        {
            if (Vector512.IsHardwareAccelerated && _limit <= ushort.MaxValue)
            {
                i += SkipFar(distances[i..]);
            }

            int stop = Math.Min(i + Vector512<ushort>.Count, distances.Length);
            for (; i < stop; i++)
            {
                Take(distances[i], firstRow + i);
            }
        }
    }

    /// <summary>The nearest rows in order.</summary>
    public Neighbour[] ToArray()
    {
        Neighbour[] ordered = Ordered(_candidates, bits);
        return ordered.Length <= capacity ? ordered : ordered[..capacity];
    }

    /// <summary>Rows in ascending order, put in order of (distance, row) by counting.</summary>
    public static Neighbour[] Ordered(List<Neighbour> ascendingRows, int bits)
    {
        var start = new int[bits + 2];
        foreach (Neighbour candidate in ascendingRows)
        {
            start[candidate.Distance + 1]++;
        }

        for (int distance = 0; distance <= bits; distance++)
        {
            start[distance + 1] += start[distance];
        }

        var ordered = new Neighbour[ascendingRows.Count];
        foreach (Neighbour candidate in ascendingRows)
        {
            ordered[start[candidate.Distance]++] = candidate;
        }

        return ordered;
    }

    private int SkipFar(ReadOnlySpan<ushort> distances)
    {
        Vector512<ushort> limit = Vector512.Create((ushort)_limit);
        int i = 0;
        while (i + Vector512<ushort>.Count <= distances.Length && !Vector512.LessThanAny(Vector512.Create(distances[i..]), limit))
        {
            i += Vector512<ushort>.Count;
        }

        return i;
    }

    private void Take(int distance, int row)
    {
        if (distance >= _limit)
        {
            return;
        }

        _candidates.Add(new Neighbour(row, distance));
        if (_candidates.Count == _full)
        {
            Cut();
        }
    }

    private void Cut()
    {
        Neighbour[] kept = ToArray();
        _limit = kept[^1].Distance;
        _candidates.Clear();
        _candidates.AddRange(kept);
    }
}
