namespace Semblance.Data.Readers;

/// <summary>Food-101 as distributed: <c>meta/classes.txt</c>, <c>meta/train.txt</c> and <c>meta/test.txt</c>, and the folder <c>images</c>.</summary>
/// <remarks>A line of a list is the folder of a class and the number of an image, without its extension.</remarks>
internal static class Food101Folder
{
    private const string Set = "Food-101";

    public static bool IsFolder(string folder) => Layouts.Find(folder, "meta/classes.txt") is not null && Layouts.Find(folder, "meta/train.txt") is not null && Layouts.Find(folder, "meta/test.txt") is not null;

    public static Dataset Read(string folder, string name, Problems problems)
    {
        string[] classes = ClassNameFile.Read(Layouts.Demand(Set, folder, "meta/classes.txt"));
        ListedImages listed = new(Path.Combine(folder, "images"), problems);
        foreach (string split in new[] { "train", "test" })
        {
            ReadList(Layouts.Demand(Set, folder, $"meta/{split}.txt"), "", split, classes, listed, problems);
        }
        return listed.ToDataset(name, classes);
    }

    /// <summary>Reads one list.</summary>
    /// <param name="file">The list.</param>
    /// <param name="below">What comes before its paths.</param>
    /// <param name="split">The split of its images.</param>
    /// <param name="classes">The classes, which are folders.</param>
    /// <param name="listed">Takes the images.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void ReadList(string file, string below, string split, string[] classes, ListedImages listed, Problems problems)
    {
        foreach (TextLine line in TextLines.Read(file))
        {
            if (ClassOf(line, line.Text, classes, problems) is { } label)
            {
                listed.Add(line.Place, $"{below}{line.Text}{(Listing.IsImage(line.Text) ? "" : ".jpg")}", label, split);
            }
        }
    }

    /// <summary>The class whose folder a path begins with; null for a problem.</summary>
    public static string? ClassOf(TextLine line, string path, string[] classes, Problems problems)
    {
        string[] parts = path.Split('/');
        if (parts.Length == 2 && classes.Contains(parts[0], StringComparer.Ordinal))
        {
            return parts[0];
        }
        string nearest = NearestName.Of(parts[0], classes) is { } near ? $"; nearest is \"{near}\"" : "";
        problems.Add(parts.Length == 2
            ? $"{line.Place}: class \"{parts[0]}\" is not in meta/classes.txt{nearest}. Correct the name, or add it to the list."
            : $"{line.Place}: \"{path}\" was found; a class, a slash and an image are needed. Correct the line.");
        return null;
    }
}
