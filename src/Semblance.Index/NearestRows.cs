using System.Runtime.Intrinsics;

namespace Semblance.Index;

/// <summary>Keeps the nearest rows of a scan that offers rows in ascending order.</summary>
/// <remarks>
/// Candidates pile up in a buffer; when it is full, it is put in order, cut to <c>capacity</c> rows, and only smaller distances than the last kept one
/// are taken from then on: a later row of the same distance has lost its tie.
/// </remarks>
/// <param name="capacity">Rows to keep.</param>
/// <param name="bits">Bits of a code: the largest distance.</param>
/// <param name="keepTies">Whether rows at the distance of the last kept one stay too, however many.</param>
/// <param name="allowed">Asked of rows that are near enough; null for all.</param>
internal sealed class NearestRows(int capacity, int bits, bool keepTies = false, Func<int, bool>? allowed = null)
{
    private readonly List<Neighbour> _candidates = new(Math.Min(capacity, 512) * 2);
    private int _full = (int)Math.Clamp(2L * capacity, 1024, Array.MaxLength);
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
        int kept = Math.Min(capacity, ordered.Length);
        while (keepTies && kept > 0 && kept < ordered.Length && ordered[kept].Distance == ordered[kept - 1].Distance)
        {
            kept++;
        }

        return kept == ordered.Length ? ordered : ordered[..kept];
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
        if (distance >= _limit || (allowed is not null && !allowed(row)))
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
        _limit = kept[capacity - 1].Distance + (keepTies ? 1 : 0);
        _full = (int)Math.Clamp(Math.Max(2L * kept.Length, _full), 1024, Array.MaxLength);
        _candidates.Clear();
        _candidates.AddRange(kept);
    }
}
