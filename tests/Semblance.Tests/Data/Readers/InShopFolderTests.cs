using Semblance.Data;
using Xunit;

namespace Semblance.Tests.Data.Readers;

public sealed class InShopFolderTests : IDisposable
{
    private const string List = "list_eval_partition.txt";
    private readonly LayoutTree _tree = new LayoutTree()
        .With("img/WOMEN/Tees/id_00000001/01_1_front.jpg", "img/WOMEN/Tees/id_00000002/01_1_front.jpg", "img/WOMEN/Tees/id_00000002/01_2_side.jpg")
        .Write(List, "3", "image_name item_id evaluation_status",
            "img/WOMEN/Tees/id_00000001/01_1_front.jpg                         id_00000001 train",
            "img/WOMEN/Tees/id_00000002/01_1_front.jpg                         id_00000002 query",
            "img/WOMEN/Tees/id_00000002/01_2_side.jpg                          id_00000002 gallery");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void The_list_names_items_and_what_each_image_is_for()
    {
        Dataset data = _tree.Open();
        Assert.Equal(["id_00000001", "id_00000002"], data.ClassNames);
        Assert.Equal([0, 1, 1], data.Items.Select(item => Assert.Single(item.Labels)));
        Assert.Equal(["train", "query", "gallery"], data.Items.Select(item => item.Split));
        Assert.Equal(16, data.Decode(2).Height);
    }

    [Fact]
    public void List_and_images_may_lie_in_the_folders_of_the_distribution()
    {
        Directory.CreateDirectory(_tree.File("Eval"));
        File.Move(_tree.File(List), _tree.File($"Eval/{List}"));
        Directory.CreateDirectory(_tree.File("Img"));
        Directory.Move(_tree.File("img"), _tree.File("Img/img"));
        Assert.Equal(3, _tree.Open().Count);
    }

    [Theory]
    [InlineData("3\nimage_name", "4\nimage_name", "~/list_eval_partition.txt, line 1: the list promises 4 images and names 3. Copy it again, or correct the number.")]
    [InlineData("3\nimage_name", "many\nimage_name", "~/list_eval_partition.txt, line 1: \"many\" was found; the number of images is needed there. Copy the list again.")]
    [InlineData("id_00000002 query", "id_00000002 probe", "~/list_eval_partition.txt, line 4: evaluation_status is \"probe\"; train, query or gallery is needed. Correct the line.")]
    [InlineData("id_00000002 query", "query", "~/list_eval_partition.txt, line 4: 2 values; image_name, item_id and evaluation_status are needed. Correct the line.")]
    [InlineData("01_2_side.jpg ", "01_3_back.jpg ", "~/list_eval_partition.txt, line 5: ~/img/WOMEN/Tees/id_00000002/01_3_back.jpg is not there. Paths start from ~; unpack the images there, or correct the line.")]
    public void A_mistake_is_told_with_file_and_line(string old, string text, string message) => _tree.Replace(List, old, text).Refused(message);
}
