using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

/// <summary>The published lists of long-tailed sets: "path label" lines, the images in the folder of the whole set.</summary>
public sealed class LongTailListsTests : IDisposable
{
    private readonly LayoutTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("ImageNet_LT", "train/n01440764/n01440764_190.JPEG", "train/n01443537/n01443537_7.JPEG", "val/n01440764/ILSVRC2012_val_00000293.JPEG")]
    [InlineData("Places_LT", "data_256/a/airfield/00000001.jpg", "data_256/a/alcove/00000002.jpg", "val_256/Places365_val_00000435.jpg")]
    public void Lists_lie_apart_from_the_images(string set, string train, string validation, string test)
    {
        _tree.With($"images/{train}", $"images/{validation}", $"images/{test}")
            .Write($"lists/{set}_train.txt", $"{train} 0").Write($"lists/{set}_val.txt", $"{validation} 1").Write($"lists/{set}_test.txt", $"{test} 0").Write($"lists/{set}_open.txt", "open/x.jpg 0");
        Dataset data = DatasetSource.Open(_tree.File("lists"), DatasetKind.List, new() { ImageFolder = _tree.File("images") });

        Assert.Equal(["train", "val", "test"], data.Items.Select(item => item.Split));
        Assert.Equal([0, 1, 0], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(train, data.Items[0].Id);
        Assert.Equal(16, data.Decode(2).Height);
    }

    [Fact]
    public void The_lists_of_iNaturalist_2018_have_no_test_images()
    {
        _tree.With("train_val2018/Plantae/7477/a.jpg", "train_val2018/Aves/2761/b.jpg").Write("iNaturalist18_train.txt", "train_val2018/Plantae/7477/a.jpg 6021").Write("iNaturalist18_val.txt", "train_val2018/Aves/2761/b.jpg 5");
        Dataset data = _tree.Open(DatasetKind.List);

        Assert.Equal(["5", "6021"], data.ClassNames);
        Assert.Equal(["train", "val"], data.Items.Select(item => item.Split));
    }

    [Theory]
    [InlineData("ImageNet_LT", "jay", "\"jay\"", 999)]
    [InlineData("ImageNet_LT", "1000", "\"1000\"", 999)]
    [InlineData("Places_LT", "365", "\"365\"", 364)]
    [InlineData("Places_LT", "-1", "\"-1\"", 364)]
    [InlineData("Places_LT", "1.0", "\"1.0\"", 364)]
    [InlineData("iNaturalist18", "8142", "\"8142\"", 8141)]
    [InlineData("iNaturalist18", "0 1", "\"0 1\"", 8141)]
    [InlineData("iNaturalist18", "", "nothing", 8141)]
    public void A_label_that_is_no_class_is_told_with_file_and_line(string set, string label, string found, int last) =>
        _tree.With("a/b/c.jpg", "a/b/d.jpg").Write($"{set}_train.txt", "a/b/c.jpg 0", $"a/b/d.jpg {label}")
            .Refused($"~/{set}_train.txt, line 2: {found} was found behind the path; the number of a class, from 0 to {last}, is needed in this list. Correct the line.", DatasetKind.List);

    [Fact]
    public void A_number_is_one_class_however_it_is_written() =>
        Assert.Equal(["7"], _tree.With("a/b/c.jpg", "a/b/d.jpg").Write("Places_LT_train.txt", "a/b/c.jpg 7", "a/b/d.jpg 007").Open(DatasetKind.List).ClassNames);
}
