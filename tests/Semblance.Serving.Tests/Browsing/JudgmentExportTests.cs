using Semblance.Data;
using Semblance.Serving.Browsing;
using Xunit;

namespace Semblance.Tests.Serving.Browsing;

public sealed class JudgmentExportTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Right_results_join_items_and_a_wrong_one_within_a_group_is_a_conflict()
    {
        Judgment[] judgments =
        [
            Right("a", "b"), Right("c", "b"), Right("x", "y"), Wrong("a", "x"), Wrong("c", "a"),
            new(new JudgedQuery(Code: "ff"), "y", true, Time), new(new JudgedQuery(Code: "ff"), "z", true, Time), new(new JudgedQuery(Code: "ff"), "x", false, Time), new(new JudgedQuery(Code: "00"), "q", true, Time),
        ];

        JudgmentGroups groups = new(judgments);

        Assert.Equal(["a b c", "x y z"], groups.Groups.Select(group => string.Join(' ', group)));
        Assert.Equal([Wrong("c", "a"), judgments[7]], groups.Conflicts);
        JudgmentGroups reversed = new([.. judgments.Reverse()]);
        Assert.Equal(groups.Groups, reversed.Groups);
    }

    [Fact]
    public void Many_judgments_in_any_order_give_the_groups_of_a_plain_search()
    {
        SeededRandom random = new(3);
        Judgment[] judgments = [.. Enumerable.Range(0, 120).Select(_ => Right($"i{random.Below(150)}", $"i{random.Below(150)}"))];
        HashSet<string> Reach(string from)
        {
            HashSet<string> seen = [from];
            while (judgments.Where(judgment => seen.Contains(judgment.Item) != seen.Contains(judgment.Query.Id!)).Any(judgment => seen.Add(judgment.Item) | seen.Add(judgment.Query.Id!)))
            {
            }
            return seen;
        }

        JudgmentGroups groups = new(judgments);

        Assert.All(groups.Groups, group => Assert.Equal(Reach(group[0]).Order(StringComparer.Ordinal), group));
        Assert.Equal(judgments.Where(judgment => judgment.Item != judgment.Query.Id).SelectMany(judgment => (string[])[judgment.Item, judgment.Query.Id!]).Distinct().Count(), groups.Groups.Sum(group => group.Count));
    }

    [Fact]
    public void Labels_are_a_data_set_that_training_reads()
    {
        using TemporaryFolder folder = new();
        string[] ids = ["cats/one, two.jpg", "cats/three.jpg", "dogs/\"four\".jpg", "dogs/five.jpg", "dogs/six.jpg"];
        foreach (string id in ids)
        {
            string file = Path.Combine(folder.Path, id);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, []);
        }
        JudgmentGroups groups = new([Right(ids[0], ids[1]), Right(ids[2], ids[3]), Right(ids[3], ids[4]), Wrong(ids[2], ids[4]), Wrong(ids[0], ids[4])]);
        string table = Path.Combine(folder.Path, "labels.csv");
        File.WriteAllText(table, JudgmentExport.Labels(groups));

        Dataset dataset = DatasetSource.Open(table);

        Assert.False(dataset.MultiLabel);
        Assert.Equal(["group-1", "group-2"], dataset.ClassNames);
        Assert.Equal(ids.Order(StringComparer.Ordinal).Select(id => (id, id.StartsWith("cats", StringComparison.Ordinal) ? 0 : 1)), dataset.Items.Select(item => (item.Id, item.Labels[0])));
        Assert.Equal(["0", "0", "1", "0", "1"], File.ReadAllLines(table).Skip(1).Select(line => line.Split(',')[^1]));
    }

    [Fact]
    public void An_image_that_lies_elsewhere_is_named_by_its_path()
    {
        JudgmentGroups groups = new([Right("a.jpg", "b.jpg")]);
        Assert.Equal("path,label,conflicts\na.jpg,group-1,0\n.uploads/b,group-1,0\n", JudgmentExport.Labels(groups, id => id == "b.jpg" ? ".uploads/b" : id));
    }

    [Fact]
    public void The_table_of_judgments_has_a_line_each()
    {
        string table = JudgmentExport.Csv([Right("a,1", "b"), new(new JudgedQuery(Code: "ff"), "b", false, Time)]);
        Assert.Equal("query,item,relevant,time\n\"a,1\",b,true,2026-03-01T12:00:00.0000000Z\ncode:ff,b,false,2026-03-01T12:00:00.0000000Z\n", table);
    }

    private static Judgment Right(string query, string item) => new(new JudgedQuery(Id: query), item, true, Time);

    private static Judgment Wrong(string query, string item) => new(new JudgedQuery(Id: query), item, false, Time);
}
