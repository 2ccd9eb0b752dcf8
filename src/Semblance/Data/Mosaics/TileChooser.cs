namespace Semblance.Data.Mosaics;

/// <summary>Chooses the images of mosaics, one mosaic after the other.</summary>
internal sealed class TileChooser
{
    private readonly int _tiles;
    private readonly int _classes;
    private readonly TilePool[] _pools;
    private SeededRandom _random;

    /// <summary>A chooser among some images.</summary>
    /// <param name="source">The data set.</param>
    /// <param name="images">Indices into it.</param>
    /// <param name="options">How many images, and of how many classes, a mosaic has.</param>
    /// <param name="random">The random numbers of these mosaics alone.</param>
    /// <exception cref="InvalidDataException">There are too few images or classes.</exception>
    public TileChooser(Dataset source, int[] images, MosaicOptions options, SeededRandom random)
    {
        _tiles = options.Tiles * options.Tiles;
        _classes = options.Classes ?? 1;
        _random = random;
        int[][] groups = options.Classes is null ? [images] : ByClass(source, images);
        Demand(source, groups, options);
        _pools = [.. groups.Select(group => new TilePool(group, new((long)_random.NextBits())))];
    }

    /// <summary>The images of the next mosaic, all different.</summary>
    public int[] Next()
    {
        _random.Shuffle<TilePool>(_pools);
        List<int> chosen = new(_tiles);
        for (int i = 0; i < _classes; i++)
        {
            chosen.AddRange(_pools[i].Take(OfClass(i)));
        }
        int[] tiles = [.. chosen];
        _random.Shuffle<int>(tiles);
        return tiles;
    }

    /// <summary>How many images of a mosaic are of its class i: as many of each, one more of the first ones.</summary>
    private int OfClass(int i) => (_tiles / _classes) + (i < _tiles % _classes ? 1 : 0);

    private void Demand(Dataset source, int[][] groups, MosaicOptions options)
    {
        string mosaic = $"a mosaic of {options.Tiles} × {options.Tiles} images";
        if (options.Classes is { } classes && (groups.Length < classes || classes > _tiles))
        {
            throw new InvalidDataException($"{source.Name} has {groups.Length} classes to choose from, and {mosaic} has room for {_tiles}; {classes} classes in each were asked for. Ask for fewer.");
        }
        int few = groups.Length == 0 ? 0 : groups.Min(group => group.Length);
        if (few < OfClass(0))
        {
            string of = options.Classes is null ? "" : " of one of its classes";
            throw new InvalidDataException($"{source.Name} has {few} images{of} for the mosaics of one split; {mosaic} needs {OfClass(0)}. Give it more images, or ask for fewer splits.");
        }
    }

    private static int[][] ByClass(Dataset source, int[] images) => source.MultiLabel
        ? throw new InvalidDataException($"{source.Name} has images with several labels; mosaics of a number of classes need images with one. Leave the number of classes out.")
        : [.. images.GroupBy(image => source.Items[image].Labels[0]).OrderBy(group => group.Key).Select(group => group.ToArray())];
}
