using System.Numerics;

namespace Semblance.Index.Searching;

/// <summary>Which rows may be results.</summary>
/// <param name="Rows">Only these; null for all.</param>
/// <param name="Where">Only rows for which it is true; null for all.</param>
internal readonly record struct RowFilter(RowSet? Rows, Func<int, bool>? Where)
{
    /// <summary>The filter of a search over so many rows.</summary>
    /// <exception cref="ArgumentException">The set of rows is over another number of rows.</exception>
    public static RowFilter Of(SearchOptions options, int rows) =>
        options.Rows is null || options.Rows.Rows == rows
            ? new RowFilter(options.Rows, options.Where)
            : throw new ArgumentException($"the set of rows to search is over {options.Rows.Rows} rows; the index has {rows}. Make the set for this index.", nameof(options));

    /// <summary>Whether a row may be a result; the set is asked first.</summary>
    public bool Allows(int row) => (Rows is null || Rows[row]) && (Where is null || Where(row));

    /// <summary>The rows of the set, ascending, if they are at most so many; null where there is no set or it is larger.</summary>
    public int[]? Listed(int most)
    {
        if (Rows is null || Rows.Count is int count && count > most)
        {
            return null;
        }

        int[] listed = new int[count];
        int found = 0;
        for (int i = 0; i < Rows.Words.Length; i++)
        {
            for (ulong word = Rows.Words[i]; word != 0; word &= word - 1)
            {
                listed[found++] = (i << 6) + BitOperations.TrailingZeroCount(word);
            }
        }

        return listed;
    }
}
