using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>Turns the label values of a table into class indices.</summary>
/// <remarks>
/// Several labels are separated by ';' or, where the column's name is in the plural or every label is a whole number, by spaces. With a
/// file of class names a label is a name of it or a 0-based line; without one the classes are the distinct labels, in order of number or letters.
/// </remarks>
internal sealed class LabelColumn
{
    private readonly CsvTable _table;
    private readonly int _column;
    private readonly bool _plural;
    private readonly bool _numbers;

    public LabelColumn(CsvTable table, int column)
    {
        (_table, _column) = (table, column);
        _plural = table.Columns[column].EndsWith('s') && !table.Columns[column].EndsWith("class", StringComparison.OrdinalIgnoreCase);
        _numbers = table.Rows.All(row => Tokens(row, ' ', ';').All(IsNumber));
        Labels = [.. table.Rows.Select(Split)];
    }

    /// <summary>The label texts of every row.</summary>
    public IReadOnlyList<string[]> Labels { get; }

    /// <summary>Whether a row may have several labels.</summary>
    public bool Several => _plural || Labels.Any(labels => labels.Length > 1);

    /// <summary>The classes that occur, in order.</summary>
    public string[] Classes()
    {
        IEnumerable<string> distinct = Labels.SelectMany(labels => labels).Distinct(StringComparer.Ordinal);
        return _numbers
            ? [.. distinct.OrderBy(label => long.Parse(label, CultureInfo.InvariantCulture)).ThenBy(label => label, StringComparer.Ordinal)]
            : [.. distinct.Order(StringComparer.Ordinal)];
    }

    /// <summary>Class indices of every row. A label that is no class is a problem; its row keeps the others.</summary>
    /// <param name="classes">The class names.</param>
    /// <param name="listed">Where the names are listed, for messages; null where the labels themselves make the classes.</param>
    /// <param name="problems">Takes unknown labels.</param>
    public int[][] Indices(IReadOnlyList<string> classes, string? listed, Problems problems)
    {
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        for (int i = 0; i < classes.Count; i++)
        {
            known[classes[i]] = i;
        }
        return [.. Labels.Select((labels, row) => Indices(labels, _table.Rows[row].Line, known, listed, problems))];
    }

    private int[] Indices(string[] labels, int line, Dictionary<string, int> known, string? listed, Problems problems)
    {
        List<int> indices = [];
        foreach (string label in labels)
        {
            if (known.TryGetValue(label, out int index) || (listed is not null && TryNumber(label, known.Count, out index)))
            {
                indices.Add(index);
                continue;
            }
            string nearest = NearestName.Of(label, known.Keys) is string near ? $"; nearest is \"{near}\"" : "";
            problems.Add(IsNumber(label)
                ? $"{_table.At(line)}: class {label} is not in {listed}, which has {known.Count} names; numbers from 0 to {known.Count - 1} are needed. Correct the number."
                : $"{_table.At(line)}: class \"{label}\" is not in {listed}{nearest}. Correct the name, or add it to the list.");
        }
        return [.. indices.Distinct().Order()];
    }

    private static bool TryNumber(string label, int count, out int index) =>
        int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < count;

    private string[] Split(CsvRow row) => row.Values[_column].Contains(';', StringComparison.Ordinal) && !_numbers
        ? Tokens(row, ';')
        : _plural || _numbers ? Tokens(row, ' ', ';') : Tokens(row, '\n');

    private string[] Tokens(CsvRow row, params char[] separators) =>
        row.Values[_column].Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsNumber(string token) => long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
