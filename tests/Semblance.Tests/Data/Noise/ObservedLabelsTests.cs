using Semblance.Data;
using Semblance.Data.Noise;
using Xunit;

namespace Semblance.Tests.Data.Noise;

public sealed class ObservedLabelsTests : IDisposable
{
    private readonly ImageTree _tree = new();
    private readonly Dataset _images = LabelledSet.Make([0, 1, 2, 0], 3);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Labels_are_found_by_index_and_held_against_the_clean_column()
    {
        IReadOnlyDictionary<string, int> found = Read("index,clean_label,worse_label\n0,0,2\n1,1,1\n3,0,1\n2,2,0\n", "worse_label");

        Assert.Equal([2, 1, 0, 1], _images.Items.Select(item => found[item.Id]));
    }

    [Fact]
    public void Labels_are_found_by_id_and_may_be_names()
    {
        IReadOnlyDictionary<string, int> found = Read("id,seen\nimage-00003,class-1\nimage-00000,class-2\n", "seen");

        Assert.Equal((2, 1, 2), (found.Count, found["image-00003"], found["image-00000"]));
    }

    [Theory]
    [InlineData("index,seen\n0,1\n1,1\n2,0\n", "has labels for 3 images; set has 4")]
    [InlineData("index,seen\n0,1\n1,1\n2,0\n3,0\n4,1\n", "line 6: \"4\" is no image of set, which has 4")]
    [InlineData("index,seen\n0,1\n1,1\n2,0\n2,1\n", "line 5: \"2\" was already named")]
    [InlineData("index,seen\n0,1\n1,3\n2,0\n3,0\n", "line 3: class 3 is not in the classes of set, which has 3 names")]
    [InlineData("index,seen\n0,1\n1,-1\n2,0\n3,0\n", "line 3: class -1 is not in")]
    [InlineData("index,seen\n0,1\n1,\n2,0\n3,0\n", "line 3: seen is \"\"; one label is needed")]
    [InlineData("index,seen\n0,1\n1,1 2\n2,0\n3,0\n", "line 3: seen is \"1 2\"; one label is needed")]
    [InlineData("index,clean_label,seen\n0,0,1\n1,1,1\n2,0,0\n3,0,0\n", "line 4: clean_label is class-0, and \"image-00002\" is class-2. The table is about other images")]
    [InlineData("index,clean_label,seen\n0,0,1\n1,7,1\n2,2,0\n3,0,0\n", "line 3: class 7 is not in")]
    [InlineData("id,seen\nimage-00009,1\n", "line 2: \"image-00009\" is no image of set")]
    [InlineData("name,seen\n0,1\n", "a column path, file, id or index is needed")]
    [InlineData("index,label\n0,1\n", "there is no column \"seen\"; the columns are \"index\", \"label\"")]
    [InlineData("index,seen\n0\n", "1 value; the header has 2 columns")]
    public void A_table_that_does_not_fit_is_refused(string table, string needed) =>
        Assert.Contains(needed, Assert.Throws<InvalidDataException>(() => Read(table, "seen")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_python_pickled_is_named_with_the_way_out()
    {
        string message = Assert.Throws<InvalidDataException>(() => ObservedLabels.Read(_tree.Write("CIFAR-10_human.pt", [1, 2]), "worse_label", _images)).Message;

        Assert.Contains("a table (.csv) with a column index is needed", message, StringComparison.Ordinal);
        Assert.Contains("torch.load(\"CIFAR-10_human.pt\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_clean_column_itself_may_be_asked_for() => Assert.Equal(4, Read("index,clean_label\n0,1\n1,1\n2,0\n3,0\n", "clean_label").Count);

    private IReadOnlyDictionary<string, int> Read(string table, string column) => ObservedLabels.Read(_tree.Write("labels.csv", table), column, _images);
}
