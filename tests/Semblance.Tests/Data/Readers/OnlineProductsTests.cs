using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class OnlineProductsTests : IDisposable
{
    private readonly LayoutTree _tree = new LayoutTree()
        .With("bicycle_final/1_0.JPG", "bicycle_final/1_1.JPG", "chair_final/2_0.JPG", "mug_final/9_0.JPG")
        .Write("Ebay_train.txt", "image_id class_id super_class_id path", "1 2 1 bicycle_final/1_0.JPG", "2 2 1 bicycle_final/1_1.JPG", "3 10 2 chair_final/2_0.JPG")
        .Write("Ebay_test.txt", "image_id class_id super_class_id path", "4 11 3 mug_final/9_0.JPG");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void The_two_lists_are_the_splits()
    {
        Dataset data = _tree.Open();
        Assert.Equal(["2", "10", "11"], data.ClassNames);
        Assert.Equal([0, 0, 1, 2], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(["train", "train", "train", "test"], data.Items.Select(item => item.Split));
        Assert.Equal(16, data.Decode(3).Height);
    }

    [Theory]
    [InlineData("2 2 1 bicycle_final/1_1.JPG", "2 2 bicycle_final/1_1.JPG", "~/Ebay_train.txt, line 3: 3 values; image_id, class_id, super_class_id and path are needed. Correct the line.")]
    [InlineData("2 2 1 bicycle_final/1_1.JPG", "bicycle", "~/Ebay_train.txt, line 3: 1 value; image_id, class_id, super_class_id and path are needed. Correct the line.")]
    [InlineData("2 2 1 bicycle_final/1_1.JPG", "2 bike 1 bicycle_final/1_1.JPG", "~/Ebay_train.txt, line 3: class_id is \"bike\"; a whole number is needed. Correct the line.")]
    [InlineData("chair_final/2_0.JPG", "chair_final/2_7.JPG", "~/Ebay_train.txt, line 4: ~/chair_final/2_7.JPG is not there. Paths start from ~; unpack the images there, or correct the line.")]
    [InlineData("chair_final/2_0.JPG", "mug_final/9_0.JPG", "~/Ebay_test.txt, line 2: \"mug_final/9_0.JPG\" was already named in ~/Ebay_train.txt, line 4. Keep one of the two.")]
    public void A_mistake_is_told_with_file_and_line(string old, string text, string message) => _tree.Replace("Ebay_train.txt", old, text).Refused(message);

    [Fact]
    public void A_list_that_is_missing_is_named() =>
        _tree.Delete("Ebay_test.txt").Refused("~ has no Ebay_test.txt, which Stanford Online Products comes with. Name the folder into which the set was unpacked, or unpack it again.");
}
