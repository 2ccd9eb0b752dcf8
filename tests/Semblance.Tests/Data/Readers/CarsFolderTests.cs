using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

/// <summary>The MATLAB files are SciPy's.</summary>
public sealed class CarsFolderTests : IDisposable
{
    private static readonly string[] Names = ["AM General Hummer SUV 2000", "Acura RL Sedan 2012", "Škoda Octavia 2009", "Audi S4 Sedan 2007"];
    private readonly LayoutTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void One_file_of_annotations_describes_the_images_of_one_folder()
    {
        Dataset data = Whole("cars_annos.mat").Open();
        Assert.Equal(Names, data.ClassNames);
        Assert.Equal(Enumerable.Range(1, 8).Select(i => $"car_ims/{i:D6}.jpg"), data.Items.Select(item => item.Id));
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(["train", "test", "train", "test", "train", "test", "train", "test"], data.Items.Select(item => item.Split));
        Assert.Equal(16, data.Decode(7).Height);
    }

    [Theory]
    [InlineData("devkit/")]
    [InlineData("")]
    public void The_devkit_describes_the_images_of_two_folders(string devkit)
    {
        Dataset data = Devkit(devkit).Open();
        Assert.Equal(Names, data.ClassNames);
        Assert.Equal(["cars_train/00001.jpg", "cars_train/00002.jpg", "cars_train/00003.jpg", "cars_train/00004.jpg"], data.Split("train").Items.Select(item => item.Id));
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal("cars_test/00004.jpg", data.Items[7].Id);
    }

    [Fact]
    public void A_mistake_is_told_with_file_and_annotation()
    {
        Whole("cars_annos_wrong.mat").Refused("~/cars_annos.mat, annotation 3: class 9 has no name; numbers from 1 to 4 have one. Copy the file again. (1 more like it; 'semblance data check' lists them.)");
        Dataset passed = _tree.Open(lenient: true);
        Assert.Equal(6, passed.Count);
        Assert.Contains($"{_tree.Path}/cars_annos.mat, annotation 5: test is 2; 0 or 1 is needed. Copy the file again.", passed.Problems);
    }

    [Fact]
    public void An_image_that_is_missing_is_told_with_file_and_annotation() =>
        Whole("cars_annos.mat").Delete("car_ims/000004.jpg").Refused("~/cars_annos.mat, annotation 4: ~/car_ims/000004.jpg is not there. Paths start from ~; unpack the images there, or correct the line.");

    [Fact]
    public void A_devkit_without_the_labels_of_the_test_images_is_refused() =>
        Devkit("devkit/").Delete("devkit/cars_test_annos_withlabels.mat").Refused("~ has no devkit/cars_test_annos_withlabels.mat, which Cars-196 comes with. Name the folder into which the set was unpacked, or unpack it again.");

    [Fact]
    public void A_file_of_something_else_is_refused()
    {
        Whole("cars_annos.mat").Copy("arrays.mat", "cars_annos.mat").Refused("~/cars_annos.mat has no variable class_names. Copy the file again, or name another.");
        Devkit("devkit/").Delete("cars_annos.mat").Copy("cars_annos.mat", "devkit/cars_train_annos.mat")
            .Refused("~/devkit/cars_train_annos.mat: annotations have no field fname; they have relative_im_path, bbox_x1, bbox_y1, bbox_x2, bbox_y2, class, test. A file of annotations with classes is needed.");
    }

    private LayoutTree Whole(string annotations) => _tree.Copy(annotations, "cars_annos.mat").With([.. Enumerable.Range(1, 8).Select(i => $"car_ims/{i:D6}.jpg")]);

    private LayoutTree Devkit(string devkit) => _tree
        .Copy("cars_meta.mat", $"{devkit}cars_meta.mat").Copy("cars_train_annos.mat", $"{devkit}cars_train_annos.mat").Copy("cars_test_annos_withlabels.mat", $"{devkit}cars_test_annos_withlabels.mat")
        .With([.. Enumerable.Range(1, 4).SelectMany(i => new[] { $"cars_train/{i:D5}.jpg", $"cars_test/{i:D5}.jpg" })]);
}
