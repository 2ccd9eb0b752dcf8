namespace Semblance.Index.Searching;

/// <summary>Keeps the rows of the smallest distances; rows are offered in ascending order.</summary>
/// <param name="most">Rows that are wanted at most.</param>
/// <param name="radius">Rows farther than this are not wanted.</param>
internal sealed class NearestScores(int most, double radius)
{
    private readonly List<ScoredRow> _kept = [];
    private readonly int _full = (int)Math.Min((2L * most) + 256, Array.MaxLength);

    // Once enough rows are kept, a later row must be nearer than the last of them.
    private double _below = Math.BitIncrement(radius);

    /// <summary>Whether a row at this distance would be kept.</summary>
    public bool Wants(double distance) => distance < _below;

    /// <summary>Keeps a row that is wanted.</summary>
    public void Keep(int row, double distance)
    {
        _kept.Add(new ScoredRow(row, distance));
        if (_kept.Count == _full)
        {
            Cut();
            _below = _kept[^1].Distance;
        }
    }

    /// <summary>The rows by (distance, row).</summary>
    public ScoredRow[] ToArray()
    {
        Cut();
        return [.. _kept];
    }

    /// <summary>Joins what parts of the rows gave.</summary>
    public static ScoredRow[] Join(IEnumerable<NearestScores> parts, int most)
    {
        NearestScores all = new(most, double.MaxValue);
        all._kept.AddRange(parts.SelectMany(part => part.ToArray()));
        return all.ToArray();
    }

    private void Cut()
    {
        _kept.Sort(static (a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : a.Row.CompareTo(b.Row));
        if (_kept.Count > most)
        {
            _kept.RemoveRange(most, _kept.Count - most);
        }
    }
}
