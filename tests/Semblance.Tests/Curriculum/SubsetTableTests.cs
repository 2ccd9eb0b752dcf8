using Semblance.Curriculum;
using Xunit;

namespace Semblance.Tests.Curriculum;

/// <summary>The table of subsets as a file, and features in a file.</summary>
public sealed class SubsetTableTests
{
    [Fact]
    public void A_table_reads_back_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("subsets.tsv");
        SubsetRow[] rows = [new("cats/a b.jpg", "cats", 0, 17), new("dogs/ü.jpg", "", 2, 1.0 / 3), new("x", "7", 1, -1)];
        SubsetTable.Write(path, rows);
        Assert.Equal(rows, SubsetTable.Read(path));
        Assert.Equal("id\tlabel\tsubset\tdensity\ncats/a b.jpg\tcats\t0\t17\ndogs/ü.jpg\t\t2\t0.3333333333333333\nx\t7\t1\t-1\n", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("", "line 1: the file is empty")]
    [InlineData("id,label\n", "line 1: the header is 'id,label'")]
    [InlineData("id\tlabel\tsubset\tdensity\na\tb\t0\t1\nc\td\t0\n", "line 3: 3 fields")]
    [InlineData("id\tlabel\tsubset\tdensity\na\tb\t-1\t1\n", "line 2: the subset is '-1'")]
    [InlineData("id\tlabel\tsubset\tdensity\na\tb\t1\tNaN\n", "line 2: the density is 'NaN'")]
    [InlineData("id\tlabel\tsubset\tdensity\n\tb\t1\t1\n", "line 2: the id is empty")]
    [InlineData("id\tlabel\tsubset\tdensity\na\tb\t1\t1\na\tb\t1\t1\n", "line 3: the id 'a' is there a second time")]
    public void A_wrong_line_is_named(string text, string said)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("subsets.tsv");
        File.WriteAllText(path, text);
        string message = Assert.Throws<InvalidDataException>(() => SubsetTable.Read(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere.tsv", Assert.Throws<InvalidDataException>(() => SubsetTable.Read("nowhere.tsv")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_a_line_cannot_hold_is_refused_and_the_file_stays()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("subsets.tsv");
        SubsetTable.Write(path, [new("a", "b", 0, 1)]);
        SubsetRow[] wrong = [new("a\tb", "c", 0, 1), new("a", "c\n", 0, 1), new("", "c", 0, 1), new("a", "c", -1, 1), new("a", "c", 0, double.NaN)];
        Assert.All(wrong, row => Assert.Throws<ArgumentException>(() => SubsetTable.Write(path, [row])));
        Assert.Throws<ArgumentException>(() => SubsetTable.Write(path, [new("a", "b", 0, 1), new("a", "c", 0, 1)]));
        Assert.Single(SubsetTable.Read(path));
    }

    [Fact]
    public void Features_in_a_file_are_those_in_memory()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("features.bin");
        (double[] rows, int[] labels) = Clouds.Classes([90, 120], 6, 40);
        float[] features = Clouds.Floats(rows);
        File.WriteAllBytes(path, [1, 2, 3, .. features.SelectMany(BitConverter.GetBytes)]);
        using FileRows file = FeatureRows.InFile(path, 3, 210, 6);
        DensityAnalysis expected = DensityCurriculum.Fit(features, 6, labels), found = DensityCurriculum.Fit(file, labels);
        Assert.Equal(expected.Density, found.Density);
        Assert.Equal(expected.Subset, found.Subset);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => FeatureRows.InFile(path, 4, 210, 6)).Message, StringComparison.Ordinal);
    }
}
