using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class MirFlickrFolderTests : IDisposable
{
    private const string Lists = "mirflickr25k_annotations_v080";
    private readonly LayoutTree _tree = new LayoutTree()
        .With("mirflickr/im1.jpg", "mirflickr/im2.jpg", "mirflickr/im10.jpg", "mirflickr/im3.jpg")
        .Write($"{Lists}/animals.txt", "2", "10").Write($"{Lists}/baby.txt", "1").Write($"{Lists}/baby_r1.txt", "1").Write($"{Lists}/README.txt", "about it");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Each_list_is_a_label_and_images_stand_in_the_order_of_their_numbers()
    {
        Dataset data = _tree.Open();
        Assert.True(data.MultiLabel);
        Assert.Equal(["animals", "baby", "baby_r1"], data.ClassNames);
        Assert.Equal(["im1.jpg", "im2.jpg", "im3.jpg", "im10.jpg"], data.Items.Select(item => item.Id));
        Assert.Equal("1,2|0||0", string.Join('|', data.Items.Select(item => string.Join(',', item.Labels))));
        Assert.Equal(16, data.Decode(3).Height);
        Assert.Equal(4, DatasetSource.Open(_tree.Path, DatasetKind.MirFlickr, new() { ImageFolder = _tree.File("mirflickr") }).Count);
    }

    [Fact]
    public void Mistakes_are_told_with_file_and_line()
    {
        _tree.Write($"{Lists}/baby.txt", "1", "x").Refused($"~/{Lists}/baby.txt, line 2: \"x\" was found; the number of an image is needed. Correct the line.");
        _tree.Write($"{Lists}/baby.txt", "4").Refused($"~/{Lists}/baby.txt, line 1: ~/mirflickr/im4.jpg is not there. Unpack the images there, or correct the line.");
    }

    [Fact]
    public void Missing_folders_are_named()
    {
        using LayoutTree empty = new();
        empty.Refused("~ has no folder mirflickr25k_annotations_v080 or annotations, which MIRFLICKR comes with. Unpack the annotations there.", DatasetKind.MirFlickr);
        empty.Write($"{Lists}/animals.txt", "1").Refused("~ has no images such as im1.jpg. Unpack MIRFLICKR there, or name their folder (data.images).");
    }
}
