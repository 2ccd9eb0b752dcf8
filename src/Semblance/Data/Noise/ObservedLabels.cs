using System.Globalization;
using Semblance.Data.Readers;

namespace Semblance.Data.Noise;

/// <summary>Labels that people gave to images, from a column of a table: CIFAR-10N and CIFAR-100N (Wei et al., ICLR 2022), or any others.</summary>
/// <remarks>
/// Images are found by a column <c>path</c>, <c>file</c> or <c>id</c>, or by <c>index</c>: the place of the image in its split, from 0. A column <c>clean_label</c> must agree with the
/// labels that the images have, so that a table in another order is found out.
/// </remarks>
public static class ObservedLabels
{
    private const string CleanColumn = "clean_label";
    private static readonly string[] Pickles = [".pt", ".pth", ".npy", ".npz", ".pkl"];

    /// <summary>Reads the labels.</summary>
    /// <param name="path">The table, a CSV file with a header.</param>
    /// <param name="column">The column of the observed labels: names of classes, or their numbers from 0.</param>
    /// <param name="images">The images that the table is about, in the order that its indices count.</param>
    /// <returns>The observed label of each image of the table, by the image's id.</returns>
    /// <exception cref="InvalidDataException">The table does not fit the images; the message names its line.</exception>
    public static IReadOnlyDictionary<string, int> Read(string path, string column, Dataset images)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(column);
        ArgumentNullException.ThrowIfNull(images);
        RefusePickle(path);
        Problems problems = new(lenient: false, hint: "");
        CsvTable table = CsvTable.Read(path, problems);
        problems.ThrowIfAny();
        Dictionary<string, int> places = Places(table, images, out int key);
        int[] observed = Labels(table, column, images, problems);
        int[]? clean = table.Find(CleanColumn) < 0 || column.Equals(CleanColumn, StringComparison.OrdinalIgnoreCase) ? null : Labels(table, CleanColumn, images, problems);
        Dictionary<string, int> found = new(StringComparer.Ordinal);
        for (int row = 0; row < table.Rows.Count; row++)
        {
            string at = table.At(table.Rows[row].Line), name = table.Rows[row].Values[key].Trim();
            if (!places.TryGetValue(name, out int place))
            {
                problems.Add($"{at}: \"{name}\" is no image of {images.Name}, which has {images.Count}. Name the split that the table is about (data.noise.split), or remove the line.");
            }
            else if (!found.TryAdd(images.Items[place].Id, observed[row]))
            {
                problems.Add($"{at}: \"{name}\" was already named. Keep one of the two lines.");
            }
            else if (clean is not null && clean[row] >= 0)
            {
                Compare(at, clean[row], images, place, problems);
            }
        }
        problems.ThrowIfAny();
        return table.Columns[key].Equals("index", StringComparison.OrdinalIgnoreCase) && found.Count != images.Count
            ? throw new InvalidDataException($"{path} has labels for {found.Count} images; {images.Name} has {images.Count}, and a table that goes by index names all. Add the missing rows, or name the split that the table is about (data.noise.split).")
            : found;
    }

    private static void RefusePickle(string path)
    {
        if (Pickles.Contains(Path.GetExtension(path).ToLowerInvariant(), StringComparer.Ordinal))
        {
            throw new InvalidDataException($"{path}: by its name a Python object, which is not read; a table (.csv) with a column index is needed. In Python: "
                + $"pandas.DataFrame(torch.load(\"{Path.GetFileName(path)}\", weights_only=False)).to_csv(\"labels.csv\", index_label=\"index\").");
        }
    }

    private static int[] Labels(CsvTable table, string column, Dataset images, Problems problems)
    {
        int place = table.Find(column);
        if (place < 0)
        {
            throw new InvalidDataException($"{table.At(1)}: there is no column \"{column}\"; the columns are {table.ColumnList}. Name the one that holds the observed labels.");
        }
        int[][] labels = new LabelColumn(table, place).Indices(images.ClassNames, $"the classes of {images.Name}", problems);
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row].Length > 1 || table.Rows[row].Values[place].Trim().Length == 0)
            {
                problems.Add($"{table.At(table.Rows[row].Line)}: {column} is \"{table.Rows[row].Values[place]}\"; one label is needed. Correct the line.");
            }
        }
        return [.. labels.Select(label => label.Length == 1 ? label[0] : -1)];
    }

    private static Dictionary<string, int> Places(CsvTable table, Dataset images, out int key)
    {
        key = table.Find("path", "file", "id");
        if (key >= 0)
        {
            return Enumerable.Range(0, images.Count).ToDictionary(place => images.Items[place].Id, StringComparer.Ordinal);
        }
        key = table.Find("index");
        return key >= 0
            ? Enumerable.Range(0, images.Count).ToDictionary(place => place.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal)
            : throw new InvalidDataException($"{table.At(1)}: the columns are {table.ColumnList}; a column path, file, id or index is needed to find the images. Add one.");
    }

    private static void Compare(string at, int clean, Dataset images, int place, Problems problems)
    {
        DataItem item = images.Items[place];
        if (!(item.TrueLabels ?? item.Labels).Contains(clean))
        {
            string has = string.Join(", ", (item.TrueLabels ?? item.Labels).Select(label => images.ClassNames[label]));
            problems.Add($"{at}: {CleanColumn} is {images.ClassNames[clean]}, and \"{item.Id}\" is {has}. The table is about other images or has them in another order; take the one of this set.");
        }
    }
}
