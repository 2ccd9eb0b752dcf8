using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class Clothing1MFolderTests : IDisposable
{
    private readonly LayoutTree _tree = new LayoutTree()
        .With("images/0/0/a.jpg", "images/0/1/b.jpg", "images/1/0/c.jpg", "images/1/1/d.jpg", "images/2/0/e.jpg", "images/2/0/f.jpg")
        .Write("noisy_label_kv.txt", "images/0/0/a.jpg 3", "images/0/1/b.jpg 0", "images/1/0/c.jpg 5")
        .Write("clean_label_kv.txt", "images/0/1/b.jpg 13", "images/1/0/c.jpg 4", "images/1/1/d.jpg 4", "images/2/0/e.jpg 1", "images/2/0/f.jpg 2")
        .Write("noisy_train_key_list.txt", "images/0/0/a.jpg", "images/0/1/b.jpg")
        .Write("clean_train_key_list.txt", "images/1/0/c.jpg", "images/1/1/d.jpg")
        .Write("clean_val_key_list.txt", "images/2/0/e.jpg")
        .Write("clean_test_key_list.txt", "images/2/0/f.jpg");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Each_split_has_the_labels_of_its_own_table_and_true_ones_where_they_are_known()
    {
        Dataset data = _tree.Open();

        Assert.Equal((14, "T-Shirt", "Underwear"), (data.ClassNames.Count, data.ClassNames[0], data.ClassNames[13]));
        Assert.Equal(["train", "train", "clean-train", "clean-train", "val", "test"], data.Items.Select(item => item.Split));
        Assert.Equal([3, 0, 4, 4, 1, 2], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal([null, [13], [4], [4], [1], [2]], data.Items.Select(item => item.TrueLabels));
        Assert.Equal(16, data.Decode(5).Height);
    }

    [Fact]
    public void The_noisy_labels_of_images_that_have_both_can_be_asked_for()
    {
        Dataset data = DatasetSource.Open(_tree.Path, DatasetKind.Clothing1M, new() { LabelColumn = "noisy" });
        DataItem both = Assert.Single(data.Split("clean-train").Items);

        Assert.Equal((5, 4), (Assert.Single(both.Labels), Assert.Single(both.TrueLabels!)));
        Assert.Equal((1, 1), (data.Split("val").Count, data.Split("test").Count));
        Assert.Equal([2], data.Split("test").Items[0].Labels);
        Assert.Contains("has clean and noisy", Assert.Throws<InvalidDataException>(() => DatasetSource.Open(_tree.Path, options: new() { LabelColumn = "dirty" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_may_lie_in_a_folder_of_their_own_and_name_the_classes()
    {
        foreach (string file in Directory.GetFiles(_tree.Path))
        {
            File.Move(file, _tree.File($"annotations/{Path.GetFileName(file)}"));
        }
        Dataset data = _tree.Write("annotations/category_names_eng.txt", [.. Enumerable.Range(0, 14).Select(label => $"garment {label}")]).Open();

        Assert.Equal((6, "garment 3"), (data.Count, data.ClassNames[data.Items[0].Labels[0]]));
    }

    [Theory]
    [InlineData("noisy_label_kv.txt", "images/0/0/a.jpg 3", "images/0/0/a.jpg 14", "~/noisy_label_kv.txt, line 1: class \"14\" is not in the 14 classes of Clothing-1M; numbers from 0 to 13 are needed. Correct the number. (1 more like it; 'semblance data check' lists them.)")]
    [InlineData("noisy_train_key_list.txt", "images/0/0/a.jpg", "images/0/0/z.jpg", "~/noisy_train_key_list.txt, line 1: \"images/0/0/z.jpg\" has no line in noisy_label_kv.txt. Add it, or remove the image.")]
    [InlineData("clean_label_kv.txt", "images/2/0/e.jpg 1", "images/2/0/f.jpg 1", "~/clean_label_kv.txt, line 5: \"images/2/0/f.jpg\" already has a label. Keep one of the two lines. (1 more like it; 'semblance data check' lists them.)")]
    [InlineData("clean_test_key_list.txt", "images/2/0/f.jpg", "images/2/0/e.jpg", "~/clean_test_key_list.txt, line 1: \"images/2/0/e.jpg\" was already named in ~/clean_val_key_list.txt, line 1. Keep one of the two.")]
    public void A_mistake_is_told_with_file_and_line(string file, string old, string text, string message) => _tree.Replace(file, old, text).Refused(message);

    [Fact]
    public void A_list_that_is_missing_is_named() =>
        _tree.Delete("clean_val_key_list.txt").Refused("~ has no clean_val_key_list.txt, which Clothing-1M comes with. Name the folder into which the set was unpacked, or unpack it again.");
}
