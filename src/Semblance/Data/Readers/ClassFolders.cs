namespace Semblance.Data.Readers;

/// <summary>Class folders: the first folder of a path is the class; below folders named train, val, test and the like, the second is.</summary>
internal static class ClassFolders
{
    private static readonly string[] SplitNames = ["train", "training", "val", "valid", "validation", "test", "testing"];

    public static Dataset Read(Listing listing, string name, Problems problems)
    {
        listing.DemandImages();
        string[][] parts = [.. listing.Names.Select(path => path.Split('/'))];
        int classLevel = parts.All(path => path.Length >= 3 && SplitNames.Contains(path[0], StringComparer.OrdinalIgnoreCase)) ? 1 : 0;
        List<int> places = [];
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length >= classLevel + 2)
            {
                places.Add(i);
                continue;
            }
            problems.Add($"{listing.Path} has {listing.Names[i]} beside its class folders; an image belongs into the folder of its class. Move it, or read the folder as images without classes.");
        }
        problems.ThrowIfAny();
        listing.Remark(problems);
        string[] classes = [.. places.Select(place => parts[place][classLevel]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        DataItem[] items = [.. places.Select(place => new DataItem(listing.Names[place], [Array.BinarySearch(classes, parts[place][classLevel], StringComparer.Ordinal)], classLevel == 1 ? parts[place][0] : ""))];
        return new(name, classes, items, listing.Open(places), multiLabel: false, problems.Sentences);
    }

    /// <summary>Images of which nothing is known.</summary>
    public static Dataset ReadUnlabelled(Listing listing, string name, Problems problems)
    {
        listing.DemandImages();
        listing.Remark(problems);
        return new(name, [], [.. listing.Names.Select(path => new DataItem(path, [], ""))], listing.Open([.. Enumerable.Range(0, listing.Names.Length)]), multiLabel: false, problems.Sentences);
    }
}
