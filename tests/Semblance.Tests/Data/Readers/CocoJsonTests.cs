using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class CocoJsonTests : IDisposable
{
    private const string Train = "annotations/instances_train2014.json";
    private readonly LayoutTree _tree = Make();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void An_image_has_the_category_of_every_object()
    {
        Dataset data = _tree.Open();
        Assert.True(data.MultiLabel);
        Assert.Equal(["person", "zebra", "fork"], data.ClassNames);
        Assert.Equal(["train2014/COCO_a.jpg", "train2014/COCO_b.jpg", "val2014/COCO_c.jpg"], data.Items.Select(item => item.Id));
        Assert.Equal("0,2||1", string.Join('|', data.Items.Select(item => string.Join(',', item.Labels))));
        Assert.Equal(["train", "train", "val"], data.Items.Select(item => item.Split));
        Assert.Equal(16, data.Decode(0).Height);
    }

    [Fact]
    public void A_single_file_is_a_data_set()
    {
        Assert.Equal(2, DatasetSource.Open(_tree.File(Train)).Count);
        Assert.Equal(DatasetKind.Coco, DatasetSource.Detect(_tree.Path));
    }

    [Theory]
    [InlineData("\"image_id\": 7, \"category_id\": 44", "\"image_id\": 7, \"category_id\": 45", "~/annotations/instances_train2014.json, annotation 2: category 45 is not among the 3 categories. Correct the number, or name the category.")]
    [InlineData("\"image_id\": 7, \"category_id\": 44", "\"image_id\": 70, \"category_id\": 44", "~/annotations/instances_train2014.json, annotation 2: image 70 is not among the 2 images. Correct the number, or add the image.")]
    [InlineData("\"id\": 8, ", "\"id\": 7, ", "~/annotations/instances_train2014.json, image 2: id 7 was already used. Keep one of the two.")]
    [InlineData("COCO_b.jpg", "COCO_x.jpg", "~/annotations/instances_train2014.json, image 2: ~/train2014/COCO_x.jpg is not there. Paths start from ~; unpack the images there, or correct the line.")]
    [InlineData("\"annotations\"", "\"remarks\"", "~/annotations/instances_train2014.json has 2 images, 0 annotations and 3 categories; some of each are needed. Name a file of instances.")]
    [InlineData("\"file_name\": \"COCO_b.jpg\"", "\"name\": \"COCO_b.jpg\"", "~/annotations/instances_train2014.json, line 1: these are no annotations as MS-COCO has them ($.images[1]). Copy the file again.")]
    public void A_mistake_is_told_with_file_and_place(string old, string text, string message) => _tree.Replace(Train, old, text).Refused(message);

    [Fact]
    public void A_folder_without_annotations_is_refused() =>
        _tree.Delete(Train).Delete("annotations/instances_val2014.json").Refused("~ has no annotations/instances_train2014.json or the like. Unpack the annotations of MS-COCO there, or name the file itself.", DatasetKind.Coco);

    [Fact]
    public void Files_of_two_releases_are_refused() =>
        _tree.Replace("annotations/instances_val2014.json", "zebra", "okapi").Refused("~/annotations/instances_val2014.json: category 24 is \"okapi\", and \"zebra\" in the file before. Take both from one release.");

    private static LayoutTree Make()
    {
        const string Categories = "\"categories\": [{\"supercategory\": \"person\", \"id\": 1, \"name\": \"person\"}, {\"id\": 44, \"name\": \"fork\"}, {\"id\": 24, \"name\": \"zebra\"}]";
        return new LayoutTree().With("train2014/COCO_a.jpg", "train2014/COCO_b.jpg", "val2014/COCO_c.jpg")
            .Write(Train, "{\"info\": {\"year\": 2014}, \"images\": [{\"license\": 5, \"file_name\": \"COCO_a.jpg\", \"id\": 7}, {\"id\": 8, \"file_name\": \"COCO_b.jpg\"}], \"annotations\": [{\"segmentation\": [[1.5, 2]], \"image_id\": 7, \"bbox\": [1, 2, 3, 4], \"category_id\": 1, \"id\": 1}, {\"image_id\": 7, \"category_id\": 44}, {\"iscrowd\": 1, \"segmentation\": {\"counts\": [3], \"size\": [4, 4]}, \"category_id\": 1, \"image_id\": 7}], " + Categories + "}")
            .Write("annotations/instances_val2014.json", "{\"images\": [{\"file_name\": \"COCO_c.jpg\", \"id\": 9}], \"annotations\": [{\"image_id\": 9, \"category_id\": 24}], " + Categories + "}");
    }
}
