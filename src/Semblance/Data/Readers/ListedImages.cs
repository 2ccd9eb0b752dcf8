using System.Globalization;
using Semblance.Data.Stores;

namespace Semblance.Data.Readers;

/// <summary>Gathers the images that a list names, as they are read, and what is wrong with its lines.</summary>
/// <param name="root">The folder that paths start from.</param>
/// <param name="problems">Takes images that are missing or named twice.</param>
internal sealed class ListedImages(string root, Problems problems)
{
    private readonly List<(string Id, string[] Labels, string Split, string[]? TrueLabels)> _images = [];
    private readonly List<string> _files = [];
    private readonly Dictionary<string, (Place Place, int Image)> _seen = new(StringComparer.Ordinal);

    /// <summary>Takes an image, unless it is missing or was named before.</summary>
    /// <param name="place">Where the list names it.</param>
    /// <param name="id">Its path.</param>
    /// <param name="label">Its class, as the list has it.</param>
    /// <param name="split">Its split; empty for none.</param>
    public void Add(Place place, string id, string label, string split) => Add(place, id, [label], split);

    /// <summary>The same for an image of several classes, or none.</summary>
    /// <param name="place">Where the list names it.</param>
    /// <param name="id">Its path.</param>
    /// <param name="labels">Its classes, as the list has them.</param>
    /// <param name="split">Its split; empty for none.</param>
    /// <param name="trueLabels">The classes that are known to be right, where the others are what somebody observed; null where nobody knows better.</param>
    public void Add(Place place, string id, string[] labels, string split, string[]? trueLabels = null)
    {
        string file = Path.Combine(root, id);
        if (!_seen.TryAdd(id, (place, _images.Count)))
        {
            problems.Add($"{place}: \"{id}\" was already named in {_seen[id].Place}. Keep one of the two.");
        }
        else if (!File.Exists(file))
        {
            problems.Add($"{place}: {file} is not there. Paths start from {root}; unpack the images there, or correct the line.");
        }
        else
        {
            _images.Add((id, labels, split, trueLabels));
            _files.Add(file);
        }
    }

    /// <summary>Takes an image that a list of another split may have named as well: training images may be searched. Queries are in one list.</summary>
    public void AddOrShare(Place place, string id, string[] labels, string split)
    {
        if (!_seen.TryGetValue(id, out (Place Place, int Image) first) || first.Image >= _images.Count || _images[first.Image].Id != id || !CanShare(_images[first.Image].Split, split))
        {
            Add(place, id, labels, split);
        }
        else if (!_images[first.Image].Labels.SequenceEqual(labels, StringComparer.Ordinal))
        {
            problems.Add($"{place}: \"{id}\" has other labels than in {first.Place}. Correct one of the two.");
        }
        else
        {
            _images[first.Image] = _images[first.Image] with { Split = $"{_images[first.Image].Split} {split}" };
        }
    }

    private static bool CanShare(string splits, string split) =>
        splits.Length > 0 && split.Length > 0 && !splits.Split(' ').Append("query").Append("test").Contains(split, StringComparer.Ordinal) && !splits.Split(' ').Any(one => one is "query" or "test");

    /// <summary>The classes that occur: numbers in their order, else by letters.</summary>
    public string[] Labels()
    {
        string[] labels = [.. _images.SelectMany(image => image.Labels).Distinct(StringComparer.Ordinal)];
        return labels.All(label => Number(label) is not null)
            ? [.. labels.OrderBy(Number).ThenBy(label => label, StringComparer.Ordinal)]
            : [.. labels.Order(StringComparer.Ordinal)];
    }

    /// <summary>The data set.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">The classes as the list has them, in order.</param>
    /// <param name="names">What the classes are called; null for as the list has them.</param>
    /// <param name="multiLabel">Whether an image may have several labels.</param>
    /// <exception cref="InvalidDataException">Something was wrong, or nothing can be read.</exception>
    public Dataset ToDataset(string name, IReadOnlyList<string> labels, IReadOnlyList<string>? names = null, bool multiLabel = false)
    {
        problems.ThrowIfAny();
        if (_images.Count == 0)
        {
            throw new InvalidDataException($"{root}: its lists name no image that can be read. Unpack the whole set there.");
        }
        Dictionary<string, int> indices = new(labels.Count, StringComparer.Ordinal);
        foreach (string label in labels)
        {
            indices.Add(label, indices.Count);
        }
        int[] Indices(string[] given) => [.. given.Select(label => indices[label]).Order()];
        DataItem[] items = [.. _images.Select(image => new DataItem(image.Id, Indices(image.Labels), image.Split) { TrueLabels = image.TrueLabels is { } known ? Indices(known) : null })];
        return new(name, names ?? labels, items, new FileStore(_files), multiLabel, problems.Sentences);
    }

    private static long? Number(string label) => long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
}
