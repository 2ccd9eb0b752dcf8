using Semblance.Deduplication;
using Semblance.Index;
using Semblance.Tensors.Images;
using Semblance.Tests.Data;
using Xunit;

namespace Semblance.Tests.Deduplication;

public sealed class DuplicateImagesTests
{
    private static readonly DateTime Day = new(2024, 5, 1, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(KeepRule.Resolution, 2, "the most pixels")]
    [InlineData(KeepRule.Oldest, 1, "the oldest")]
    [InlineData(KeepRule.Newest, 3, "the newest")]
    [InlineData(KeepRule.First, 0, "the first")]
    public void Each_rule_keeps_its_own_and_says_why(KeepRule rule, int place, string why)
    {
        ImageFacts?[] facts = [new(100, 100, 900, Day), new(90, 100, 800, Day.AddDays(-9)), new(200, 100, 700, Day), new(50, 50, 600, Day.AddDays(2)), null];

        Assert.Equal((place, why), KeepChoice.Of(facts, rule));
    }

    [Fact]
    public void Where_a_rule_leaves_several_others_decide_and_the_order_last()
    {
        ImageFacts large = new(200, 100, 900, Day), older = large with { Modified = Day.AddDays(-1) }, longer = large with { Bytes = 901 }, grey = longer with { Width = 400, Grey = true };

        Assert.Equal((1, "the same resolution; the largest file"), KeepChoice.Of([large, longer, older], KeepRule.Resolution));
        Assert.Equal((1, "the same resolution; the same length; the oldest"), KeepChoice.Of([large, older], KeepRule.Resolution));
        Assert.Equal((0, "the same resolution; the same length; the same age; the first of those"), KeepChoice.Of([large, large], KeepRule.Resolution));
        Assert.Equal((1, "in colour"), KeepChoice.Of([grey, large], KeepRule.Resolution));
        Assert.Equal((0, "the first; the files are not at hand"), KeepChoice.Of([null, null], KeepRule.Oldest));
    }

    [Fact]
    public void A_folder_gives_its_groups_the_largest_first()
    {
        using ImageTree tree = Pictures.Folder();
        File.SetLastWriteTimeUtc(tree.File("a/one.jpg"), Day);
        (Codes codes, ImageEntry[] images) = Encode(tree);

        IReadOnlyList<DuplicateImages> groups = DuplicateImages.Find(codes, images, PerceptualHash.Radius, KeepRule.Resolution);

        Assert.Equal(["a/one.jpg b/one-again.jpg a/one-small.jpg", "b/two.jpg b/two-poor.jpg"], groups.Select(group => string.Join(' ', group.Images.Select(image => image.Id))));
        Assert.Equal("the most pixels; the same length; the oldest", groups[0].Why);
        Assert.Equal([true, false, false], groups[0].Images.Select(image => image.Keep));
        Assert.Equal([false, true, false], groups[0].Images.Select(image => image.SameFile));
        Assert.Equal(0, groups[0].Images[1].Distance);
        Assert.Equal((80, 60), (groups[0].Images[2].Facts!.Width, groups[0].Images[2].Facts!.Height));
        Assert.Equal(new FileInfo(tree.File("b/one-again.jpg")).Length + new FileInfo(tree.File("a/one-small.jpg")).Length, groups[0].SpareBytes);
    }

    [Fact]
    public void Table_JSON_and_page_tell_the_same_and_nothing_else_is_touched()
    {
        using ImageTree tree = Pictures.Folder();
        File.Move(tree.File("b/two.jpg"), tree.File("b/two, \"the\" <b>.jpg"));
        using TemporaryFolder folder = new();
        string[] before = [.. Directory.GetFiles(tree.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        (Codes codes, ImageEntry[] images) = Encode(tree);
        DeduplicationResult result = new()
        {
            Source = tree.Path,
            CodedBy = "a hash",
            Bits = 96,
            Radius = 8,
            Keep = KeepRule.First,
            Images = images.Length,
            Encoded = 6,
            Skipped = ["x.jpg is <i>broken</i>."],
            Groups = DuplicateImages.Find(codes, images, 8, KeepRule.First),
        };

        result.Write(folder.Path);

        Assert.Equal(["duplicates.csv", "duplicates.html", "duplicates.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] lines = File.ReadAllLines(folder.File("duplicates.csv"));
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("1,yes,a/one-small.jpg,0,no,80,60,", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("2,yes,\"b/two, \"\"the\"\" <b>.jpg\",0,no,160,120,", StringComparison.Ordinal));
        Assert.Contains("\"summary\": \"5 of 6 images are in 2 groups of near-duplicates; 3 of them could go", File.ReadAllText(folder.File("duplicates.json")), StringComparison.Ordinal);
        string page = File.ReadAllText(folder.File("duplicates.html"));
        Assert.Contains("b/two, &quot;the&quot; &lt;b&gt;.jpg", page, StringComparison.Ordinal);
        Assert.Contains("x.jpg is &lt;i&gt;broken&lt;/i&gt;.", page, StringComparison.Ordinal);
        Assert.Equal(5, page.Split("data:image/jpeg;base64,").Length - 1);
        Assert.Equal(before, Directory.GetFiles(tree.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    private static (Codes Codes, ImageEntry[] Images) Encode(ImageTree tree)
    {
        using TemporaryFolder folder = new();
        Semblance.Data.Dataset data = Pictures.Open(tree);
        FolderCodes seen = SeenImages.Update(folder.File("seen.codes"), data, ImageCoder.Perceptual(1));
        return (seen.Codes, [.. seen.Indices.Select(index => new ImageEntry(data.Items[index].Id, data.Describe(index)))]);
    }
}
