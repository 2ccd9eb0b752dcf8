namespace Semblance.Data.Readers;

/// <summary>The folders in which well-known data sets are distributed.</summary>
internal static class Layouts
{
    /// <summary>The kind whose files lie in a folder; null for none of them.</summary>
    public static DatasetKind? Detect(string folder) =>
        CubFolder.IsFolder(folder) ? DatasetKind.Cub
        : CarsFolder.IsFolder(folder) ? DatasetKind.Cars
        : OnlineProducts.IsFolder(folder) ? DatasetKind.OnlineProducts
        : InShopFolder.IsFolder(folder) ? DatasetKind.InShop
        : CocoJson.IsFolder(folder) ? DatasetKind.Coco
        : NusWideFolder.IsFolder(folder) ? DatasetKind.NusWide
        : MirFlickrFolder.IsFolder(folder) ? DatasetKind.MirFlickr
        : VocFolder.IsFolder(folder) ? DatasetKind.Voc
        : WebVisionFolder.IsFolder(folder) ? DatasetKind.WebVision
        : Clothing1MFolder.IsFolder(folder) ? DatasetKind.Clothing1M
        : Food101NFolder.IsFolder(folder) ? DatasetKind.Food101N
        : Food101Folder.IsFolder(folder) ? DatasetKind.Food101
        : null;

    /// <summary>The first of some files that is there; null for none.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="names">Paths below it.</param>
    public static string? Find(string folder, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }
        return null;
    }

    /// <summary>A file without which a set cannot be read.</summary>
    /// <param name="set">Name of the set, for the message.</param>
    /// <param name="folder">Where to look.</param>
    /// <param name="names">Paths below it, the usual one first.</param>
    /// <exception cref="InvalidDataException">None of them is there.</exception>
    public static string Demand(string set, string folder, params ReadOnlySpan<string> names) => Find(folder, names)
        ?? throw new InvalidDataException(Directory.Exists(folder)
            ? $"{folder} has no {names[0]}, which {set} comes with. Name the folder into which the set was unpacked, or unpack it again."
            : $"{folder} is a file; the folder into which {set} was unpacked is needed.");
}
