using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>The annotations of iNaturalist: a JSON file a split, with images, annotations and categories.</summary>
/// <remarks>Only the keys that are needed are kept, while the file is read.</remarks>
internal static class INaturalistJson
{
    public static Dataset Read(string path, string name, Problems problems)
    {
        string root = Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? "";
        ListedImages listed = new(root, problems);
        SortedDictionary<long, string> categories = [];
        foreach ((string file, string split) in Files(path))
        {
            ReadFile(file, split, listed, categories, problems);
        }
        string[] labels = [.. categories.Keys.Select(Text)], names = [.. categories.Values];
        bool telling = names.All(text => text.Length > 0) && names.Distinct(StringComparer.Ordinal).Count() == names.Length;
        return listed.ToDataset(name, labels, telling ? names : null);
    }

    // The test images of the competitions come without annotations and are left out.
    private static (string File, string Split)[] Files(string path)
    {
        if (!Directory.Exists(path))
        {
            return [(path, SplitWords.Of(path))];
        }
        (string File, string Split)[] files = [.. SplitWords.FilesOf(path, ".json").Where(file => file.Split is "train" or "val")];
        return files.Length > 0 ? files
            : throw new InvalidDataException($"{path} has no annotations such as train2018.json. Name the file itself, or the folder that holds it.");
    }

    private static void ReadFile(string file, string split, ListedImages listed, SortedDictionary<long, string> categories, Problems problems)
    {
        (IReadOnlyList<AnnotatedImage> images, IReadOnlyList<ImageAnnotation> annotations, IReadOnlyList<NamedCategory> named) = AnnotationsJson.Read(file, "iNaturalist", "a file of annotations");
        foreach (NamedCategory category in named)
        {
            categories[category.Id] = category.Name;
        }
        Dictionary<long, long> labels = LabelsOf(annotations, file, categories, problems);
        int number = 0;
        foreach (AnnotatedImage image in images)
        {
            Place place = new(file, ++number, "image");
            if (labels.TryGetValue(image.Id, out long label))
            {
                listed.Add(place, image.File, Text(label), split);
            }
            else
            {
                problems.Add($"{place}: {image.File} has no annotation with a category. Annotate it, or remove it.");
            }
        }
    }

    /// <summary>The category of every image that has one.</summary>
    private static Dictionary<long, long> LabelsOf(IReadOnlyList<ImageAnnotation> annotations, string file, SortedDictionary<long, string> categories, Problems problems)
    {
        Dictionary<long, long> labels = new(annotations.Count);
        int number = 0;
        foreach (ImageAnnotation annotation in annotations)
        {
            Place place = new(file, ++number, "annotation");
            if (!categories.ContainsKey(annotation.Category))
            {
                problems.Add($"{place}: category {annotation.Category} is not among the {categories.Count} categories. Correct the number, or name the category.");
            }
            else if (!labels.TryAdd(annotation.Image, annotation.Category))
            {
                problems.Add($"{place}: image {annotation.Image} was already annotated; an image has one category. Keep one of the two.");
            }
        }
        return labels;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
