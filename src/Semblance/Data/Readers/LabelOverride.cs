using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>Labels from one column of another table, matched by path or id, or by index inside a split.</summary>
internal static class LabelOverride
{
    public static Dataset Apply(Dataset dataset, DatasetOptions options, Problems problems)
    {
        CsvTable table = CsvTable.Read(options.LabelFile, problems);
        if (options.LabelColumn.Length == 0 || table.Find(options.LabelColumn) < 0)
        {
            string asked = options.LabelColumn.Length == 0 ? "no label column was named" : $"there is no column \"{options.LabelColumn}\"";
            throw new InvalidDataException($"{table.At(1)}: {asked}; the columns are {table.ColumnList}. Name the column that holds the labels.");
        }
        int[][] given = new LabelColumn(table, table.Find(options.LabelColumn)).Indices(dataset.ClassNames, $"the classes of {dataset.Name}", problems);
        Dictionary<string, int> places = Places(dataset, table, options, out int key);
        int[][] labels = [.. dataset.Items.Select(item => item.Labels)];
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int row = 0; row < table.Rows.Count; row++)
        {
            string id = table.Rows[row].Values[key].Trim();
            if (!places.TryGetValue(id, out int place))
            {
                problems.Add($"{table.At(table.Rows[row].Line)}: \"{id}\" is no image of {dataset.Name}. Remove the line, or name the split that the table is about.");
            }
            else if (!seen.Add(id))
            {
                problems.Add($"{table.At(table.Rows[row].Line)}: \"{id}\" was already named. Keep one of the two lines.");
            }
            else
            {
                labels[place] = given[row];
            }
        }
        if (seen.Count < places.Count)
        {
            problems.Add($"{table.Path} has labels for {seen.Count} of {places.Count} images. Add the others, or name the split that the table is about.");
        }
        problems.ThrowIfAny();
        return dataset.Relabel(labels, dataset.MultiLabel || labels.Any(label => label.Length > 1));
    }

    /// <summary>The items that the table is about, by the text of its key column.</summary>
    private static Dictionary<string, int> Places(Dataset dataset, CsvTable table, DatasetOptions options, out int key)
    {
        string split = options.LabelSplit;
        int[] about = [.. Enumerable.Range(0, dataset.Count).Where(i => split.Length == 0 || dataset.Items[i].IsIn(split))];
        key = table.Find("path", "file", "id");
        if (key >= 0)
        {
            return about.ToDictionary(i => dataset.Items[i].Id, StringComparer.Ordinal);
        }
        key = table.Find("index");
        return key >= 0
            ? about.Select((item, index) => (item, index)).ToDictionary(pair => pair.index.ToString(CultureInfo.InvariantCulture), pair => pair.item, StringComparer.Ordinal)
            : throw new InvalidDataException($"{table.At(1)}: the columns are {table.ColumnList}; a column path, file, id or index is needed to find the images. Add one.");
    }
}
