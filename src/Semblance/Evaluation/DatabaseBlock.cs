using Semblance.Index;

namespace Semblance.Evaluation;

/// <summary>A run of database rows, ready to be met by every query.</summary>
internal sealed class DatabaseBlock
{
    private readonly Dictionary<int, int[]> _rowsOfLabel;
    private readonly Codes _codes;

    public DatabaseBlock(Codes codes, IReadOnlyList<IReadOnlyList<int>> labels, int start, int count)
    {
        _codes = codes;
        Start = start;
        Count = count;
        var rows = new Dictionary<int, List<int>>();
        for (int row = 0; row < count; row++)
        {
            AddRow(rows, labels[start + row], row);
        }

        _rowsOfLabel = rows.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray());
    }

    /// <summary>The first row of the block in the database part that it was cut from.</summary>
    public int Start { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>The words of the block's codes.</summary>
    public ReadOnlySpan<ulong> Words => _codes.Words.Slice(Start * _codes.WordsPerCode, Count * _codes.WordsPerCode);

    /// <summary>Adds to every row the number of labels it shares with a query.</summary>
    public void AddGrades(int[] distinctLabels, Span<ushort> grades)
    {
        foreach (int label in distinctLabels)
        {
            foreach (int row in RowsOf(label))
            {
                grades[row]++;
            }
        }
    }

    /// <summary>Takes back what <see cref="AddGrades"/> added.</summary>
    public void ClearGrades(int[] distinctLabels, Span<ushort> grades)
    {
        foreach (int label in distinctLabels)
        {
            foreach (int row in RowsOf(label))
            {
                grades[row] = 0;
            }
        }
    }

    private ReadOnlySpan<int> RowsOf(int label) => _rowsOfLabel.TryGetValue(label, out int[]? rows) ? rows : [];

    private static void AddRow(Dictionary<int, List<int>> rowsOfLabel, IReadOnlyList<int> labels, int row)
    {
        for (int i = 0; i < labels.Count; i++)
        {
            if (!rowsOfLabel.TryGetValue(labels[i], out List<int>? rows))
            {
                rowsOfLabel[labels[i]] = rows = [];
            }

            if (rows.Count == 0 || rows[^1] != row)
            {
                rows.Add(row);
            }
        }
    }
}
