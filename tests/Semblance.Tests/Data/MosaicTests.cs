using Semblance.Data;
using Semblance.Data.Features;
using Semblance.Data.Loading;
using Semblance.Data.Mosaics;
using Semblance.Data.Stores;
using Semblance.Tensors.Images;
using Semblance.Tests.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Data;

public sealed class MosaicTests : IDisposable
{
    private const int Classes = 5;
    private readonly ImageTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_mosaic_has_its_images_in_rows_and_all_of_their_labels()
    {
        Dataset source = Source(40, 20), mosaics = Mosaic.Of(source, Options());
        Assert.True(mosaics.MultiLabel);
        Assert.Equal(source.ClassNames, mosaics.ClassNames);
        Assert.Equal((12, 6, 8), (mosaics.Split("train").Count, mosaics.Split("query").Count, mosaics.Split("database").Count));
        for (int index = 0; index < mosaics.Count; index++)
        {
            RgbImage image = mosaics.Decode(index);
            Assert.Equal((8, 8), (image.Width, image.Height));
            int[] tiles = Tiles(image);
            Assert.Equal(4, tiles.Distinct().Count());
            Assert.Equal(tiles.Select(tile => tile % Classes).Distinct().Order(), mosaics.Items[index].Labels);
        }
    }

    [Fact]
    public void No_image_is_in_mosaics_of_two_splits_and_queries_are_of_their_own_images()
    {
        Dataset mosaics = Mosaic.Of(Source(40, 20), Options());
        ILookup<string, int> used = Enumerable.Range(0, mosaics.Count).SelectMany(index => Tiles(mosaics.Decode(index)).Select(tile => (mosaics.Items[index].Split, tile))).ToLookup(pair => pair.Split, pair => pair.tile);
        Assert.All(used["query"], tile => Assert.InRange(tile, 40, 59));
        Assert.All(used["train"].Concat(used["database"]), tile => Assert.InRange(tile, 0, 39));
        Assert.Empty(used["train"].Intersect(used["database"]));
        // Three fifths of the images go to three fifths of the mosaics; each is used twice, since 48 places have to be filled from 24.
        Assert.Equal(24, used["train"].Distinct().Count());
        Assert.All(used["train"].GroupBy(tile => tile), uses => Assert.Equal(2, uses.Count()));
    }

    [Fact]
    public void The_seed_and_nothing_else_decides()
    {
        // Known values, so that no machine or version chooses otherwise.
        Dataset mosaics = Mosaic.Of(Source(40, 20), Options());
        Assert.Equal("tiny-mosaics-2x2-seed-1", mosaics.Name);
        Assert.Equal(KnownTiles, Tiles(mosaics.Decode(0)));
        Assert.Equal(mosaics.ContentHash, Mosaic.Of(Source(40, 20), Options()).ContentHash);
        Assert.NotEqual(mosaics.ContentHash, Mosaic.Of(Source(40, 20), Options() with { Seed = 2 }).ContentHash);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_number_of_classes_is_kept(int classes)
    {
        Dataset mosaics = Mosaic.Of(Source(80, 40), Options() with { Classes = classes });
        Assert.All(mosaics.Items, item => Assert.Equal(classes, item.Labels.Length));
        Assert.All(mosaics.ClassCounts(), count => Assert.True(count > 0));
        Assert.Contains($"-of-{classes}-", mosaics.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_other_sizes_are_cut_and_resized()
    {
        _tree.With([.. Enumerable.Range(0, 16).Select(i => $"c{i % 2}/{i}.jpg")]);
        Dataset source = DatasetSource.Open(_tree.Path);
        Dataset mosaics = Mosaic.Of(source, new() { Parts = [new("train", 2, ""), new("query", 2, "")], Pixels = 12, Tiles = 2 });
        RgbImage image = mosaics.Decode(0);
        Assert.Equal((24, 24), (image.Width, image.Height));
        Assert.StartsWith("mosaic of ", mosaics.Describe(0), StringComparison.Ordinal);
        Assert.Equal(4, mosaics.Describe(0).Split(", ").Length);
    }

    [Fact]
    public void The_loader_sees_what_the_mosaic_shows_and_features_are_kept_under_its_content()
    {
        Dataset mosaics = Mosaic.Of(Source(40, 20), Options());
        ImageTransform transform = new() { Size = 8, Normalization = Normalization.None };
        using DataLoader loader = new(mosaics, transform, new() { Threads = 2 });
        using ImageBatch batch = loader.Load([new(0, [3])]).Single();
        RgbImage image = mosaics.Decode(3);
        Assert.Equal(image.Pixels.Where((_, i) => i % 3 == 0).Select(value => value / 255f), batch[0][..64].ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);

        string key = FeatureCache.KeyOf(mosaics, "net", transform);
        Assert.Equal(key, FeatureCache.KeyOf(Mosaic.Of(Source(40, 20), Options()), "net", transform));
        Assert.NotEqual(key, FeatureCache.KeyOf(Mosaic.Of(Source(40, 20), Options() with { Seed = 2 }), "net", transform));
    }

    [Fact]
    public void A_contact_sheet_shows_images_in_rows()
    {
        Dataset mosaics = Mosaic.Of(Source(40, 20), Options());
        RgbImage sheet = ContactSheet.Of(mosaics, [0, 1, 2], side: 8, columns: 2);
        Assert.Equal((28, 28), (sheet.Width, sheet.Height));
        Assert.Equal(mosaics.Decode(2).Pixels[0], sheet.Pixels[3 * ((16 * 28) + 4)]);
        Assert.Equal(255, sheet.Pixels[3 * ((16 * 28) + 16)]);
    }

    [Fact]
    public void A_damaged_image_is_named()
    {
        _tree.With([.. Enumerable.Range(0, 8).Select(i => $"c{i % 2}/{i}.jpg")]);
        _tree.Write("c0/4.jpg", TestImages.Jpeg(20, 16, 4).AsSpan(0, 40));
        Dataset mosaics = Mosaic.Of(DatasetSource.Open(_tree.Path), new() { Parts = [new("train", 2, "")], Pixels = 8 });
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => Enumerable.Range(0, mosaics.Count).Select(index => mosaics.Decode(index)).ToArray());
        Assert.Contains("4.jpg", refusal.Message, StringComparison.Ordinal);
        using DataLoader loader = new(mosaics, new() { Size = 8 }, new() { SkipDamaged = true });
        using ImageBatch batch = loader.Load([new(0, [0, 1])]).Single();
        Assert.Contains("4.jpg", Assert.Single(batch.Skipped).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_images_or_classes_and_missing_splits_are_refused()
    {
        Assert.Contains("has 3 images for the mosaics of one split; a mosaic of 2 × 2 images needs 4", Refusal(Source(40, 3), Options()), StringComparison.Ordinal);
        Assert.Contains("no image in split \"valid\"", Refusal(Source(8, 8), Options() with { Parts = [new("train", 1, "valid")] }), StringComparison.Ordinal);
        Assert.Contains("5 classes to choose from", Refusal(Source(80, 80), Options() with { Classes = 6, Tiles = 3 }), StringComparison.Ordinal);
        Assert.Contains("room for 4; 5 classes", Refusal(Source(80, 80), Options() with { Classes = 5 }), StringComparison.Ordinal);
        Assert.Contains("1 images of one of its classes", Refusal(Source(80, 5), Options() with { Classes = 2 }), StringComparison.Ordinal);
        Dataset several = Mosaic.Of(Source(40, 20), Options());
        Assert.Contains("several labels", Refusal(several, Options() with { Parts = [new("train", 2, "train")], Classes = 2 }), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Options() with { Tiles = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Options() with { Pixels = 2 });
    }

    private static readonly int[] KnownTiles = [35, 12, 5, 23];

    private static string Refusal(Dataset source, MosaicOptions options) => Assert.Throws<InvalidDataException>(() => Mosaic.Of(source, options)).Message;

    private static MosaicOptions Options() => new() { Parts = [new("train", 12, "train"), new("database", 8, "train"), new("query", 6, "test")], Pixels = 4 };

    /// <summary>The images of a mosaic by the grey that tells their number.</summary>
    private static int[] Tiles(RgbImage image)
    {
        int half = image.Width / 2;
        return [.. new[] { (0, 0), (half, 0), (0, half), (half, half) }.Select(corner => (int)image.Pixels[3 * ((corner.Item2 * image.Width) + corner.Item1)])];
    }

    /// <summary>Images of 4 × 4 pixels whose red is their number and whose class is that modulo 5.</summary>
    private static Dataset Source(int train, int test)
    {
        byte[] records = [.. Enumerable.Range(0, train + test).SelectMany(number => Enumerable.Repeat((byte)number, 48))];
        ArchiveEntry[] entries = [.. Enumerable.Range(0, train + test).Select(number => new ArchiveEntry($"{number}", 48L * number, 48))];
        DataItem[] items = [.. Enumerable.Range(0, train + test).Select(number => new DataItem($"{number}", [number % Classes], number < train ? "train" : "test"))];
        return new("tiny", [.. Enumerable.Range(0, Classes).Select(label => $"class-{label}")], items, new PlanarStore(new MemoryStore("tiny", records, entries), 4), multiLabel: false);
    }
}
