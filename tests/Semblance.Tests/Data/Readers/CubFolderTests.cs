using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class CubFolderTests : IDisposable
{
    private readonly LayoutTree _tree = new LayoutTree()
        .With("images/001.Albatross/A_1.jpg", "images/001.Albatross/A_2.jpg", "images/002.Jay/J_1.jpg", "images/010.Wren/W_1.jpg")
        .Write("classes.txt", "1 001.Albatross", "2 002.Jay", "10 010.Wren")
        .Write("images.txt", "1 001.Albatross/A_1.jpg", "2 001.Albatross/A_2.jpg", "3 002.Jay/J_1.jpg", "4 010.Wren/W_1.jpg")
        .Write("image_class_labels.txt", "1 1", "2 1", "3 2", "4 10")
        .Write("train_test_split.txt", "1 0", "2 1", "3 1", "4 0");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Path_class_and_split_are_joined_by_the_number_of_the_image()
    {
        Dataset data = _tree.Write("bounding_boxes.txt", "1 60.0 27.0 325.0 304.0").Open();
        Assert.Equal(["001.Albatross", "002.Jay", "010.Wren"], data.ClassNames);
        Assert.Equal(["001.Albatross/A_1.jpg", "001.Albatross/A_2.jpg", "002.Jay/J_1.jpg", "010.Wren/W_1.jpg"], data.Items.Select(item => item.Id));
        Assert.Equal([0, 0, 1, 2], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(["test", "train", "train", "test"], data.Items.Select(item => item.Split));
        Assert.Equal(16, data.Decode(3).Height);
        Assert.Equal(data.ContentHash, _tree.Open(DatasetKind.Cub).ContentHash);
    }

    [Theory]
    [InlineData("images.txt", "3 002.Jay/J_1.jpg", "3 002.Jay/J_9.jpg", "~/images.txt, line 3: ~/images/002.Jay/J_9.jpg is not there. Paths start from ~/images; unpack the images there, or correct the line.")]
    [InlineData("images.txt", "3 002.Jay/J_1.jpg", "3 001.Albatross/A_1.jpg", "~/images.txt, line 3: \"001.Albatross/A_1.jpg\" was already named in ~/images.txt, line 1. Keep one of the two.")]
    [InlineData("images.txt", "2 001.Albatross/A_2.jpg", "001.Albatross/A_2.jpg", "~/images.txt, line 2: \"001.Albatross/A_2.jpg\" was found; a number, a space and an image's path are needed. Correct the line. (2 more like it; 'semblance data check' lists them.)")]
    [InlineData("images.txt", "4 010.Wren", "3 010.Wren", "~/images.txt, line 4: number 3 was already used in line 3. Keep one of the two lines. (2 more like it; 'semblance data check' lists them.)")]
    [InlineData("image_class_labels.txt", "4 10", "4 11", "~/image_class_labels.txt, line 4: class 11 is not in classes.txt, which names 3. Correct the number, or name the class.")]
    [InlineData("image_class_labels.txt", "4 10", "4 Wren", "~/image_class_labels.txt, line 4: class Wren is not in classes.txt, which names 3. Correct the number, or name the class.")]
    [InlineData("image_class_labels.txt", "4 10\n", "", "~/images.txt, line 4: image 4 has no line in image_class_labels.txt. Add it, or remove the image.")]
    [InlineData("image_class_labels.txt", "4 10", "4 10\n5 2", "~/image_class_labels.txt, line 5: image 5 is not in images.txt. Remove the line, or add the image.")]
    [InlineData("train_test_split.txt", "4 0", "4 2", "~/train_test_split.txt, line 4: \"2\" is no split; 1 (train) or 0 (test) is needed. Correct it.")]
    [InlineData("train_test_split.txt", "3 1\n", "", "~/images.txt, line 3: image 3 has no line in train_test_split.txt. Add it, or remove the image.")]
    public void A_mistake_is_told_with_file_and_line(string file, string old, string text, string message) => _tree.Replace(file, old, text).Refused(message);

    [Fact]
    public void A_list_that_is_missing_is_named() =>
        _tree.Delete("train_test_split.txt").Refused("~ has no train_test_split.txt, which CUB-200-2011 comes with. Name the folder into which the set was unpacked, or unpack it again.");

    [Fact]
    public void A_lenient_reading_passes_over_what_is_wrong()
    {
        Dataset data = _tree.Replace("image_class_labels.txt", "4 10", "4 11").Delete("images/002.Jay/J_1.jpg").Open(lenient: true);
        Assert.Equal(2, data.Count);
        Assert.Equal(2, data.Problems.Count);
    }
}
