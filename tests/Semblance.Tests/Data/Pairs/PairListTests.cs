using Semblance.Data.Pairs;
using Semblance.Tests.Data.Readers;
using Xunit;

namespace Semblance.Tests.Data.Pairs;

public sealed class PairListTests : IDisposable
{
    private readonly LayoutTree _tree = new LayoutTree()
        .With("lfw/Ann_Lee/Ann_Lee_0001.jpg", "lfw/Ann_Lee/Ann_Lee_0002.jpg", "lfw/Bo/Bo_0001.jpg", "lfw/Bo/Bo_0012.png", "lfw/Cy/Cy_0003.jpg")
        .Write("pairs.txt", "2\t1", "Ann_Lee\t1\t2", "Ann_Lee\t2\tBo\t12", "Bo\t1\t12", "Bo\t1\tCy\t3");

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void The_list_of_LFW_has_folds_of_pairs_of_either_kind()
    {
        PairList list = Open("pairs.txt");
        Assert.Matches("^pairs.txt#[0-9a-f]{8}$", list.Name);
        Assert.Equal(["Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee/Ann_Lee_0002.jpg", "Bo/Bo_0012.png", "Bo/Bo_0001.jpg", "Cy/Cy_0003.jpg"], list.Images.Items.Select(item => item.Id));
        Assert.Equal([new(0, 1, true, 0), new(1, 2, false, 0), new(3, 2, true, 1), new(3, 4, false, 1)], list.Pairs);
        Assert.Equal(2, list.Folds);
        Assert.Equal(16, list.Images.Decode(2).Height);
    }

    [Fact]
    public void A_list_of_one_fold_is_dealt()
    {
        _tree.Write("dev.txt", "2", "Ann_Lee 1 2", "Bo 1 12", "Ann_Lee 2 Bo 12", "Bo 1 Cy 3");
        PairList list = Open("dev.txt");
        Assert.Equal([true, true, false, false], list.Pairs.Select(pair => pair.Same));
        Assert.Equal([0, 1, 0, 1], list.Pairs.Select(pair => pair.Fold));
        Assert.Equal(2, list.Folds);
    }

    [Fact]
    public void Pairs_of_any_images_are_lines_or_a_table()
    {
        _tree.Write("lines.txt", "Bo/Bo_0001.jpg Bo/Bo_0012.png 1 7", "Bo/Bo_0001.jpg Cy/Cy_0003.jpg 0 7", "Ann_Lee/Ann_Lee_0001 Cy/Cy_0003 0 3");
        _tree.Write("table.csv", "same,a,b,fold", "1,Bo/Bo_0001.jpg,Bo/Bo_0012.png,7", "false,Bo/Bo_0001.jpg,Cy/Cy_0003.jpg,7", "0,Ann_Lee/Ann_Lee_0001.jpg,Cy/Cy_0003.jpg,3");
        foreach (PairList list in new[] { Open("lines.txt"), Open("table.csv") })
        {
            Assert.Equal([new(0, 1, true, 1), new(0, 2, false, 1), new(3, 2, false, 0)], list.Pairs);
            Assert.Equal(2, list.Folds);
        }
    }

    [Theory]
    [InlineData("pairs.txt", "2\t1\n", "2\t2\n", "~/pairs.txt, line 3: \"Ann_Lee 2 Bo 12\" was found; a name and two numbers (a pair of one person) is needed there. Correct the line, or the numbers in line 1. (2 more like it.)")]
    [InlineData("pairs.txt", "2\t1\n", "3\t1\n", "~/pairs.txt, line 1: 3 folds of 1 pairs of either kind are promised, 6 lines; 4 follow. Copy the list again, or correct the numbers.")]
    [InlineData("pairs.txt", "Bo\t1\tCy\t3", "Bo\t1\tBo\t12", "~/pairs.txt, line 5: \"Bo 1 Bo 12\" was found; a name, a number, another name and a number (a pair of two people) is needed there. Correct the line, or the numbers in line 1.")]
    [InlineData("pairs.txt", "Bo\t1\tCy\t3", "Bo\t1\tCy\t4", "~/pairs.txt, line 5: ~/lfw/Cy/Cy_0004.jpg is not there. Name the folder of the images, or correct the line.")]
    [InlineData("pairs.txt", "Bo\t1\t12", "Bo\t1\t1", "~/pairs.txt, line 4: Bo/Bo_0001 is paired with itself. Name another image.")]
    [InlineData("pairs.txt", "2\t1\n", "", "~/pairs.txt, line 1: \"Ann_Lee 1 2\" was found; two paths, 1 (same) or 0 and perhaps the number of a fold are needed. Correct the line. (3 more like it.)")]
    public void A_mistake_is_told_with_file_and_line(string file, string old, string text, string message)
    {
        _tree.Replace(file, old, text);
        Refused(file, message);
    }

    [Theory]
    [InlineData("x.txt", "Bo/Bo_0001.jpg Bo/Bo_0012.png same", "~/x.txt, line 1: \"Bo/Bo_0001.jpg Bo/Bo_0012.png same\" was found; two paths, 1 (same) or 0 and perhaps the number of a fold are needed. Correct the line.")]
    [InlineData("x.txt", "Bo/Bo_0001.jpg Bo/Bo_0012.png 1", "~/x.txt has 1 pairs of the same and 0 of others; some of both are needed.")]
    [InlineData("x.txt", "Bo/Bo_0001.jpg Bo/Bo_0012.png 1\nBo/Bo_0001.jpg Cy/Cy_0003.jpg 0 2", "~/x.txt, line 2: the line has a fold, others have none. Give every line a fold, or none.")]
    [InlineData("x.csv", "a,b,label\nx,y,1", "~/x.csv, line 1: the columns are \"a\", \"b\", \"label\"; a, b and same are needed, and perhaps fold. Rename them.")]
    [InlineData("x.csv", "a,b,same,fold\nBo/Bo_0001.jpg,Bo/Bo_0012.png,1,first", "~/x.csv, line 2: same is \"1\" and fold \"first\"; 1 or 0 is needed, and a whole number. Correct the line.")]
    [InlineData("x.txt", "", "~/x.txt is empty; one line for each pair is needed.")]
    public void A_list_that_cannot_be_used_is_refused(string file, string text, string message)
    {
        _tree.Write(file, text);
        Refused(file, message);
    }

    [Fact]
    public void A_list_or_a_folder_that_is_missing_is_named()
    {
        Refused("none.txt", "~/none.txt is not there; a list of pairs is needed.");
        Assert.Equal("/no/such is no folder; the folder of the pairs' images is needed.", Assert.Throws<InvalidDataException>(() => PairList.Open(_tree.File("pairs.txt"), "/no/such")).Message);
    }

    private PairList Open(string file) => PairList.Open(_tree.File(file), _tree.File("lfw"));

    private void Refused(string file, string message) =>
        Assert.Equal(message.Replace("~", _tree.Path, StringComparison.Ordinal), Assert.Throws<InvalidDataException>(() => Open(file)).Message);
}
