namespace Semblance.Data.Mosaics;

/// <summary>The mosaics of one split.</summary>
/// <param name="Split">The split that they are in.</param>
/// <param name="Count">How many there are; 0 leaves the split out.</param>
/// <param name="From">The split of the images that they are composed of; empty for images of any.</param>
public readonly record struct MosaicPart(string Split, int Count, string From);

/// <summary>What mosaics are composed of.</summary>
public sealed record MosaicOptions
{
    /// <summary>The mosaics of every split.</summary>
    public required IReadOnlyList<MosaicPart> Parts { get; init; }

    /// <summary>Seed of the choice of images: the same seed chooses the same, on any machine.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Images across and down; 2 to 8.</summary>
    public int Tiles
    {
        get;
        init => field = value is >= 2 and <= 8 ? value : throw new ArgumentOutOfRangeException(nameof(Tiles), value, "A mosaic has 2 to 8 images across and down.");
    } = 2;

    /// <summary>Pixels across and down of one image; 4 to 512. An image of another size is cut to a square and resized.</summary>
    public int Pixels
    {
        get;
        init => field = value is >= 4 and <= 512 ? value : throw new ArgumentOutOfRangeException(nameof(Pixels), value, "An image in a mosaic is 4 to 512 pixels wide.");
    } = 32;

    /// <summary>Classes of one mosaic, where its images have one label each; null leaves them to chance.</summary>
    public int? Classes { get; init; }
}
