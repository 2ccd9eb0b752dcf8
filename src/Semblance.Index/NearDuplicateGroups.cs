namespace Semblance.Index;

/// <summary>Which rows hang together by pairs within a radius.</summary>
public sealed class NearDuplicateGroups
{
    private readonly int[] _first;

    /// <summary>Groups that were found before, such as those kept in a file.</summary>
    /// <param name="radius">The largest distance of a pair.</param>
    /// <param name="firstRows">For each row the lowest row of its group; its own where that is none of the others.</param>
    /// <exception cref="ArgumentException">A row is said to be in the group of another that is not the lowest of its own.</exception>
    public NearDuplicateGroups(int radius, int[] firstRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentNullException.ThrowIfNull(firstRows);
        for (int row = 0; row < firstRows.Length; row++)
        {
            int first = firstRows[row];
            if (first < 0 || first > row || firstRows[first] != first)
            {
                throw new ArgumentException($"row {row} is said to be in the group of row {first}, which is not the lowest row of a group. Give for each row the lowest of its group.", nameof(firstRows));
            }
        }

        (Radius, _first) = (radius, firstRows);
    }

    /// <summary>The largest distance of a pair.</summary>
    public int Radius { get; }

    /// <summary>Rows that were grouped.</summary>
    public int Rows => _first.Length;

    /// <summary>For each row the lowest row of its group.</summary>
    public IReadOnlyList<int> FirstRows => _first;

    /// <summary>The groups of two rows and more, in order of their first rows; the rows of each ascending.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Groups
    {
        get
        {
            Dictionary<int, List<int>> groups = [];
            for (int row = 0; row < _first.Length; row++)
            {
                if (_first[row] != row)
                {
                    if (!groups.TryGetValue(_first[row], out List<int>? group))
                    {
                        groups[_first[row]] = group = [_first[row]];
                    }

                    group.Add(row);
                }
            }

            return [.. groups.Values.OrderBy(group => group[0])];
        }
    }
}
