using Semblance.Data.Mosaics;

namespace Semblance.Training;

/// <summary>How mosaics are composed of the images of another source.</summary>
public sealed record MosaicRecipe
{
    /// <summary>How the images that mosaics are composed of are stored.</summary>
    public DataSource Of { get; init; } = DataSource.Auto;

    /// <summary>Images across and down.</summary>
    public int Tiles { get; init; } = 2;

    /// <summary>Pixels across and down of one image.</summary>
    public int Pixels { get; init; } = 32;

    /// <summary>Classes of one mosaic; null leaves them to chance.</summary>
    public int? Classes { get; init; }

    /// <summary>Seed of the choice of images.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Mosaics that train.</summary>
    public int Train { get; init; } = 5000;

    /// <summary>Mosaics in split val.</summary>
    public int Val { get; init; }

    /// <summary>Mosaics that are searched.</summary>
    public int Database { get; init; } = 10000;

    /// <summary>Mosaics that ask.</summary>
    public int Query { get; init; } = 1000;

    /// <summary>Split of the images of all mosaics but the queries; null for images of any.</summary>
    public string? From { get; init; } = "train";

    /// <summary>Split of the images of the queries; null for images of any.</summary>
    public string? QueryFrom { get; init; } = "test";

    /// <summary>The same for the composer.</summary>
    public MosaicOptions ToOptions() => new()
    {
        Parts = [new("train", Train, From ?? ""), new("val", Val, From ?? ""), new("database", Database, From ?? ""), new("query", Query, QueryFrom ?? "")],
        Tiles = Tiles,
        Pixels = Pixels,
        Classes = Classes,
        Seed = Seed,
    };

    internal static MosaicRecipe Read(Section section)
    {
        MosaicRecipe defaults = new();
        MosaicRecipe read = new()
        {
            Of = section.Choice("of", defaults.Of),
            Tiles = section.Int("tiles", defaults.Tiles, min: 2, max: 8),
            Pixels = section.Int("pixels", defaults.Pixels, min: 4, max: 512),
            Classes = section.IntOrNull("classes", defaults.Classes, min: 1, max: 64),
            Seed = section.Int("seed", defaults.Seed, min: 0),
            Train = section.Int("train", defaults.Train, min: 1),
            Val = section.Int("val", defaults.Val, min: 0),
            Database = section.Int("database", defaults.Database, min: 0),
            Query = section.Int("query", defaults.Query, min: 1),
            From = section.TextOrNull("from", defaults.From),
            QueryFrom = section.TextOrNull("query-from", defaults.QueryFrom),
        };
        if (read.Of is DataSource.Drawn or DataSource.Mosaic)
        {
            section.Fault("of", $"{section.Path}.of is {(read.Of == DataSource.Drawn ? "drawn" : "mosaic")}; images that lie in data.path are needed. Draw them with 'semblance data draw' first, and leave out of.");
        }
        if (read.From is null != read.QueryFrom is null)
        {
            section.Fault("from", $"{section.Path}.from and query-from: one is null and the other is not, so that an image could be in both. Set both, or neither.");
        }
        return read;
    }
}
