using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>MS-COCO as distributed: <c>annotations/instances_train2014.json</c> and the like, and the images in folders such as <c>train2014</c>.</summary>
/// <remarks>An image has the category of every object in it. One without objects is an image without a label. Only the keys that are needed are kept, while the file is read.</remarks>
internal static class CocoJson
{
    private const string Annotations = "annotations";
    private const string Prefix = "instances_";

    public static bool IsFolder(string folder) => Files(folder).Length > 0;

    public static bool IsFile(string file) => Path.GetFileName(file).StartsWith(Prefix, StringComparison.Ordinal);

    public static Dataset Read(string path, string name, DatasetOptions options, Problems problems)
    {
        bool whole = Directory.Exists(path);
        string[] files = whole ? Files(path) : [path];
        if (files.Length == 0)
        {
            throw new InvalidDataException($"{path} has no {Annotations}/{Prefix}train2014.json or the like. Unpack the annotations of MS-COCO there, or name the file itself.");
        }
        string root = options.ImageFolder.Length > 0 ? options.ImageFolder : whole ? path : Above(Path.GetFullPath(path));
        ListedImages listed = new(root, problems);
        SortedDictionary<long, string> categories = [];
        foreach (string file in files)
        {
            ReadFile(file, listed, categories, problems);
        }
        return listed.ToDataset(name, [.. categories.Keys.Select(Text)], [.. categories.Values], multiLabel: true);
    }

    /// <summary>The folder that the images' folders lie in: that of the annotations, or the one above it.</summary>
    private static string Above(string file)
    {
        string folder = Path.GetDirectoryName(file)!;
        return Path.GetFileName(folder) == Annotations ? Path.GetDirectoryName(folder)! : folder;
    }

    private static string[] Files(string folder)
    {
        string annotations = Path.Combine(folder, Annotations);
        return Directory.Exists(annotations) ? [.. Directory.GetFiles(annotations, $"{Prefix}*.json").Order(StringComparer.Ordinal)] : [];
    }

    private static void ReadFile(string file, ListedImages listed, SortedDictionary<long, string> categories, Problems problems)
    {
        (IReadOnlyList<AnnotatedImage> images, IReadOnlyList<ImageAnnotation> annotations, IReadOnlyList<NamedCategory> named) = AnnotationsJson.Read(file, "MS-COCO", "a file of instances");
        foreach (NamedCategory category in named)
        {
            if (categories.TryGetValue(category.Id, out string? before) && before != category.Name)
            {
                throw new InvalidDataException($"{file}: category {category.Id} is \"{category.Name}\", and \"{before}\" in the file before. Take both from one release.");
            }
            categories[category.Id] = category.Name;
        }
        string part = Path.GetFileNameWithoutExtension(file)[Prefix.Length..];
        Dictionary<long, SortedSet<long>> labels = LabelsOf(images, annotations, file, categories, problems);
        int number = 0;
        foreach (AnnotatedImage image in images)
        {
            string[] found = [.. labels[image.Id].Select(Text)];
            listed.Add(new Place(file, ++number, "image"), $"{part}/{image.File}", found, SplitWords.Of(part));
        }
    }

    /// <summary>The categories of every image.</summary>
    private static Dictionary<long, SortedSet<long>> LabelsOf(IReadOnlyList<AnnotatedImage> images, IReadOnlyList<ImageAnnotation> annotations, string file, SortedDictionary<long, string> categories, Problems problems)
    {
        Dictionary<long, SortedSet<long>> labels = new(images.Count);
        int number = 0;
        foreach (AnnotatedImage image in images)
        {
            number++;
            if (!labels.TryAdd(image.Id, []))
            {
                problems.Add($"{new Place(file, number, "image")}: id {image.Id} was already used. Keep one of the two.");
            }
        }
        number = 0;
        foreach (ImageAnnotation annotation in annotations)
        {
            Place place = new(file, ++number, "annotation");
            if (!categories.ContainsKey(annotation.Category))
            {
                problems.Add($"{place}: category {annotation.Category} is not among the {categories.Count} categories. Correct the number, or name the category.");
            }
            else if (!labels.TryGetValue(annotation.Image, out SortedSet<long>? found))
            {
                problems.Add($"{place}: image {annotation.Image} is not among the {labels.Count} images. Correct the number, or add the image.");
            }
            else
            {
                found.Add(annotation.Category);
            }
        }
        return labels;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
