using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>Text lists of paths: behind the path a line has a label, or a 0 or 1 for each class, or nothing: then its last two folders are the class.</summary>
/// <remarks>Lists of 0 and 1 are those of HashNet and DeepHash-pytorch; those of paths alone are iNaturalist's for retrieval, in a folder <c>Inat_dataset_splits</c>. Published lists of long tails have numbers of classes alone (<see cref="NumberedLists"/>).</remarks>
internal sealed class PathLists
{
    private const string SplitsFolder = "Inat_dataset_splits";
    private const string ClassFile = "classes.txt";

    private readonly Problems _problems;
    private readonly ListedImages _listed;
    // How many values stand behind a path, and where that was first seen.
    private (int Count, Place Place)? _row;
    private bool _severalLabels;

    private PathLists(string root, Problems problems)
    {
        _problems = problems;
        _listed = new(root, problems);
    }

    public static Dataset Read(string path, string name, DatasetOptions options, Problems problems)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : Directory.GetCurrentDirectory();
        PathLists lists = new(options.ImageFolder.Length > 0 ? options.ImageFolder : folder, problems);
        foreach ((string file, string split) in Files(path))
        {
            lists.ReadList(file, split);
        }
        return lists.ToDataset(name, options.ClassFile.Length > 0 ? options.ClassFile : Path.Combine(folder, ClassFile));
    }

    private Dataset ToDataset(string name, string classFile)
    {
        _problems.ThrowIfAny();
        if (_row is not { Count: > 1 } row)
        {
            return _listed.ToDataset(name, _listed.Labels());
        }
        string[] labels = [.. Enumerable.Range(0, row.Count).Select(Text)];
        string[]? names = File.Exists(classFile) ? ClassNameFile.Read(classFile) : null;
        return names is null || names.Length == row.Count
            ? _listed.ToDataset(name, labels, names, _severalLabels)
            : throw new InvalidDataException($"{classFile} names {names.Length} classes; {row.Place} has values for {row.Count}. Name each, or move the file away.");
    }

    private static (string File, string Split)[] Files(string path)
    {
        if (!Directory.Exists(path))
        {
            return [(path, SplitWords.Of(path))];
        }
        (string File, string Split)[] files = SplitWords.FilesOf(path, ".txt");
        files = files.Length > 0 ? files : SplitWords.FilesOf(Path.Combine(path, SplitsFolder), ".txt");
        return files.Length > 0 ? files
            : throw new InvalidDataException($"{path} has no list such as train.txt or test.txt, and no folder {SplitsFolder} with some. Name the list itself, or the folder that holds it.");
    }

    private void ReadList(string file, string split)
    {
        int? values = null, classes = NumberedLists.ClassesOf(file);
        foreach (TextLine line in TextLines.Read(file))
        {
            if (Cut(line.Text) is not { } cut)
            {
                _problems.Add($"{line.Place}: \"{line.Text}\" names no image; a path that ends with {Listing.Extensions} is needed, and then perhaps a space and a label. Correct the line.");
                continue;
            }
            if (classes is { } known)
            {
                ReadNumbered(line.Place, cut, known, split);
                continue;
            }
            values ??= cut.Values.Length;
            if (Fault(cut.Values, values.Value, line.Place) is { } fault)
            {
                _problems.Add($"{line.Place}: {fault}");
            }
            else if (Labels(cut.Id, cut.Values) is { } labels)
            {
                _listed.AddOrShare(line.Place, cut.Id, labels, split);
            }
            else
            {
                _problems.Add($"{line.Place}: \"{cut.Id}\" has neither a label nor two folders that tell its class. Add the label.");
            }
        }
    }

    private void ReadNumbered(Place place, (string Id, string[] Values) cut, int classes, string split)
    {
        if (NumberedLists.Label(cut.Values, classes) is { } label)
        {
            _listed.AddOrShare(place, cut.Id, [label], split);
        }
        else
        {
            string found = cut.Values.Length == 0 ? "nothing" : $"\"{string.Join(' ', cut.Values)}\"";
            _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{place}: {found} was found behind the path; the number of a class, from 0 to {classes - 1}, is needed in this list. Correct the line."));
        }
    }

    /// <summary>The path, which may have spaces in it, and what stands behind it.</summary>
    private static (string Id, string[] Values)? Cut(string text)
    {
        int end = text.Length;
        while (end > 0)
        {
            int start = text.AsSpan(0, end).LastIndexOfAny(' ', '\t') + 1;
            if (Listing.IsImage(text[start..end]))
            {
                return (text[..end].Replace('\\', '/'), text[end..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
            }
            end = text.AsSpan(0, start).TrimEnd().Length;
        }
        return null;
    }

    private string? Fault(string[] values, int before, Place place)
    {
        if (values.Length != before && (values.Length == 0 || before == 0))
        {
            return values.Length > 0 ? "a label was found, and the lines before have none. Label every line, or none." : "no label was found, and the lines before have one. Label every line, or none.";
        }
        if (values.Length > 0)
        {
            _row ??= (values.Length, place);
        }
        if (values.Length != before || (values.Length > 0 && values.Length != _row!.Value.Count))
        {
            return $"{Count(values.Length)} behind the path, and {(values.Length != before ? $"the lines before have {before}" : $"{_row!.Value.Place} has {_row.Value.Count}")}. Each line needs as many, one for each class.";
        }
        return values.Length > 1 && Array.Find(values, value => value is not ("0" or "1")) is { } wrong
            ? $"\"{wrong}\" was found among the {values.Length} values behind the path; 0 or 1 is needed for each class. Correct the line."
            : null;
    }

    private string[]? Labels(string id, string[] values)
    {
        if (values.Length < 2)
        {
            return values is [string label] ? [label] : ClassFolder(id) is { } folder ? [folder] : null;
        }
        string[] labels = [.. Enumerable.Range(0, values.Length).Where(place => values[place] == "1").Select(Text)];
        _severalLabels |= labels.Length != 1;
        return labels;
    }

    private static string? ClassFolder(string id)
    {
        string[] parts = id.Split('/');
        return parts.Length >= 3 ? $"{parts[^3]}/{parts[^2]}" : null;
    }

    private static string Count(int values) => values == 1 ? "1 value" : $"{values} values";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
