using System.Globalization;
using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Encoders;
using Semblance.Index.Files;
using Semblance.Models;
using Semblance.Reports;
using Semblance.Sampling.Trees;
using Semblance.Tensors;
using Semblance.Tensors.Images;

namespace Semblance.Training.Trees;

/// <summary>Embedded classes with their names and images: what a tree is drawn of.</summary>
public sealed class TreeSource
{
    private const int ImagesEach = 4;
    private const int ThumbnailSide = 48;

    private readonly string title;
    private readonly IReadOnlyList<string> names;
    private readonly Dataset? images;
    private readonly Dictionary<int, int[]> members;

    private TreeSource(string title, ClassMeans means, ClassTreeOptions options, IReadOnlyList<string> names, Dataset? images, Dictionary<int, int[]> members) =>
        (this.title, Means, Options, this.names, this.images, this.members) = (title, means, options, names, images, members);

    /// <summary>The classes.</summary>
    public ClassMeans Means { get; }

    /// <summary>Levels and linkage of the run, else the usual ones.</summary>
    public ClassTreeOptions Options { get; }

    /// <summary>Embeds images of a run with the model that it ended with.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="queries">Whether the images that ask are taken, not those that train.</param>
    /// <param name="observer">Hears of the progress.</param>
    /// <param name="stop">Stops between batches.</param>
    /// <exception cref="InvalidDataException">There is no run, it has not ended, or its images are gone.</exception>
    public static TreeSource OfRun(string path, bool queries, IRunObserver observer, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(observer);
        Recipe recipe = TrainingRun.LoadRecipe(path);
        using RunFolder folder = RunFolder.Open(path);
        using Model model = TrainingRun.LoadModel(folder, recipe);
        Torch.Threads = TrainingJob.OperatorThreads(recipe);
        DataParts parts = DataParts.Of(DataOpening.Open(recipe.Data, TrainingJob.LoaderThreads(recipe), null, stop), recipe.Data);
        Dataset images = queries ? parts.Query : parts.Train;
        Encoder encoder = new(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions { Threads = TrainingJob.LoaderThreads(recipe), Device = Device.Parse(recipe.Device) });
        int done = 0;
        ClassMeans means = TrainingTree.Means(image => images.Items[image].Labels, encoder.Encode(images, 0, stop).Select(batch =>
        {
            observer.Progressed("embedding for the tree", done += batch.Indices.Length, images.Count);
            return ((ReadOnlyMemory<float>)batch.Rows, batch.Indices);
        }));
        TreeRecipe tree = recipe.Tree ?? new();
        return new TreeSource($"{recipe.Name}: tree of classes", means, new() { Levels = tree.Levels, Linkage = tree.Linkage }, images.ClassNames, images, Members(images.Count, image => images.Items[image].Labels));
    }

    /// <summary>Takes embeddings with labels from a file.</summary>
    /// <param name="path">A file that <c>semblance encode</c> wrote.</param>
    /// <param name="imagesAt">Where its images are, to show some; null to show none.</param>
    /// <exception cref="InvalidDataException">The file is missing, damaged or of codes, or nothing in it has a label.</exception>
    public static TreeSource OfFile(string path, string? imagesAt)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is not there. Give the folder of a run, or a file of embeddings that 'semblance encode' wrote.");
        }
        EmbeddingsFile file = EmbeddingsFile.Read(path);
        if (!file.Items.Any(item => item.Labels.Count > 0))
        {
            throw new InvalidDataException($"{path} has no labels, and a tree of classes needs some. Encode images in class folders, or with a table of labels.");
        }
        ClassMeans means = TrainingTree.Means(image => file.Items[image].Labels, [(file.Embeddings, [.. Enumerable.Range(0, file.Items.Count)])]);
        Dataset? images = imagesAt is null ? null : DatasetSource.Open(imagesAt, options: new DatasetOptions { Lenient = true });
        return new TreeSource($"{Path.GetFileName(path)}: tree of classes", means, new(), EncodedNote.Parse(file.Metadata)?.Classes ?? [], images, images is null ? [] : Members(images, file));
    }

    /// <summary>The page about a tree of these classes.</summary>
    public DendrogramReport Report(ClassTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        TreeDrawing drawing = new(tree, Means, NameOf, ImagesOf);
        Dendrogram drawn = drawing.Draw();
        string summary = string.Create(CultureInfo.InvariantCulture, $"{tree.Count} classes of {Means.Counts.Sum(count => (long)count)} images. On average two images of one class are {tree.Thresholds[0]:0.00} apart (squared distance, at most 4). {Saying(tree)}");
        return new DendrogramReport(title, summary, drawn) { Note = drawing.Note };
    }

    private static string Saying(ClassTree tree)
    {
        if (TreeFigures.Warning(tree) is { } warning)
        {
            return char.ToUpperInvariant(warning[0]) + warning[1..];
        }
        int whole = Enumerable.Range(0, tree.Levels + 1).First(level => tree.NodesAt(level) == 1);
        return string.Create(CultureInfo.InvariantCulture, $"At that distance the classes form {tree.NodesAt(0)} nodes; at level {whole} of {tree.Levels} they are one.");
    }

    /// <summary>The images of each class, by what the file says of their ids.</summary>
    private static Dictionary<int, int[]> Members(Dataset images, EmbeddingsFile file)
    {
        Dictionary<string, IReadOnlyList<int>> labels = file.Items.ToDictionary(item => item.Id, item => item.Labels, StringComparer.Ordinal);
        Dictionary<int, int[]> members = Members(images.Count, image => labels.GetValueOrDefault(images.Items[image].Id, []));
        return members.Count > 0 ? members : throw new InvalidDataException($"None of the {images.Count} images of {images.Name} is in the file of embeddings. Give the folder that was encoded.");
    }

    private static Dictionary<int, int[]> Members(int count, Func<int, IReadOnlyList<int>> labels) => Enumerable.Range(0, count)
        .SelectMany(image => labels(image).Select(label => (image, label))).GroupBy(pair => pair.label, pair => pair.image).ToDictionary(group => group.Key, group => group.ToArray());

    private string NameOf(int label) => label >= 0 && label < names.Count ? names[label] : label.ToString(CultureInfo.InvariantCulture);

    private Thumbnail[] ImagesOf(int label)
    {
        if (images is null || !members.TryGetValue(label, out int[]? of))
        {
            return [];
        }
        int count = Math.Min(ImagesEach, of.Length);
        return [.. Enumerable.Range(0, count).Select(k => ThumbnailOf(of[k * of.Length / count])).OfType<Thumbnail>()];
    }

    private Thumbnail? ThumbnailOf(int image)
    {
        if (!images!.TryDecode(image, out RgbImage? whole, out _))
        {
            return null;
        }
        int side = Math.Min(ThumbnailSide, Math.Min(whole.Width, whole.Height));
        ImageView view = new ImageTransform { Size = side, Resize = side }.CentreView(whole.Width, whole.Height);
        return new Thumbnail(ImageCodec.Encode(ImageCodec.Render(whole, view), ImageFormat.Jpeg, 82));
    }
}
