using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class INaturalistJsonTests : IDisposable
{
    private const string Train =
        """
        {"info": {"year": 2018}, "licenses": [], "images": [
          {"id": 7, "file_name": "train_val2018/Aves/10/a.jpg", "width": 8, "rights_holder": "x"},
          {"id": 8, "file_name": "train_val2018/Aves/2/b.jpg"}],
         "annotations": [{"id": 1, "image_id": 7, "category_id": 10}, {"id": 2, "image_id": 8, "category_id": 2}],
         "categories": [{"id": 10, "name": "Corvus corax", "supercategory": "Aves"}, {"id": 2, "name": "Pica pica"}]}
        """;

    private const string Val =
        """
        {"images": [{"id": 9, "file_name": "train_val2018/Aves/2/c.jpg"}], "annotations": [{"id": 3, "image_id": 9, "category_id": 2}], "categories": [{"id": 2, "name": "Pica pica"}]}
        """;

    private readonly LayoutTree _tree = new LayoutTree()
        .With("train_val2018/Aves/10/a.jpg", "train_val2018/Aves/2/b.jpg", "train_val2018/Aves/2/c.jpg")
        .Write("train2018.json", Train).Write("val2018.json", Val).Write("test2018.json", """{"images": [{"id": 1, "file_name": "test2018/x.jpg"}]}""");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Images_have_the_category_of_their_annotation()
    {
        Dataset data = _tree.Open(DatasetKind.INaturalist);
        Assert.Equal(["Pica pica", "Corvus corax"], data.ClassNames);
        Assert.Equal([1, 0, 0], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(["train", "train", "val"], data.Items.Select(item => item.Split));
        Assert.Equal(16, data.Decode(2).Height);
        Assert.Equal(1, DatasetSource.Open(_tree.File("val2018.json")).Count);
    }

    [Fact]
    public void Names_that_do_not_tell_categories_apart_give_way_to_numbers() =>
        Assert.Equal(["2", "10"], _tree.Replace("train2018.json", "Corvus corax", "Pica pica").Open(DatasetKind.INaturalist).ClassNames);

    [Theory]
    [InlineData("\"category_id\": 10", "\"category_id\": 11", "~/train2018.json, annotation 1: category 11 is not among the 2 categories. Correct the number, or name the category. (1 more like it; 'semblance data check' lists them.)")]
    [InlineData("\"image_id\": 8", "\"image_id\": 7", "~/train2018.json, annotation 2: image 7 was already annotated; an image has one category. Keep one of the two. (1 more like it; 'semblance data check' lists them.)")]
    [InlineData("\"image_id\": 8", "\"image_id\": 80", "~/train2018.json, image 2: train_val2018/Aves/2/b.jpg has no annotation with a category. Annotate it, or remove it.")]
    [InlineData("Aves/2/b.jpg", "Aves/2/z.jpg", "~/train2018.json, image 2: ~/train_val2018/Aves/2/z.jpg is not there. Paths start from ~; unpack the images there, or correct the line.")]
    [InlineData("\"id\": 8", "\"id\": \"8\"", "~/train2018.json, line 3: these are no annotations as iNaturalist has them ($.images[1].id). Copy the file again.")]
    [InlineData("\"Corvus corax\"", "null", "~/train2018.json, line 5: these are no annotations as iNaturalist has them ($.categories[0].name). Copy the file again.")]
    [InlineData("\"annotations\"", "\"notes\"", "~/train2018.json has 2 images, 0 annotations and 2 categories; some of each are needed. Name a file of annotations.")]
    public void A_mistake_is_told_with_file_and_entry(string old, string text, string message) => _tree.Replace("train2018.json", old, text).Refused(message, DatasetKind.INaturalist);

    [Fact]
    public void A_folder_without_annotations_is_refused() =>
        _tree.Delete("train2018.json").Delete("val2018.json").Refused("~ has no annotations such as train2018.json. Name the file itself, or the folder that holds it.", DatasetKind.INaturalist);
}
