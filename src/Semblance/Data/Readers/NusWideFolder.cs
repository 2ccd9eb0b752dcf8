namespace Semblance.Data.Readers;

/// <summary>NUS-WIDE as distributed: lists of images in <c>ImageList</c>, and in <c>Groundtruth</c> a file for each concept with a 0 or 1 for each image.</summary>
/// <remarks>The two lists of training and test images are taken where they and their labels are there, else the list of all. An image without a concept is an image without a label.</remarks>
internal static class NusWideFolder
{
    private const string Set = "NUS-WIDE";
    private static readonly string[] ConceptLists = ["ConceptsList/Concepts81.txt", "Concepts81.txt", "Groundtruth/Concepts81.txt"];
    private static readonly string[] ImageFolders = ["Flickr", "images", "Images"];

    public static bool IsFolder(string folder) => Directory.Exists(Path.Combine(folder, "ImageList")) && Directory.Exists(Path.Combine(folder, "Groundtruth"));

    public static Dataset Read(string path, string name, DatasetOptions options, Problems problems)
    {
        string root = options.ImageFolder.Length > 0 ? options.ImageFolder : ImageFolders.Select(inner => Path.Combine(path, inner)).FirstOrDefault(Directory.Exists) ?? path;
        Part[] parts = Parts(path);
        string[] concepts = Concepts(path, parts[0]);
        ListedImages listed = new(root, problems);
        foreach (Part part in parts)
        {
            ReadPart(path, part, concepts, listed);
        }
        return listed.ToDataset(name, concepts, multiLabel: true);
    }

    private static Part[] Parts(string path)
    {
        Part[] halves = [new("TrainImagelist.txt", "TrainTestLabels", "_Train", "train"), new("TestImagelist.txt", "TrainTestLabels", "_Test", "test")];
        bool divided = Directory.Exists(Path.Combine(path, "Groundtruth", "TrainTestLabels")) && Array.TrueForAll(halves, half => File.Exists(half.List(path)));
        return divided ? halves : [new("Imagelist.txt", "AllLabels", "", "")];
    }

    /// <summary>The concepts in the order of their list; without it, in that of their files.</summary>
    private static string[] Concepts(string path, Part part)
    {
        if (Layouts.Find(path, ConceptLists) is { } list)
        {
            return ClassNameFile.Read(list);
        }
        string folder = Path.Combine(path, "Groundtruth", part.Labels);
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, $"Labels_*{part.Ending}.txt") : [];
        return files.Length > 0
            ? [.. files.Select(file => Path.GetFileNameWithoutExtension(file)["Labels_".Length..]).Select(concept => concept[..^part.Ending.Length]).Order(StringComparer.Ordinal)]
            : throw new InvalidDataException($"{folder} has no files such as Labels_sky{part.Ending}.txt, which {Set} comes with. Unpack the ground truth there.");
    }

    private static void ReadPart(string path, Part part, string[] concepts, ListedImages listed)
    {
        TextLine[] images = [.. TextLines.Read(Layouts.Demand(Set, path, $"ImageList/{part.Images}"))];
        List<string>[] labels = [.. images.Select(_ => new List<string>())];
        foreach (string concept in concepts)
        {
            ReadConcept(Layouts.Demand(Set, path, $"Groundtruth/{part.Labels}/Labels_{concept}{part.Ending}.txt"), concept, labels, part.List(path));
        }
        for (int i = 0; i < images.Length; i++)
        {
            listed.Add(images[i].Place, images[i].Text.Replace('\\', '/'), [.. labels[i]], part.Split);
        }
    }

    private static void ReadConcept(string file, string concept, List<string>[] labels, string list)
    {
        int row = 0;
        foreach (TextLine line in TextLines.Read(file))
        {
            if (line.Text is not ("0" or "1"))
            {
                throw new InvalidDataException($"{line.Place}: \"{line.Text}\" was found; 0 or 1 is needed. Copy the file again.");
            }
            if (row < labels.Length && line.Text == "1")
            {
                labels[row].Add(concept);
            }
            row++;
        }
        if (row != labels.Length)
        {
            throw new InvalidDataException($"{file} has {row} lines; {list} names {labels.Length} images, and one line each is needed. Copy both again.");
        }
    }

    private readonly record struct Part(string Images, string Labels, string Ending, string Split)
    {
        public string List(string path) => Path.Combine(path, "ImageList", Images);
    }
}
