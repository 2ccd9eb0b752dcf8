namespace Semblance.Data.Readers;

/// <summary>Text lists of paths: each line is a path and a label, or a path alone, whose last two folders are then the class.</summary>
/// <remarks>The lists of iNaturalist 2018 for retrieval are of the second form, in a folder <c>Inat_dataset_splits</c>.</remarks>
internal static class PathLists
{
    private const string SplitsFolder = "Inat_dataset_splits";

    public static Dataset Read(string path, string name, Problems problems)
    {
        string root = Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? "";
        ListedImages listed = new(root, problems);
        foreach ((string file, string split) in Files(path))
        {
            ReadList(file, split, listed, problems);
        }
        return listed.ToDataset(name, listed.Labels());
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

    private static void ReadList(string file, string split, ListedImages listed, Problems problems)
    {
        bool? labelled = null;
        foreach (TextLine line in TextLines.Read(file))
        {
            int cut = line.Text.LastIndexOfAny([' ', '\t']);
            string last = line.Text[(cut + 1)..];
            bool here = !Listing.IsImage(last);
            string id = here && cut > 0 ? line.Text[..cut].TrimEnd() : line.Text;
            labelled ??= here;
            if (!Listing.IsImage(id))
            {
                problems.Add($"{line.Place}: \"{line.Text}\" names no image; a path that ends with {Listing.Extensions} is needed, and then perhaps a space and a label. Correct the line.");
            }
            else if (here != labelled)
            {
                problems.Add($"{line.Place}: {(here ? "a label was found, and the lines before have none" : "no label was found, and the lines before have one")}. Label every line, or none.");
            }
            else if ((here ? last : ClassFolder(id)) is not { } label)
            {
                problems.Add($"{line.Place}: \"{id}\" has neither a label nor two folders that tell its class. Add the label.");
            }
            else
            {
                listed.Add(line.Place, id, label, split);
            }
        }
    }

    private static string? ClassFolder(string id)
    {
        string[] parts = id.Split('/');
        return parts.Length >= 3 ? $"{parts[^3]}/{parts[^2]}" : null;
    }
}
