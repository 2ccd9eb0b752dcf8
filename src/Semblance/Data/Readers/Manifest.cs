using Semblance.Data.Stores;

namespace Semblance.Data.Readers;

/// <summary>A table that names images, their labels and their split; the images lie in a folder or an archive.</summary>
internal sealed class Manifest(CsvTable table, DatasetOptions options, Problems problems)
{
    private static readonly string[] PathNames = ["path", "file", "filename", "image"];
    private static readonly string[] LabelNames = ["label", "labels", "class", "classes", "class_id", "class_ids"];

    /// <summary>Reads images from the folder that the table's paths start from.</summary>
    public Dataset Over(string root, string name)
    {
        int paths = PathColumn();
        List<string> files = [];
        List<int> rows = Keep(paths, (row, id) =>
        {
            string file = Path.Combine(root, id);
            bool there = File.Exists(file);
            if (there)
            {
                files.Add(file);
            }
            else
            {
                problems.Add($"{table.At(row.Line)}: {file} is not there. Paths start from {root}; correct the path, or remove the line.");
            }
            return there;
        });
        return Make(rows, paths, name, () => new FileStore(files));
    }

    /// <summary>Reads images from an archive.</summary>
    public Dataset Over(Listing listing, string name)
    {
        int paths = PathColumn();
        List<int> places = [];
        List<int> rows = Keep(paths, (row, id) =>
        {
            int place = Array.BinarySearch(listing.Names, id, StringComparer.Ordinal);
            if (place >= 0)
            {
                places.Add(place);
            }
            else
            {
                problems.Add($"{table.At(row.Line)}: {id} is not in {listing.Path}. Correct the path, or remove the line.");
            }
            return place >= 0;
        });
        return Make(rows, paths, name, () => listing.Open(places));
    }

    private int PathColumn() => options.PathColumn.Length > 0 ? Named(options.PathColumn) : Demand(table.Find(PathNames), "a path column (path or file)");

    private int LabelColumnIndex() => options.LabelColumn.Length > 0 ? Named(options.LabelColumn) : Demand(table.Find(LabelNames), "a label column (label, labels, class, class_id or class_ids)");

    private int Named(string column) => Demand(table.Find(column), $"column \"{column}\"");

    private int Demand(int column, string what) => column >= 0 ? column
        : throw new InvalidDataException($"{table.At(1)}: the columns are {table.ColumnList}; {what} is needed. Rename a column, or name it in the options.");

    /// <summary>The rows whose image is there and was not named before.</summary>
    private List<int> Keep(int paths, Func<CsvRow, string, bool> isThere)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        List<int> rows = [];
        for (int i = 0; i < table.Rows.Count; i++)
        {
            CsvRow row = table.Rows[i];
            string id = row.Values[paths];
            if (id.Length == 0)
            {
                problems.Add($"{table.At(row.Line)}: the path is empty. Name the image, or remove the line.");
            }
            else if (!seen.TryAdd(id, row.Line))
            {
                problems.Add($"{table.At(row.Line)}: \"{id}\" was already named in line {seen[id]}. Keep one of the two lines.");
            }
            else if (isThere(row, id))
            {
                rows.Add(i);
            }
        }
        return rows;
    }

    private Dataset Make(List<int> rows, int paths, string name, Func<ImageStore> open)
    {
        LabelColumn labels = new(table, LabelColumnIndex());
        string? listed = ClassFile();
        string[] classes = listed is null ? labels.Classes() : ClassNameFile.Read(listed);
        int[][] indices = labels.Indices(classes, listed, problems);
        bool several = options.MultiLabel ?? labels.Several;
        DemandOne(indices, rows, several);
        problems.ThrowIfAny();
        if (rows.Count == 0)
        {
            throw new InvalidDataException($"{table.Path} names no image that can be read. Add lines below the header.");
        }
        int split = table.Find("split");
        DataItem[] items = [.. rows.Select(row => new DataItem(table.Rows[row].Values[paths], indices[row], split < 0 ? "" : table.Rows[row].Values[split].Trim()))];
        return new(name, listed is null ? DisplayNames(labels, classes) : classes, items, open(), several, problems.Sentences);
    }

    private string? ClassFile()
    {
        if (options.ClassFile.Length > 0)
        {
            return options.ClassFile;
        }
        string beside = Path.Combine(Path.GetDirectoryName(table.Path) ?? "", "classes.txt");
        return File.Exists(beside) ? beside : null;
    }

    private void DemandOne(int[][] indices, List<int> rows, bool several)
    {
        foreach (int row in several ? [] : rows)
        {
            if (indices[row].Length > 1)
            {
                problems.Add($"{table.At(table.Rows[row].Line)}: {indices[row].Length} labels; this set has one label per image. Keep one, or read it as multi-label.");
            }
        }
    }

    /// <summary>The names of classes that are given by number, where a class_name column tells them.</summary>
    private string[] DisplayNames(LabelColumn labels, string[] classes)
    {
        int column = table.Find("class_name", "label_name");
        if (column < 0)
        {
            return classes;
        }
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        for (int row = 0; row < table.Rows.Count; row++)
        {
            if (labels.Labels[row] is [string label])
            {
                names.TryAdd(label, table.Rows[row].Values[column].Trim());
            }
        }
        string[] shown = [.. classes.Select(label => names.GetValueOrDefault(label, label))];
        return shown.Distinct(StringComparer.Ordinal).Count() == shown.Length ? shown : classes;
    }
}
