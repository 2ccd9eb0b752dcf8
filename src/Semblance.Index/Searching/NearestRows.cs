using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Semblance.Index.Searching;

/// <summary>Keeps what one query wants of rows that are offered in ascending order.</summary>
/// <remarks>
/// Counts of the distances so far tell how near a row must be: once as many rows as are wanted are nearer than the limit, the limit is the distance of the
/// last of them, since a later row of the same distance has lost its tie. Rows that fell behind the limit are dropped when the list is full.
/// </remarks>
/// <param name="reach">What is wanted.</param>
/// <param name="filter">Asked of rows that are near enough.</param>
internal sealed class NearestRows(Reach reach, RowFilter filter)
{
    private readonly int[] _counts = new int[reach.Limit];
    private readonly bool _open = filter == default;
    private readonly List<Neighbour> _kept = [];
    private int _full = (int)Math.Min(4L * reach.Most + 64, Array.MaxLength);
    private int _last = reach.Limit;
    private int _nearer;

    /// <summary>Rows at this distance or farther need not be offered. It falls.</summary>
    public int Limit { get; private set; } = reach.Limit;

    /// <summary>Offers a row above all that were offered before.</summary>
    public void Offer(int row, int distance)
    {
        if (distance < Limit && (_open || filter.Allows(row)))
        {
            Keep(row, distance);
        }
    }

    /// <summary>Offers rows of a block.</summary>
    /// <param name="near">Rows counted from the block's first, ascending, and their distances.</param>
    /// <param name="firstRow">The block's first row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Offer(ReadOnlySpan<Neighbour> near, int firstRow)
    {
        foreach (Neighbour item in near)
        {
            Offer(firstRow + item.Row, item.Distance);
        }
    }

    /// <summary>What is wanted, by (distance, row).</summary>
    public Neighbour[] ToArray()
    {
        Neighbour[] ordered = Ordered(CollectionsMarshal.AsSpan(_kept), reach.Limit);
        return Cut(ordered, reach);
    }

    /// <summary>Joins what parts of the rows gave for one query.</summary>
    public static Neighbour[] Join(IEnumerable<Neighbour[]> parts, Reach reach)
    {
        ulong[] keys = [.. parts.SelectMany(part => part).Select(item => ((ulong)item.Distance << 32) | (uint)item.Row)];
        Array.Sort(keys);
        return Cut(Array.ConvertAll(keys, key => new Neighbour((int)(uint)key, (int)(key >> 32))), reach);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keep(int row, int distance)
    {
        if (_kept.Count == _full)
        {
            _kept.RemoveAll(item => item.Distance > _last);
            _full = (int)Math.Clamp(2L * _kept.Count, _full, Array.MaxLength);
        }

        _kept.Add(new Neighbour(row, distance));
        _counts[distance]++;
        if (distance >= _last)
        {
            return;
        }

        _nearer++;
        while (_nearer >= reach.Most)
        {
            _nearer -= _counts[--_last];
            Limit = reach.KeepTies ? _last + 1 : _last;
        }
    }

    /// <summary>Rows in ascending order, put in order of (distance, row) by counting.</summary>
    private static Neighbour[] Ordered(ReadOnlySpan<Neighbour> ascendingRows, int limit)
    {
        int[] start = new int[limit + 1];
        foreach (Neighbour item in ascendingRows)
        {
            start[item.Distance + 1]++;
        }

        for (int distance = 0; distance < limit; distance++)
        {
            start[distance + 1] += start[distance];
        }

        Neighbour[] ordered = new Neighbour[ascendingRows.Length];
        foreach (Neighbour item in ascendingRows)
        {
            ordered[start[item.Distance]++] = item;
        }

        return ordered;
    }

    private static Neighbour[] Cut(Neighbour[] ordered, Reach reach)
    {
        int kept = Math.Min(reach.Most, ordered.Length);
        while (reach.KeepTies && kept < ordered.Length && ordered[kept].Distance == ordered[kept - 1].Distance)
        {
            kept++;
        }

        return kept == ordered.Length ? ordered : ordered[..kept];
    }
}
