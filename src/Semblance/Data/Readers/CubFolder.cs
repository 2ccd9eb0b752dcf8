using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>CUB-200-2011 as distributed: lists that give every image a number, and tell path, class and split by that number.</summary>
internal static class CubFolder
{
    private const string Set = "CUB-200-2011";
    private const string Images = "images.txt";
    private const string Labels = "image_class_labels.txt";

    public static bool IsFolder(string folder) => Layouts.Find(folder, Images) is not null && Layouts.Find(folder, Labels) is not null;

    public static Dataset Read(string folder, string name, Problems problems)
    {
        Dictionary<int, Entry> images = Numbered(Layouts.Demand(Set, folder, Images), "an image's path", problems);
        Dictionary<int, Entry> classes = Numbered(Layouts.Demand(Set, folder, "classes.txt"), "a class's name", problems);
        Dictionary<int, Entry> labels = Numbered(Layouts.Demand(Set, folder, Labels), "the number of its class", problems);
        Dictionary<int, Entry> splits = Numbered(Layouts.Demand(Set, folder, "train_test_split.txt"), "1 (train) or 0 (test)", problems);
        RefuseStrangers(images, labels, problems);
        RefuseStrangers(images, splits, problems);
        ListedImages listed = new(Path.Combine(folder, "images"), problems);
        foreach ((int number, Entry image) in images)
        {
            if (ClassOf(number, image, labels, classes, problems) is { } label && SplitOf(number, image, splits, problems) is { } split)
            {
                listed.Add(image.Place, image.Value, label, split);
            }
        }
        int[] order = [.. classes.Keys.Order()];
        return listed.ToDataset(name, [.. order.Select(Text)], [.. order.Select(number => classes[number].Value)]);
    }

    private static string? ClassOf(int number, Entry image, Dictionary<int, Entry> labels, Dictionary<int, Entry> classes, Problems problems)
    {
        if (!labels.TryGetValue(number, out Entry label))
        {
            problems.Add($"{image.Place}: image {number} has no line in {Labels}. Add it, or remove the image.");
            return null;
        }
        if (int.TryParse(label.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && classes.ContainsKey(index))
        {
            return Text(index);
        }
        problems.Add($"{label.Place}: class {label.Value} is not in classes.txt, which names {classes.Count}. Correct the number, or name the class.");
        return null;
    }

    private static string? SplitOf(int number, Entry image, Dictionary<int, Entry> splits, Problems problems)
    {
        if (!splits.TryGetValue(number, out Entry split))
        {
            problems.Add($"{image.Place}: image {number} has no line in train_test_split.txt. Add it, or remove the image.");
            return null;
        }
        if (split.Value is "0" or "1")
        {
            return split.Value == "1" ? "train" : "test";
        }
        problems.Add($"{split.Place}: \"{split.Value}\" is no split; 1 (train) or 0 (test) is needed. Correct it.");
        return null;
    }

    private static void RefuseStrangers(Dictionary<int, Entry> images, Dictionary<int, Entry> lines, Problems problems)
    {
        foreach ((int number, Entry line) in lines.Where(line => !images.ContainsKey(line.Key)))
        {
            problems.Add($"{line.Place}: image {number} is not in {Images}. Remove the line, or add the image.");
        }
    }

    /// <summary>The lines of a list: a number, then a value.</summary>
    private static Dictionary<int, Entry> Numbered(string path, string value, Problems problems)
    {
        Dictionary<int, Entry> entries = [];
        foreach (TextLine line in TextLines.Read(path))
        {
            string[] parts = line.Text.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                problems.Add($"{line.Place}: \"{line.Text}\" was found; a number, a space and {value} are needed. Correct the line.");
            }
            else if (!entries.TryAdd(number, new(parts[1], line.Place)))
            {
                problems.Add($"{line.Place}: number {number} was already used in line {entries[number].Place.Number}. Keep one of the two lines.");
            }
        }
        return entries;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Entry(string Value, Place Place);
}
