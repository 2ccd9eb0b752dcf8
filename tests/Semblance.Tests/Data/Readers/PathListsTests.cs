using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class PathListsTests : IDisposable
{
    private readonly LayoutTree _tree = new LayoutTree()
        .With("train_val2018/Aves/10/a.jpg", "train_val2018/Aves/10/b c.jpg", "train_val2018/Aves/9/d.jpg", "train_val2018/Plantae/9/e.jpg");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_line_is_a_path_and_a_label()
    {
        Dataset data = _tree.Write("my_train_list.txt", "train_val2018/Aves/10/a.jpg 10", "train_val2018/Aves/10/b c.jpg\t10", "", "train_val2018/Aves/9/d.jpg 9")
            .Write("test.txt", "train_val2018/Plantae/9/e.jpg 100").Write("README.txt", "about it").Open(DatasetKind.List);
        Assert.Equal(["9", "10", "100"], data.ClassNames);
        Assert.Equal([1, 1, 0, 2], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(["train", "train", "train", "test"], data.Items.Select(item => item.Split));
        Assert.Equal("train_val2018/Aves/10/b c.jpg", data.Items[1].Id);
        Assert.Equal(16, data.Decode(1).Height);
    }

    [Fact]
    public void The_lists_of_hard_species_have_paths_alone()
    {
        Dataset data = _tree.Write("Inat_dataset_splits/Inaturalist_train_set1.txt", "train_val2018/Aves/10/a.jpg", "train_val2018/Aves/10/b c.jpg", "train_val2018/Aves/9/d.jpg")
            .Write("Inat_dataset_splits/Inaturalist_test_set1.txt", "train_val2018/Plantae/9/e.jpg").Open(DatasetKind.List);
        Assert.Equal(["Aves/10", "Aves/9", "Plantae/9"], data.ClassNames);
        Assert.Equal([0, 0, 1, 2], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(1, data.Split("test").Count);
    }

    [Fact]
    public void A_single_list_is_a_data_set()
    {
        _tree.Write("birds.txt", "train_val2018/Aves/10/a.jpg jay", "train_val2018/Aves/9/d.jpg ant");
        Dataset data = DatasetSource.Open(_tree.File("birds.txt"));
        Assert.Equal(["ant", "jay"], data.ClassNames);
        Assert.Empty(data.Splits);
    }

    [Theory]
    [InlineData("train_val2018/Aves/9/x.jpg 9", "~/train.txt, line 2: ~/train_val2018/Aves/9/x.jpg is not there. Paths start from ~; unpack the images there, or correct the line.")]
    [InlineData("train_val2018/Aves/9/d.jpg", "~/train.txt, line 2: no label was found, and the lines before have one. Label every line, or none.")]
    [InlineData("9", "~/train.txt, line 2: \"9\" names no image; a path that ends with .jpg, .jpeg, .png, .webp, .gif, .tif or .tiff is needed, and then perhaps a space and a label. Correct the line.")]
    [InlineData("train_val2018/Aves/10/a.jpg 9", "~/train.txt, line 2: \"train_val2018/Aves/10/a.jpg\" was already named in ~/train.txt, line 1. Keep one of the two.")]
    public void A_mistake_is_told_with_file_and_line(string line, string message) =>
        _tree.Write("train.txt", "train_val2018/Aves/10/a.jpg 10", line).Refused(message, DatasetKind.List);

    [Fact]
    public void A_path_alone_needs_two_folders() =>
        _tree.With("x/f.jpg").Write("train.txt", "x/f.jpg").Refused("~/train.txt, line 1: \"x/f.jpg\" has neither a label nor two folders that tell its class. Add the label.", DatasetKind.List);

    [Fact]
    public void Lists_that_cannot_be_told_apart_are_refused()
    {
        _tree.Refused("~ has no list such as train.txt or test.txt, and no folder Inat_dataset_splits with some. Name the list itself, or the folder that holds it.", DatasetKind.List);
        _tree.Write("train.txt", "a").Write("train_set2.txt", "a").Refused("~/train.txt and ~/train_set2.txt are both about split train by their names. Move one away, or name one as the data set.", DatasetKind.List);
    }

    [Fact]
    public void A_row_has_a_0_or_1_for_each_class_and_training_images_may_be_searched()
    {
        Dataset data = _tree.Write("train.txt", "train_val2018/Aves/10/a.jpg 0 1 1", "train_val2018/Aves/10/b c.jpg 1 0 0")
            .Write("database.txt", "train_val2018/Aves/10/a.jpg 0 1 1", "./train_val2018/Aves/9/d.jpg\t0 0 0").Write("test.txt", "train_val2018\\Plantae\\9\\e.jpg 0 0 1").Open(DatasetKind.List);
        Assert.True(data.MultiLabel);
        Assert.Equal(["0", "1", "2"], data.ClassNames);
        Assert.Equal(["train", "database", "test"], data.Splits);
        Assert.Equal((2, 2, 1), (data.Split("train").Count, data.Split("database").Count, data.Split("test").Count));
        Assert.Equal("1,2|0|2|", string.Join('|', data.Items.Select(item => string.Join(',', item.Labels))));
        Assert.Equal("train_val2018/Aves/10/a.jpg", data.Split("database").Items[0].Id);
        Assert.Equal(16, data.Decode(2).Height);
    }

    [Fact]
    public void Rows_with_one_label_each_are_a_set_of_single_labels_and_classes_have_names_where_a_list_names_them()
    {
        Dataset data = _tree.Write("train.txt", "train_val2018/Aves/10/a.jpg 0 1", "train_val2018/Aves/9/d.jpg 1 0").Write("classes.txt", "ant", "bee").Open(DatasetKind.List);
        Assert.False(data.MultiLabel);
        Assert.Equal(["bee", "ant"], data.Items.Select(item => data.ClassNames[Assert.Single(item.Labels)]));
        _tree.Write("classes.txt", "ant", "bee", "cat").Refused("~/classes.txt names 3 classes; ~/train.txt, line 1 has values for 2. Name each, or move the file away.", DatasetKind.List);
    }

    [Fact]
    public void Images_may_lie_elsewhere()
    {
        _tree.Write("lists/train.txt", "Aves/10/a.jpg 0 1");
        Assert.Equal(1, DatasetSource.Open(_tree.File("lists"), DatasetKind.List, new() { ImageFolder = _tree.File("train_val2018") }).Count);
        Assert.Contains("is not there", Assert.Throws<InvalidDataException>(() => DatasetSource.Open(_tree.File("lists"), DatasetKind.List, new() { ImageFolder = _tree.File("none") })).Message, StringComparison.Ordinal);
        Assert.Contains("tells itself where its images are", Assert.Throws<InvalidDataException>(() => DatasetSource.Open(_tree.Path, DatasetKind.Folders, new() { ImageFolder = _tree.Path })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train_val2018/Aves/9/d.jpg 0 1", "~/train.txt, line 2: 2 values behind the path, and the lines before have 3. Each line needs as many, one for each class.")]
    [InlineData("train_val2018/Aves/9/d.jpg 1", "~/train.txt, line 2: 1 value behind the path, and the lines before have 3. Each line needs as many, one for each class.")]
    [InlineData("train_val2018/Aves/9/d.jpg 0 2 1", "~/train.txt, line 2: \"2\" was found among the 3 values behind the path; 0 or 1 is needed for each class. Correct the line.")]
    [InlineData("train_val2018/Aves/9/x.jpg 0 1 1", "~/train.txt, line 2: ~/train_val2018/Aves/9/x.jpg is not there. Paths start from ~; unpack the images there, or correct the line.")]
    [InlineData("train_val2018/Aves/10/a.jpg 0 1 1", "~/train.txt, line 2: \"train_val2018/Aves/10/a.jpg\" was already named in ~/train.txt, line 1. Keep one of the two.")]
    public void A_mistake_in_a_row_is_told_with_file_and_line(string line, string message) =>
        _tree.Write("train.txt", "train_val2018/Aves/10/a.jpg 0 1 1", line).Refused(message, DatasetKind.List);

    [Theory]
    [InlineData("database.txt", "train_val2018/Aves/10/a.jpg 1 1 1", "~/database.txt, line 1: \"train_val2018/Aves/10/a.jpg\" has other labels than in ~/train.txt, line 1. Correct one of the two.")]
    [InlineData("test.txt", "train_val2018/Aves/10/a.jpg 0 1 1", "~/test.txt, line 1: \"train_val2018/Aves/10/a.jpg\" was already named in ~/train.txt, line 1. Keep one of the two.")]
    [InlineData("database.txt", "train_val2018/Aves/9/d.jpg 0 1", "~/database.txt, line 1: 2 values behind the path, and ~/train.txt, line 1 has 3. Each line needs as many, one for each class.")]
    public void Lists_must_agree(string list, string line, string message) =>
        _tree.Write("train.txt", "train_val2018/Aves/10/a.jpg 0 1 1").Write(list, line).Refused(message, DatasetKind.List);
}
