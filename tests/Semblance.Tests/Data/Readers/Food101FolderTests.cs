using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class Food101FolderTests : IDisposable
{
    private readonly LayoutTree _tree = new LayoutTree()
        .With("food-101/images/apple_pie/1.jpg", "food-101/images/baklava/2.jpg", "food-101/images/baklava/3.jpg")
        .Write("food-101/meta/classes.txt", "apple_pie", "baklava")
        .Write("food-101/meta/train.txt", "apple_pie/1", "baklava/2")
        .Write("food-101/meta/test.txt", "baklava/3");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Lists_name_images_without_their_extension()
    {
        Dataset data = DatasetSource.Open(_tree.File("food-101"));

        Assert.Equal(["apple_pie", "baklava"], data.ClassNames);
        Assert.Equal(["apple_pie/1.jpg", "baklava/2.jpg", "baklava/3.jpg"], data.Items.Select(item => item.Id));
        Assert.Equal([0, 1, 1], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(["train", "train", "test"], data.Items.Select(item => item.Split));
        Assert.Equal(16, data.Decode(2).Height);
    }

    [Theory]
    [InlineData("baklava/2", "baklawa/2", "line 2: class \"baklawa\" is not in meta/classes.txt; nearest is \"baklava\". Correct the name, or add it to the list.")]
    [InlineData("baklava/2", "baklava", "line 2: \"baklava\" was found; a class, a slash and an image are needed. Correct the line.")]
    [InlineData("baklava/2", "baklava/7", "baklava/7.jpg is not there.")]
    public void A_mistake_is_told_with_file_and_line(string old, string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => DatasetSource.Open(_tree.Replace("food-101/meta/train.txt", old, text).File("food-101"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Food_101N_is_judged_by_the_test_images_of_Food_101()
    {
        Dataset data = Noisy().Open();

        Assert.Equal(["apple_pie", "baklava"], data.ClassNames);
        Assert.Equal(["train verified-train", "train verified-train", "train", "train verified-val", "test"], data.Items.Select(item => item.Split));
        Assert.Equal([0, 0, 0, 1, 1], data.Items.Select(item => Assert.Single(item.Labels)));
        // Right, wrong, unknown, right, never asked.
        Assert.Equal([[0], [], null, [1], null], data.Items.Select(item => item.TrueLabels));
        Assert.Equal(("Food-101N_release/images/apple_pie/aa.jpg", "food-101/images/baklava/3.jpg"), (data.Items[0].Id, data.Items[4].Id));
        Assert.Equal((4, 2, 1, 1), (data.Split("train").Count, data.Split("verified-train").Count, data.Split("verified-val").Count, data.Split("test").Count));
        Assert.Contains("\"apple_pie/moved.jpg\" was verified and is not in meta/imagelist.tsv", Assert.Single(data.Problems), StringComparison.Ordinal);
        Assert.Equal(16, data.Decode(0).Height);
    }

    [Fact]
    public void Food_101N_alone_has_no_test_images()
    {
        Dataset data = DatasetSource.Open(Noisy().File("Food-101N_release"));

        Assert.Equal((4, 0), (data.Count, data.Items.Count(item => item.IsIn("test"))));
        Assert.Equal("images/apple_pie/aa.jpg", data.Items[0].Id);
    }

    [Theory]
    [InlineData("meta/verified_train.tsv", "apple_pie/bb.jpg\t0", "apple_pie/bb.jpg\t2", "line 3: \"apple_pie/bb.jpg\t2\" was found; an image, a tab and 1 (right) or 0 (wrong) are needed. Correct the line.")]
    [InlineData("meta/verified_val.tsv", "baklava/dd.jpg\t1", "apple_pie/bb.jpg\t1", "line 2: \"apple_pie/bb.jpg\" was already verified. Keep one of the two lines.")]
    [InlineData("meta/imagelist.tsv", "baklava/dd.jpg", "cake/dd.jpg", "line 5: class \"cake\" is not in meta/classes.txt")]
    public void A_mistake_of_Food_101N_is_told_with_file_and_line(string file, string old, string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Noisy().Replace($"Food-101N_release/{file}", old, text).Open()).Message, StringComparison.Ordinal);

    private LayoutTree Noisy() => _tree
        .With("Food-101N_release/images/apple_pie/aa.jpg", "Food-101N_release/images/apple_pie/bb.jpg", "Food-101N_release/images/apple_pie/cc.jpg", "Food-101N_release/images/baklava/dd.jpg")
        .Write("Food-101N_release/meta/classes.txt", "class_name", "apple_pie", "baklava")
        .Write("Food-101N_release/meta/imagelist.tsv", "class_name/key", "apple_pie/aa.jpg", "apple_pie/bb.jpg", "apple_pie/cc.jpg", "baklava/dd.jpg")
        .Write("Food-101N_release/meta/verified_train.tsv", "class_name/key\tverification_label", "apple_pie/aa.jpg\t1", "apple_pie/bb.jpg\t0", "apple_pie/moved.jpg\t1")
        .Write("Food-101N_release/meta/verified_val.tsv", "class_name/key\tverification_label", "baklava/dd.jpg\t1");
}
