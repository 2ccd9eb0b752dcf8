namespace Semblance.Evaluation;

/// <summary>The gallery rows of every label.</summary>
internal sealed class PositiveRows
{
    private readonly Dictionary<int, int[]> _rowsOfLabel;

    public PositiveRows(IReadOnlyList<IReadOnlyList<int>> labels)
    {
        _rowsOfLabel = Enumerable.Range(0, labels.Count)
            .SelectMany(row => labels[row].Distinct().Select(label => (label, row)))
            .GroupBy(pair => pair.label, pair => pair.row)
            .ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>The rows that share a label with the query, ascending, without some.</summary>
    public int[] Of(IReadOnlyList<int> labels, int[] excluded)
    {
        int[] rows = labels.Count == 1
            ? _rowsOfLabel.GetValueOrDefault(labels[0], [])
            : [.. labels.SelectMany(label => _rowsOfLabel.GetValueOrDefault(label, [])).Distinct().Order()];
        return Array.FindAll(rows, row => Array.IndexOf(excluded, row) < 0);
    }

    /// <summary>The most rows that a query with these labels can have as positives.</summary>
    public long AtMost(IReadOnlyList<int> labels) => labels.Sum(label => (long)_rowsOfLabel.GetValueOrDefault(label, []).Length);
}
