using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class NusWideFolderTests : IDisposable
{
    private readonly LayoutTree _tree = new LayoutTree()
        .With("Flickr/actor/0001_1.jpg", "Flickr/actor/0002_2.jpg", "Flickr/zebra/0003_3.jpg")
        .Write("ImageList/Imagelist.txt", "actor\\0001_1.jpg", "actor\\0002_2.jpg", "zebra\\0003_3.jpg")
        .Write("Groundtruth/AllLabels/Labels_sky.txt", "1", "0", "0").Write("Groundtruth/AllLabels/Labels_animal.txt", "1", "0", "1");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Each_concept_has_a_file_with_a_line_for_each_image()
    {
        Dataset data = _tree.Open();
        Assert.True(data.MultiLabel);
        Assert.Equal(["animal", "sky"], data.ClassNames);
        Assert.Equal("0,1||0", string.Join('|', data.Items.Select(item => string.Join(',', item.Labels))));
        Assert.Equal("zebra/0003_3.jpg", data.Items[2].Id);
        Assert.Empty(data.Splits);
        Assert.Equal(16, data.Decode(2).Height);
        Assert.Equal(["sky", "animal"], _tree.Write("ConceptsList/Concepts81.txt", "sky", "animal").Open().ClassNames);
    }

    [Fact]
    public void The_lists_of_training_and_test_images_are_taken_where_they_are()
    {
        _tree.Write("ImageList/TrainImagelist.txt", "actor\\0001_1.jpg", "actor\\0002_2.jpg").Write("ImageList/TestImagelist.txt", "zebra\\0003_3.jpg")
            .Write("Groundtruth/TrainTestLabels/Labels_sky_Train.txt", "1", "1").Write("Groundtruth/TrainTestLabels/Labels_sky_Test.txt", "0");
        Dataset data = _tree.Open();
        Assert.Equal(["train", "train", "test"], data.Items.Select(item => item.Split));
        Assert.Equal(["sky"], data.ClassNames);
        Assert.Equal([1, 1, 0], data.Items.Select(item => item.Labels.Length));
    }

    [Fact]
    public void Mistakes_are_told_with_file_and_line()
    {
        _tree.Write("Groundtruth/AllLabels/Labels_sky.txt", "1", "2", "0").Refused("~/Groundtruth/AllLabels/Labels_sky.txt, line 2: \"2\" was found; 0 or 1 is needed. Copy the file again.");
        _tree.Write("Groundtruth/AllLabels/Labels_sky.txt", "1", "0").Refused("~/Groundtruth/AllLabels/Labels_sky.txt has 2 lines; ~/ImageList/Imagelist.txt names 3 images, and one line each is needed. Copy both again.");
        _tree.Write("Groundtruth/AllLabels/Labels_sky.txt", "1", "0", "1").Delete("Flickr/zebra/0003_3.jpg").Refused("~/ImageList/Imagelist.txt, line 3: ~/Flickr/zebra/0003_3.jpg is not there. Paths start from ~/Flickr; unpack the images there, or correct the line.");
        _tree.Write("ConceptsList/Concepts81.txt", "sea").Refused("~ has no Groundtruth/AllLabels/Labels_sea.txt, which NUS-WIDE comes with. Name the folder into which the set was unpacked, or unpack it again.");
    }
}
