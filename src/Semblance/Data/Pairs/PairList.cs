using System.Security.Cryptography;
using Semblance.Data.Readers;
using Semblance.Data.Stores;

namespace Semblance.Data.Pairs;

/// <summary>Two images, and whether they show the same.</summary>
/// <param name="First">Index into <see cref="PairList.Images"/>.</param>
/// <param name="Second">Index into <see cref="PairList.Images"/>.</param>
/// <param name="Same">Whether both are of one class.</param>
/// <param name="Fold">The part of the list that the pair belongs to, from 0.</param>
public readonly record struct ImagePair(int First, int Second, bool Same, int Fold);

/// <summary>A list of pairs of images by which a model is verified, such as the <c>pairs.txt</c> of LFW.</summary>
/// <param name="Name">The file's name and the beginning of its SHA-256, for protocols.</param>
/// <param name="Images">Every image of a pair, once, in the order of the list.</param>
/// <param name="Pairs">The pairs.</param>
/// <param name="Folds">How many folds there are; 1 where accuracy cannot be measured on one part with a threshold from the others.</param>
public sealed record PairList(string Name, Dataset Images, IReadOnlyList<ImagePair> Pairs, int Folds)
{
    /// <summary>Reads a list.</summary>
    /// <param name="file">
    /// A list as LFW has it (number of folds and of pairs of each kind in a fold; then <c>name 1 4</c> or <c>name 1 other 2</c>), lines of two paths,
    /// 1 or 0 and perhaps a fold, or a table (.csv) with the columns <c>a</c>, <c>b</c>, <c>same</c> and perhaps <c>fold</c>.
    /// </param>
    /// <param name="folder">The folder that paths start from, or that holds a folder for each person; null for the list's own.</param>
    /// <exception cref="InvalidDataException">The list has faults, or names an image that is not there.</exception>
    public static PairList Open(string file, string? folder = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        string root = folder ?? Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!File.Exists(file) || !Directory.Exists(root))
        {
            throw new InvalidDataException(File.Exists(file) ? $"{root} is no folder; the folder of the pairs' images is needed." : $"{file} is not there; a list of pairs is needed.");
        }
        Problems problems = new(lenient: false, hint: "");
        List<PairLine> lines = PairLines.Read(file, problems);
        PairImages images = new(root, problems);
        List<ImagePair> pairs = [];
        foreach (PairLine line in lines)
        {
            if (images.Find(line.Place, line.First) is { } first && images.Find(line.Place, line.Second) is { } second)
            {
                pairs.Add(new(first, second, line.Same, line.Fold));
            }
        }
        problems.ThrowIfAny();
        string name = $"{Path.GetFileName(file)}#{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))[..8]}";
        return Folded(name, images.ToDataset(Path.GetFileName(file)), pairs, file);
    }

    /// <summary>Pairs without folds are dealt to ten, those of each kind in turn; to fewer where a kind has fewer pairs.</summary>
    private static PairList Folded(string name, Dataset images, List<ImagePair> pairs, string file)
    {
        const int Usual = 10;
        int same = pairs.Count(pair => pair.Same), other = pairs.Count - same;
        if (same == 0 || other == 0)
        {
            throw new InvalidDataException($"{file} has {same} pairs of the same and {other} of others; some of both are needed.");
        }
        if (pairs.All(pair => pair.Fold >= 0))
        {
            int[] folds = [.. pairs.Select(pair => pair.Fold).Distinct().Order()];
            return new(name, images, [.. pairs.Select(pair => pair with { Fold = Array.BinarySearch(folds, pair.Fold) })], folds.Length);
        }
        int dealt = Math.Min(Usual, Math.Min(same, other));
        int[] next = [0, 0];
        return new(name, images, [.. pairs.Select(pair => pair with { Fold = next[pair.Same ? 1 : 0]++ % dealt })], dealt);
    }

    /// <summary>The images of a folder that pairs name, each once.</summary>
    private sealed class PairImages(string root, Problems problems)
    {
        // Crops of faces are often kept in another format than the list was made for.
        private static readonly string[] Extensions = [".jpg", ".png", ".jpeg", ".webp"];
        private readonly Dictionary<string, int?> _found = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
        private readonly List<DataItem> _items = [];

        /// <summary>Where an image stands among them; null where it is not there.</summary>
        /// <param name="place">Where it is named.</param>
        /// <param name="id">Its path, perhaps without an extension.</param>
        public int? Find(Place place, string id)
        {
            if (!_found.TryGetValue(id, out int? index))
            {
                _found[id] = index = Add(id);
                if (index is null)
                {
                    problems.Add($"{place}: {Path.Combine(root, Listing.IsImage(id) ? id : id + Extensions[0])} is not there. Name the folder of the images, or correct the line.");
                }
            }
            return index;
        }

        public Dataset ToDataset(string name) => new(name, [], _items, new FileStore([.. _items.Select(item => Path.Combine(root, item.Id))]), multiLabel: false);

        private int? Add(string id)
        {
            string[] names = Listing.IsImage(id) ? [id] : [.. Extensions.Select(extension => id + extension)];
            if (Array.Find(names, name => File.Exists(Path.Combine(root, name))) is not { } there)
            {
                return null;
            }
            // The same file may be named with its extension and without.
            if (_places.TryAdd(there, _items.Count))
            {
                _items.Add(new DataItem(there, [], ""));
            }
            return _places[there];
        }
    }
}
