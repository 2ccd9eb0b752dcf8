using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class WebVisionFolderTests : IDisposable
{
    private readonly LayoutTree _tree = new LayoutTree()
        .With("google/q0001/a.jpg", "google/q0002/b.jpg", "flickr/q0001/c.jpg", "val_images_256/val000001.jpg", "val_images_256/val000002.jpg")
        .Write("info/synsets.txt", "n01440764 tench, Tinca tinca", "n01443537 goldfish, Carassius auratus", "n02012849 crane")
        .Write("info/train_filelist_google.txt", "google/q0001/a.jpg 0", "google/q0002/b.jpg 2")
        .Write("info/train_filelist_flickr.txt", "flickr/q0001/c.jpg 0")
        .Write("info/val_filelist.txt", "val000001.jpg 0", "val000002.jpg 1");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Both_sources_train_and_each_can_train_alone()
    {
        Dataset data = _tree.Open();

        Assert.Equal(["n01440764 tench", "n01443537 goldfish", "n02012849 crane"], data.ClassNames);
        Assert.Equal([0, 2, 0, 0, 1], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(["train google", "train google", "train flickr", "val", "val"], data.Items.Select(item => item.Split));
        Assert.Equal((3, 2, 1), (data.Split("train").Count, data.Split("google").Count, data.Split("flickr").Count));
        Assert.All(data.Items, item => Assert.Null(item.TrueLabels));
        Assert.Equal("val_images_256/val000002.jpg", data.Items[4].Id);
        Assert.Equal(16, data.Decode(4).Height);
    }

    [Fact]
    public void One_source_and_no_validation_are_a_set_as_well()
    {
        Dataset data = _tree.Delete("info/train_filelist_flickr.txt").Delete("info/val_filelist.txt").Open();

        Assert.Equal((2, 3), (data.Count, data.ClassNames.Count));
    }

    [Fact]
    public void Validation_images_may_be_listed_with_their_folder() =>
        Assert.Equal(5, _tree.Write("info/val_filelist.txt", "val_images_256/val000001.jpg 0", "val_images_256/val000002.jpg 1").Open().Count);

    [Fact]
    public void Classes_of_one_name_keep_their_numbers() =>
        Assert.Equal(["0 a", "1 b", "2 a"], _tree.Write("info/synsets.txt", "a, x", "b", "a, y").Open().ClassNames);

    [Theory]
    [InlineData("google/q0002/b.jpg 2", "google/q0002/b.jpg 3", "~/info/train_filelist_google.txt, line 2: class \"3\" is not in info/synsets.txt; numbers from 0 to 2 are needed. Correct the number.")]
    [InlineData("google/q0002/b.jpg 2", "google/q0002/b.jpg -1", "~/info/train_filelist_google.txt, line 2: class \"-1\" is not in info/synsets.txt; numbers from 0 to 2 are needed. Correct the number.")]
    [InlineData("google/q0002/b.jpg 2", "google/q0002/b.jpg", "~/info/train_filelist_google.txt, line 2: \"google/q0002/b.jpg\" was found; a path, a space and the number of a class are needed. Correct the line.")]
    [InlineData("google/q0002/b.jpg 2", "google/q0001/a.jpg 0", "~/info/train_filelist_google.txt, line 2: \"google/q0001/a.jpg\" was already named in ~/info/train_filelist_google.txt, line 1. Keep one of the two.")]
    [InlineData("google/q0002/b.jpg 2", "google/q0002/z.jpg 2", "~/info/train_filelist_google.txt, line 2: ~/google/q0002/z.jpg is not there. Paths start from ~; unpack the images there, or correct the line.")]
    public void A_mistake_is_told_with_file_and_line(string old, string text, string message) => _tree.Replace("info/train_filelist_google.txt", old, text).Refused(message);

    [Fact]
    public void A_list_of_classes_that_is_missing_is_named() =>
        _tree.Delete("info/synsets.txt").Refused("~ has no info/synsets.txt, which WebVision comes with. Name the folder into which the set was unpacked, or unpack it again.");
}
