using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>WebVision 1.0 and 2.0 as distributed: the lists in <c>info</c>, and the folders <c>google</c>, <c>flickr</c> and <c>val_images_256</c> of images.</summary>
/// <remarks>
/// A line of a list is a path and the number of the class, from 0 in the order of <c>info/synsets.txt</c>. Images found through Google and Flickr are both in split <c>train</c> and each in one of
/// their own, <c>google</c> or <c>flickr</c>, so that either part can train alone, as is usual with Google's. The list of all training images is the two together and is not read.
/// </remarks>
internal static class WebVisionFolder
{
    private const string Set = "WebVision";
    private const string Synsets = "info/synsets.txt";
    private const string ValidationList = "info/val_filelist.txt";
    private static readonly (string Source, string List)[] Sources = [("google", "info/train_filelist_google.txt"), ("flickr", "info/train_filelist_flickr.txt")];
    private static readonly string[] ValidationFolders = ["val_images_256", "val_images", "val_images_resized", "val"];

    public static bool IsFolder(string folder) => Sources.Any(part => Layouts.Find(folder, part.List) is not null);

    public static Dataset Read(string folder, string name, Problems problems)
    {
        string[] classes = [.. TextLines.Read(Layouts.Demand(Set, folder, Synsets)).Select(line => ClassName(line.Text))];
        (string Source, string List)[] lists = [.. Sources.Where(part => File.Exists(Path.Combine(folder, part.List)))];
        if (lists.Length == 0)
        {
            throw new InvalidDataException($"{folder} has neither {Sources[0].List} nor {Sources[1].List}. Unpack {Set}'s info.tar there.");
        }
        ListedImages listed = new(folder, problems);
        foreach ((string source, string list) in lists)
        {
            ReadList(Path.Combine(folder, list), "", $"train {source}", classes.Length, listed, problems);
        }
        if (Layouts.Find(folder, ValidationList) is { } validation)
        {
            // Lists of version 1 name the images alone.
            string below = ValidationFolders.FirstOrDefault(inner => Directory.Exists(Path.Combine(folder, inner))) ?? ValidationFolders[0];
            ReadList(validation, $"{below}/", "val", classes.Length, listed, problems);
        }
        string[] numbers = [.. Enumerable.Range(0, classes.Length).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        return listed.ToDataset(name, numbers, Unique(classes, numbers));
    }

    private static void ReadList(string file, string below, string splits, int classes, ListedImages listed, Problems problems)
    {
        foreach (TextLine line in TextLines.Read(file))
        {
            if (LabelledLine.Cut(line, classes, Synsets, problems) is { } cut)
            {
                bool isWhole = below.Length == 0 || cut.Path.StartsWith(below, StringComparison.Ordinal);
                listed.Add(line.Place, isWhole ? cut.Path : below + cut.Path, cut.Label, splits);
            }
        }
    }

    /// <summary>The synset and the first of its words: "n01440764 tench, Tinca tinca" is "n01440764 tench".</summary>
    private static string ClassName(string line) => line.Split(',')[0].Trim();

    private static string[] Unique(string[] names, string[] numbers) => names.Distinct(StringComparer.Ordinal).Count() == names.Length ? names : [.. names.Zip(numbers, (name, number) => $"{number} {name}")];
}
