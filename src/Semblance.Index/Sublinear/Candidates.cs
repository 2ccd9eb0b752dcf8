using System.Runtime.CompilerServices;

namespace Semblance.Index.Sublinear;

/// <summary>An entry of a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Position">The position among its entries.</param>
internal readonly record struct Candidate(int Table, int Position);

/// <summary>Entries whose codes have not been looked at, by the least distance that they can have.</summary>
/// <remarks>There is a list for each distance and table, whose items name the one before them.</remarks>
internal sealed class Candidates
{
    /// <summary>How many may wait.</summary>
    public const int Room = 1 << 14;

    private const int None = -1;

    private readonly (int Position, int Before)[] _items = new (int, int)[Room];
    private int[] _last = [];
    private int _tables;
    private int _count;
    private int _least;
    private int _end;

    /// <summary>How many more may come before all are forgotten.</summary>
    public int Left => Room - _count;

    /// <summary>Itself, with all forgotten.</summary>
    /// <param name="tables">Number of tables.</param>
    /// <param name="bits">The largest distance of those that come.</param>
    public Candidates Cleared(int tables, int bits)
    {
        int lists = (bits + 1) * tables;
        if (_last.Length < lists)
        {
            _last = new int[lists];
            _end = lists;
        }

        _last.AsSpan(0, _end).Fill(None);
        (_tables, _count, _least, _end) = (tables, 0, 0, 0);
        return this;
    }

    /// <summary>Lets entries of a table wait, as many as there is room for.</summary>
    /// <param name="table">The table.</param>
    /// <param name="least">What is added to all distances.</param>
    /// <param name="positions">Positions in the table.</param>
    /// <param name="distances">A distance for each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int table, int least, ReadOnlySpan<int> positions, ReadOnlySpan<int> distances)
    {
        Span<(int, int)> items = _items.AsSpan(_count, positions.Length);
        Span<int> last = _last;
        int end = _end;
        for (int i = 0; i < items.Length && i < distances.Length; i++)
        {
            int list = ((least + distances[i]) * _tables) + table;
            end = Math.Max(end, list + 1);
            items[i] = (positions[i], last[list]);
            last[list] = _count + i;
        }

        _count += items.Length;
        (_least, _end) = (Math.Min(_least, least * _tables), end);
    }

    /// <summary>Takes out the nearest entries.</summary>
    /// <param name="most">The largest distance of those that are wanted.</param>
    /// <param name="taken">Receives them; those of a table and distance follow each other.</param>
    /// <returns>How many there were.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Take(int most, Span<Candidate> taken)
    {
        int count = 0;
        Span<int> last = _last;
        for (int end = (int)Math.Min((most + 1L) * _tables, _end); _least < end; _least++)
        {
            int item = last[_least];
            if (item == None)
            {
                continue;
            }

            int table = _least % _tables;
            for (; item != None && count < taken.Length; count++)
            {
                (int position, item) = _items[item];
                taken[count] = new Candidate(table, position);
            }

            last[_least] = item;
            if (count == taken.Length)
            {
                break;
            }
        }

        return count;
    }
}
