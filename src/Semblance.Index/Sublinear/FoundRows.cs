using Semblance.Index.Searching;

namespace Semblance.Index.Sublinear;

/// <summary>Keeps the nearest rows of a search that meets rows in any order, each at most once.</summary>
/// <remarks>
/// A histogram of distances tells at once from which distance on nothing is needed. Rows at that distance compete by number: they pile up in a
/// buffer, and when it is full it is put in order and cut, which gives the largest row that still counts.
/// </remarks>
internal sealed class FoundRows
{
    private readonly int _capacity;
    private readonly bool _keepTies;
    private readonly RowFilter _filter;
    private readonly bool _open;
    private readonly int[] _counts;
    private readonly List<ulong> _keys = [];
    private int _full;
    private long _within;
    private ulong _largest = ulong.MaxValue;

    /// <param name="reach">What is wanted.</param>
    /// <param name="filter">Asked of rows that are near enough.</param>
    public FoundRows(Reach reach, RowFilter filter)
    {
        (_capacity, Limit, _keepTies) = (reach.Most, reach.Limit - 1, reach.KeepTies);
        (_filter, _open) = (filter, filter == default);
        _counts = new int[reach.Limit];
        _full = (int)Math.Clamp(2L * _capacity, 1024, Array.MaxLength);
    }

    /// <summary>The largest distance at which a row can still be a result.</summary>
    public int Limit { get; private set; }

    /// <summary>How many rows have to be found until there are as many as are wanted.</summary>
    public int Missing => Math.Max(0, _capacity - _keys.Count);

    /// <summary>Whether a row at a distance, or at any larger one, can still be a result.</summary>
    public bool Wants(int distance, int row) => distance < Limit || (distance == Limit && KeyOf(distance, row) < _largest);

    /// <summary>Takes a row that <see cref="Wants"/> and that has not been taken before.</summary>
    public void Take(int distance, int row)
    {
        if (!_open && !_filter.Allows(row))
        {
            return;
        }

        _keys.Add(KeyOf(distance, row));
        _counts[distance]++;
        _within++;
        while (Limit > 0 && _within - _counts[Limit] >= _capacity)
        {
            _within -= _counts[Limit--];
        }

        if (_keys.Count >= _full)
        {
            Cut();
        }
    }

    /// <summary>The rows by (distance, row).</summary>
    public Neighbour[] ToArray()
    {
        Order();
        var rows = new Neighbour[_keys.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = new Neighbour((int)(uint)_keys[i], (int)(_keys[i] >> 32));
        }

        return rows;
    }

    private static ulong KeyOf(int distance, int row) => ((ulong)distance << 32) | (uint)row;

    private void Cut()
    {
        Order();
        if (!_keepTies && _keys.Count == _capacity)
        {
            _largest = _keys[^1];
            _within = _capacity;
            _counts[Limit] = _keys.Count(key => (int)(key >> 32) == Limit);
        }

        _full = (int)Math.Clamp(Math.Max(2L * _keys.Count, _full), 1024, Array.MaxLength);
    }

    /// <summary>Puts the keys in order and drops those that are no results.</summary>
    private void Order()
    {
        _keys.Sort();
        int kept = Math.Min(_keys.Count, _capacity);
        while (_keepTies && kept > 0 && kept < _keys.Count && _keys[kept] >> 32 == _keys[kept - 1] >> 32)
        {
            kept++;
        }

        _keys.RemoveRange(kept, _keys.Count - kept);
    }
}
