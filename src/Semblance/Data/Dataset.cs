using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Semblance.Data.Stores;
using Semblance.Tensors.Images;

namespace Semblance.Data;

/// <summary>Labelled images in a fixed order. Images are read when asked for, from any thread.</summary>
public sealed class Dataset
{
    private readonly ImageStore _store;
    private readonly int[] _places;
    private readonly Lazy<string> _imagesHash;
    private readonly Lazy<string> _contentHash;

    /// <summary>A data set over a store.</summary>
    /// <param name="name">Its name in messages and reports.</param>
    /// <param name="classNames">Names of the classes, by index.</param>
    /// <param name="items">The images; item i is image i of the store.</param>
    /// <param name="store">Where the images are.</param>
    /// <param name="multiLabel">Whether an image may have several labels.</param>
    /// <param name="problems">What was wrong with the source and was passed over.</param>
    /// <exception cref="ArgumentException">Counts differ, an id occurs twice, or a label has no class name.</exception>
    public Dataset(string name, IReadOnlyList<string> classNames, IReadOnlyList<DataItem> items, ImageStore store, bool multiLabel, IReadOnlyList<string>? problems = null)
        : this(name, classNames, items, store, multiLabel, problems ?? [], [.. Enumerable.Range(0, items?.Count ?? 0)])
    {
        Demand(items!, classNames, store);
    }

    private Dataset(string name, IReadOnlyList<string> classNames, IReadOnlyList<DataItem> items, ImageStore store, bool multiLabel, IReadOnlyList<string> problems, int[] places)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(store);
        (Name, ClassNames, Items, MultiLabel, Problems) = (name, classNames, items, multiLabel, problems);
        (_store, _places) = (store, places);
        _imagesHash = new(HashImages);
        _contentHash = new(HashEverything);
    }

    /// <summary>Name in messages and reports.</summary>
    public string Name { get; }

    /// <summary>Names of the classes, by index; empty where nothing is labelled.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The images.</summary>
    public IReadOnlyList<DataItem> Items { get; }

    /// <summary>Number of images.</summary>
    public int Count => Items.Count;

    /// <summary>Whether an image may have several labels.</summary>
    public bool MultiLabel { get; }

    /// <summary>What was wrong with the source and was passed over, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>The splits that items name, in the order of their first item; empty where none does.</summary>
    public IReadOnlyList<string> Splits => [.. Items.Select(item => item.Split).Distinct(StringComparer.Ordinal).SelectMany(splits => splits.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)];

    /// <summary>SHA-256 over the images in order, as 64 hexadecimal digits. Every image is read once, on the first call.</summary>
    public string ImagesHash => _imagesHash.Value;

    /// <summary>SHA-256 over images, ids, labels, splits and class names, as 64 hexadecimal digits. Every image is read once, on the first call.</summary>
    public string ContentHash => _contentHash.Value;

    /// <summary>Whether the images are kept as pixels, without a file format.</summary>
    public bool HoldsPixels => _store.HoldsPixels;

    /// <summary>The image in messages: its path, or its archive and its place in it.</summary>
    /// <param name="index">Index into <see cref="Items"/>.</param>
    public string Describe(int index) => _store.Describe(_places[index]);

    /// <summary>The bytes of the image file; where the set holds pixels, its raw record.</summary>
    /// <param name="index">Index into <see cref="Items"/>.</param>
    /// <exception cref="InvalidDataException">The file cannot be read.</exception>
    public ReadOnlyMemory<byte> ReadBytes(int index)
    {
        try
        {
            return _store.Read(_places[index]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{Describe(index)} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The pixels of an image.</summary>
    /// <param name="index">Index into <see cref="Items"/>.</param>
    /// <param name="maxPixels">More pixels are refused before anything is decoded.</param>
    /// <exception cref="InvalidDataException">The file cannot be read or is not a whole image.</exception>
    public RgbImage Decode(int index, long maxPixels = ImageCodec.DefaultMaxPixels) =>
        TryDecode(index, out RgbImage? image, out ImageProblem problem, maxPixels) ? image : throw new InvalidDataException(problem.Describe(Describe(index)));

    /// <summary>The pixels of an image.</summary>
    /// <param name="index">Index into <see cref="Items"/>.</param>
    /// <param name="image">The pixels; null where it failed.</param>
    /// <param name="problem">Why it failed.</param>
    /// <param name="maxPixels">More pixels are refused before anything is decoded.</param>
    /// <exception cref="InvalidDataException">The file cannot be read.</exception>
    public bool TryDecode(int index, [NotNullWhen(true)] out RgbImage? image, out ImageProblem problem, long maxPixels = ImageCodec.DefaultMaxPixels) =>
        TryDecode(ReadBytes(index).Span, out image, out problem, maxPixels);

    /// <summary>The pixels of bytes that <see cref="ReadBytes"/> gave.</summary>
    internal bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out RgbImage? image, out ImageProblem problem, long maxPixels)
    {
        if (!HoldsPixels)
        {
            return ImageCodec.TryDecode(bytes, out image, out problem, maxPixels);
        }
        (image, problem) = (_store.Pixels(bytes), default);
        return true;
    }

    /// <summary>Some of the images, in the given order.</summary>
    /// <param name="indices">Indices into <see cref="Items"/>, each at most once.</param>
    /// <param name="name">Name of the part.</param>
    public Dataset Subset(IReadOnlyList<int> indices, string name)
    {
        ArgumentNullException.ThrowIfNull(indices);
        return new(name, ClassNames, [.. indices.Select(index => Items[index])], _store, MultiLabel, [], [.. indices.Select(index => _places[index])]);
    }

    /// <summary>The images of one split.</summary>
    /// <param name="split">Name of the split.</param>
    /// <exception cref="InvalidDataException">No image has that split.</exception>
    public Dataset Split(string split)
    {
        int[] indices = [.. Enumerable.Range(0, Count).Where(index => Items[index].IsIn(split))];
        if (indices.Length == 0)
        {
            string known = Splits.Count == 0 ? "it names no splits" : $"it has {string.Join(", ", Splits.Select(name => $"\"{name}\""))}";
            throw new InvalidDataException($"{Name} has no image in split \"{split}\"; {known}. Name one of its splits, or leave the split out.");
        }
        return Subset(indices, $"{Name}/{split}");
    }

    /// <summary>The same images with other labels.</summary>
    /// <param name="labels">Labels of every item.</param>
    /// <param name="multiLabel">Whether an image may have several; null to leave it as it is.</param>
    public Dataset Relabel(IReadOnlyList<int[]> labels, bool? multiLabel = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        DataItem[] items = [.. Items.Zip(labels, (item, label) => item with { Labels = label })];
        Demand(items, ClassNames, null);
        return labels.Count == Count
            ? new(Name, ClassNames, items, _store, multiLabel ?? MultiLabel, Problems, _places)
            : throw new ArgumentException($"{labels.Count} labels for {Count} images.", nameof(labels));
    }

    /// <summary>The same images as somebody observed them; what they were called is kept as their true labels, where nothing better was known.</summary>
    /// <param name="labels">The observed labels of every item.</param>
    public Dataset Observe(IReadOnlyList<int[]> labels)
    {
        Dataset observed = Relabel(labels);
        DataItem[] items = [.. observed.Items.Zip(Items, (item, before) => item with { TrueLabels = before.TrueLabels ?? before.Labels })];
        return new(Name, ClassNames, items, _store, MultiLabel, Problems, _places);
    }

    /// <summary>The same images with some of the classes; an image may be left without a label.</summary>
    /// <param name="classes">Indices into <see cref="ClassNames"/>, in the order that the classes then have.</param>
    public Dataset KeepClasses(IReadOnlyList<int> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        Dictionary<int, int> places = classes.Select((old, place) => (old, place)).ToDictionary(pair => pair.old, pair => pair.place);
        int[] Kept(int[] labels) => [.. labels.Where(places.ContainsKey).Select(label => places[label]).Order()];
        DataItem[] items = [.. Items.Select(item => item with { Labels = Kept(item.Labels), TrueLabels = item.TrueLabels is { } known ? Kept(known) : null })];
        return new(Name, [.. classes.Select(label => ClassNames[label])], items, _store, MultiLabel, Problems, _places);
    }

    /// <summary>The same images in other splits.</summary>
    /// <param name="splits">Split of every item; empty for none.</param>
    public Dataset WithSplits(IReadOnlyList<string> splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        return splits.Count == Count
            ? new(Name, ClassNames, [.. Items.Zip(splits, (item, split) => item with { Split = split })], _store, MultiLabel, Problems, _places)
            : throw new ArgumentException($"{splits.Count} splits for {Count} images.", nameof(splits));
    }

    /// <summary>How many images each class has.</summary>
    public int[] ClassCounts()
    {
        int[] counts = new int[ClassNames.Count];
        foreach (DataItem item in Items)
        {
            foreach (int label in item.Labels)
            {
                counts[label]++;
            }
        }
        return counts;
    }

    /// <summary>Fails where a class that occurs has too few images to be learnt or found.</summary>
    /// <param name="least">Images that every class needs; 2 for anything that compares images of a class.</param>
    /// <exception cref="InvalidDataException">A class has fewer; the message names the first and counts the others.</exception>
    public void DemandPerClass(int least)
    {
        int[] counts = ClassCounts();
        int[] few = [.. Enumerable.Range(0, counts.Length).Where(label => counts[label] > 0 && counts[label] < least)];
        if (few.Length > 0)
        {
            string images = counts[few[0]] == 1 ? "one image" : $"{counts[few[0]]} images";
            string others = few.Length == 1 ? "" : $" Classes with too few images: {few.Length}.";
            throw new InvalidDataException($"{Name}: class \"{ClassNames[few[0]]}\" has {images}; each class needs at least {least}. Add images, or leave the class out.{others}");
        }
    }

    private static void Demand(IReadOnlyList<DataItem> items, IReadOnlyList<string> classNames, ImageStore? store)
    {
        if (store is not null && store.Count != items.Count)
        {
            throw new ArgumentException($"{items.Count} items for {store.Count} images; there must be one each.", nameof(items));
        }
        HashSet<string> ids = new(items.Count, StringComparer.Ordinal);
        foreach (DataItem item in items)
        {
            if (!ids.Add(item.Id))
            {
                throw new ArgumentException($"Id \"{item.Id}\" occurs twice; ids must be unique.", nameof(items));
            }
            if (item.Labels.Concat(item.TrueLabels ?? []).Any(label => label < 0 || label >= classNames.Count))
            {
                throw new ArgumentException($"\"{item.Id}\" has a label outside 0..{classNames.Count - 1}.", nameof(items));
            }
        }
    }

    private string HashImages()
    {
        byte[] digests = new byte[32 * Count];
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            index => SHA256.HashData(ReadBytes(index).Span, digests.AsSpan(32 * index, 32)));
        return Convert.ToHexStringLower(SHA256.HashData(digests));
    }

    private string HashEverything()
    {
        StringBuilder text = new();
        text.Append(ImagesHash).Append('\n').AppendJoin('\t', ClassNames).Append('\n');
        foreach (DataItem item in Items)
        {
            text.Append(item.Id).Append('\t').Append(item.Split).Append('\t').AppendJoin(' ', item.Labels).Append('\n');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
