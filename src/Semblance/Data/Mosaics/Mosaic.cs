using System.Globalization;

namespace Semblance.Data.Mosaics;

/// <summary>Multi-label images from images with few labels: several side by side, with all of their labels.</summary>
/// <remarks>No image is in mosaics of two splits. Of one split each image is used once before any is used again, and none twice in one mosaic.</remarks>
public static class Mosaic
{
    private const int ShareStream = 0;
    private const int FirstPartStream = 1;

    /// <summary>Composes mosaics of a data set. Which images each holds is decided here; they are read when a mosaic is.</summary>
    /// <param name="source">The images.</param>
    /// <param name="options">How many, and how they are composed.</param>
    /// <returns>The mosaics in the order of the parts, with ids such as <c>train/00012</c>.</returns>
    /// <exception cref="InvalidDataException">The source has no such split, or too few images or classes.</exception>
    public static Dataset Of(Dataset source, MosaicOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        List<int[]> tiles = [];
        List<DataItem> items = [];
        MosaicPart[] parts = [.. options.Parts.Where(part => part.Count > 0)];
        int[][] shares = Shares(source, parts, options.Seed);
        for (int i = 0; i < parts.Length; i++)
        {
            TileChooser chooser = new(source, shares[i], options, new(options.Seed, FirstPartStream + i));
            for (int number = 0; number < parts[i].Count; number++)
            {
                int[] chosen = chooser.Next();
                tiles.Add(chosen);
                items.Add(new(string.Create(CultureInfo.InvariantCulture, $"{parts[i].Split}/{number:D5}"), Union(source, chosen), parts[i].Split));
            }
        }
        return new(NameOf(source, options), source.ClassNames, items, new MosaicStore(source, tiles, options.Tiles, options.Pixels), multiLabel: true, source.Problems);
    }

    private static string NameOf(Dataset source, MosaicOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"{source.Name}-mosaics-{options.Tiles}x{options.Tiles}{(options.Classes is { } classes ? $"-of-{classes}" : "")}-seed-{options.Seed}");

    private static int[] Union(Dataset source, int[] tiles) => [.. tiles.SelectMany(tile => source.Items[tile].Labels).Distinct().Order()];

    /// <summary>The images of each part: parts that take from one split share its images in proportion to their counts.</summary>
    private static int[][] Shares(Dataset source, MosaicPart[] parts, int seed)
    {
        int[][] shares = new int[parts.Length][];
        string[] splits = [.. parts.Select(part => part.From).Distinct(StringComparer.Ordinal)];
        for (int split = 0; split < splits.Length; split++)
        {
            int[] images = ImagesOf(source, splits[split]);
            new SeededRandom(seed, ShareStream, split).Shuffle<int>(images);
            int[] takers = [.. Enumerable.Range(0, parts.Length).Where(part => parts[part].From == splits[split])];
            long total = takers.Sum(part => (long)parts[part].Count), before = 0;
            foreach (int part in takers)
            {
                long after = before + parts[part].Count;
                shares[part] = images[(int)(images.Length * before / total)..(int)(images.Length * after / total)];
                before = after;
            }
        }
        return shares;
    }

    private static int[] ImagesOf(Dataset source, string split)
    {
        int[] images = [.. Enumerable.Range(0, source.Count).Where(index => split.Length == 0 || source.Items[index].IsIn(split))];
        // Where there are none, asking for the split fails with a list of those that there are.
        return images.Length > 0 ? images : throw new InvalidDataException($"{source.Split(split).Name} has no images to compose mosaics of.");
    }
}
