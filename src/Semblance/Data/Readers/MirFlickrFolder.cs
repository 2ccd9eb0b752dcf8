using System.Globalization;
using Semblance.Data.Stores;

namespace Semblance.Data.Readers;

/// <summary>MIRFLICKR-25000 as distributed: a file of image numbers for each label, and the images <c>im1.jpg</c> to <c>im25000.jpg</c>.</summary>
/// <remarks>24 files name potential labels; 14 more, whose names end with <c>_r1</c>, are of images for which such a label is relevant.</remarks>
internal static class MirFlickrFolder
{
    private static readonly string[] AnnotationFolders = ["mirflickr25k_annotations_v080", "annotations", "mirflickr/annotations"];

    public static bool IsFolder(string folder) => Annotations(folder) is { } annotations && File.Exists(Path.Combine(annotations, "animals.txt"));

    public static Dataset Read(string path, string name, DatasetOptions options, Problems problems)
    {
        string annotations = Annotations(path)
            ?? throw new InvalidDataException($"{path} has no folder mirflickr25k_annotations_v080 or annotations, which MIRFLICKR comes with. Unpack the annotations there.");
        string images = options.ImageFolder.Length > 0 ? options.ImageFolder : Directory.Exists(Path.Combine(path, "mirflickr")) ? Path.Combine(path, "mirflickr") : path;
        SortedDictionary<int, string> files = ImagesIn(images);
        string[] lists = [.. Directory.GetFiles(annotations, "*.txt").Where(file => !Path.GetFileName(file).StartsWith("README", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (lists.Length == 0)
        {
            throw new InvalidDataException($"{annotations} has no lists such as animals.txt. Unpack the annotations there.");
        }
        Dictionary<int, List<int>> labels = files.Keys.ToDictionary(number => number, _ => new List<int>());
        for (int label = 0; label < lists.Length; label++)
        {
            ReadList(lists[label], label, labels, images, problems);
        }
        problems.ThrowIfAny();
        DataItem[] items = [.. files.Select(file => new DataItem(Path.GetFileName(file.Value), [.. labels[file.Key].Distinct()], ""))];
        return new(name, [.. lists.Select(list => Path.GetFileNameWithoutExtension(list))], items, new FileStore([.. files.Values]), multiLabel: true, problems.Sentences);
    }

    private static string? Annotations(string folder) => AnnotationFolders.Select(inner => Path.Combine(folder, inner)).FirstOrDefault(Directory.Exists);

    private static SortedDictionary<int, string> ImagesIn(string folder)
    {
        SortedDictionary<int, string> files = [];
        foreach (string file in Directory.GetFiles(folder, "im*.jpg"))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(file)[2..], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                files[number] = file;
            }
        }
        return files.Count > 0 ? files : throw new InvalidDataException($"{folder} has no images such as im1.jpg. Unpack MIRFLICKR there, or name their folder (data.images).");
    }

    private static void ReadList(string list, int label, Dictionary<int, List<int>> labels, string images, Problems problems)
    {
        foreach (TextLine line in TextLines.Read(list))
        {
            if (!int.TryParse(line.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                problems.Add($"{line.Place}: \"{line.Text}\" was found; the number of an image is needed. Correct the line.");
            }
            else if (labels.TryGetValue(number, out List<int>? found))
            {
                found.Add(label);
            }
            else
            {
                problems.Add($"{line.Place}: {Path.Combine(images, $"im{line.Text}.jpg")} is not there. Unpack the images there, or correct the line.");
            }
        }
    }
}
