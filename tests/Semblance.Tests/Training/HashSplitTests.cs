using Semblance.Data;
using Semblance.Data.Stores;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>The published divisions for hashing, on sets of nothing but labels; small ones where only the counts of a protocol are set lower.</summary>
public sealed class HashSplitTests
{
    [Theory]
    [InlineData(Protocols.Cifar100Full, "cifar100-full(query 10000, database 50000, train 50000)")]
    [InlineData(Protocols.Voc2007, "voc-2007(query 4952, database 5011, train 5011)")]
    [InlineData(Protocols.Voc2012, "voc-2012(query 5823, database 5717, train 5717)")]
    [InlineData(Protocols.Voc2012Over6540, "voc-2012-6540(query 1000, database 6540, train 4000)")]
    [InlineData(Protocols.MirFlickr38, "mirflickr-38(query 1000, database 19581, train 4000)")]
    [InlineData(Protocols.MirFlickr24, "mirflickr-24(query 1000, database 19581, train 4000)")]
    [InlineData(Protocols.MirFlickr38All, "mirflickr-38-all(query 1000, database 20000, train 4000)")]
    [InlineData(Protocols.Imagenet100, "imagenet-100(query 5000, database 128503, train 13000)")]
    [InlineData(Protocols.Coco, "coco(query 5000, database 117218, train 10000)")]
    [InlineData(Protocols.NusWide21, "nus-wide-21(query 2100, database 193734, train 10500)")]
    public void The_whole_set_is_divided_as_published(string protocol, string description)
    {
        HashSplit split = HashSplit.Of(protocol)!;
        Dataset whole = split.Reduce(Whole(protocol));
        DataParts parts = DataParts.Of(whole, Under(protocol));
        Assert.Equal(description, parts.Protocol);
        Assert.Equal(split.Classes, parts.Train.ClassNames.Count);
        Assert.Empty(Ids(parts.Query).Intersect(Ids(parts.Database!)));
        Assert.Empty(Ids(parts.Query).Intersect(Ids(parts.Train)));
        Assert.Equal(split.Training == TrainingImages.AreApart ? 0 : split.Train, Ids(parts.Train).Intersect(Ids(parts.Database!)).Count());
        Assert.Equal(Ids(parts.Query), Ids(DataParts.Of(whole, Under(protocol)).Query));
    }

    [Fact]
    public void Concepts_are_the_most_frequent_ones_and_every_image_keeps_those_alone()
    {
        Dataset data = Of("nus", 4, [("", [0, 3], 5), ("", [1], 2), ("", [2, 1], 1), ("", [3], 4)]);
        Dataset reduced = (HashSplit.Of(Protocols.NusWide21)! with { Classes = 2 }).Reduce(data);
        Assert.Equal(["c0", "c3"], reduced.ClassNames);
        Assert.Equal([5, 9], reduced.ClassCounts());
        Assert.Equal(3, reduced.Items.Count(item => item.Labels.Length == 0));
        Assert.Same(data, (HashSplit.Of(Protocols.NusWide21)! with { Classes = 4 }).Reduce(data));
    }

    [Fact]
    public void Lists_are_taken_as_they_are()
    {
        DataParts parts = Small().Divide(Listed(), 0);
        Assert.Equal("coco(query 2, database 6, train 3)", parts.Protocol);
        Assert.Equal(["1", "2", "3"], Ids(parts.Train));
        Assert.Equal(["0", "7"], Ids(parts.Query));
        Assert.Equal(["2", "3", "4", "5", "6", "8"], Ids(parts.Database!));
    }

    [Fact]
    public void Lists_of_the_same_counts_are_told_apart_by_who_is_in_them_and_not_by_their_order()
    {
        Dataset data = Listed();
        DataRecipe splits = new() { Protocol = Protocols.Splits, Validation = new() { Kind = ValidationKind.None } };
        string division = DataParts.Of(data, splits).Division;
        Dataset turned = data.Subset([.. Enumerable.Range(0, data.Count).Reverse()], "turned"), shorter = data.Subset([.. Enumerable.Range(0, data.Count - 1)], "shorter");

        Assert.Equal(64, division.Length);
        Assert.Equal(division, DataParts.Of(turned, splits with { Division = division[..12] }).Division);
        Assert.Equal(division, DataParts.Of(data, splits with { Validation = new() { Kind = ValidationKind.Images } }).Division);
        string refusal = Assert.Throws<InvalidDataException>(() => DataParts.Of(shorter, splits with { Division = division[..12] })).Message;
        Assert.Contains($"data.division is {division[..12]}: other images", refusal, StringComparison.Ordinal);
        Assert.NotEqual(division, DataParts.Of(shorter, splits).Division);
    }

    [Theory]
    [InlineData(3, 3, 6, 2)]
    [InlineData(2, 4, 6, 2)]
    [InlineData(2, 3, 7, 2)]
    [InlineData(2, 3, 6, 3)]
    public void Other_counts_than_the_protocol_promises_are_refused(int query, int train, int database, int classes)
    {
        string message = Assert.Throws<InvalidDataException>(() => (Small() with { Query = query, Train = train, Database = database, Classes = classes }).Divide(Listed(), 0)).Message;
        Assert.StartsWith("small has 2 classes, 2 images that ask, 3 that train and 6 that are searched; protocol coco is MS-COCO 2014: ", message, StringComparison.Ordinal);
        Assert.Contains($": {classes} classes, {query}, {train} and {database} that are searched.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_only_the_number_of_all_images_is_published_that_is_held()
    {
        HashSplit split = Small() with { Database = null, Images = 9 };
        Assert.Equal(6, split.Divide(Listed(), 0).Database!.Count);
        Assert.Contains("and 9 in all; protocol", Assert.Throws<InvalidDataException>(() => (split with { Images = 10 }).Divide(Listed(), 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_in_two_parts_that_are_apart_are_refused()
    {
        Assert.Contains("1 images ask and are searched, such as \"0\"", Refusal(Small() with { Database = 7 }, Listed((0, "query database"))), StringComparison.Ordinal);
        Assert.Contains("1 images ask and train, such as \"1\"", Refusal(Small() with { Query = 3 }, Listed((1, "query train"))), StringComparison.Ordinal);
        Assert.Contains("2 images train and are searched, such as \"2\"", Refusal(Small() with { Training = TrainingImages.AreApart }, Listed()), StringComparison.Ordinal);
        Assert.Contains("1 training images are not searched", Refusal(Small() with { Training = TrainingImages.AreSearched }, Listed()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Protocols.NusWide21Copy)]
    [InlineData(Protocols.NusWide81Copy)]
    public void A_division_that_only_lists_have_needs_them(string protocol) =>
        Assert.Contains("comes without the lists train.txt, test.txt and database.txt", Assert.Throws<InvalidDataException>(() => DataParts.Of(Of("nus", 81, [("", [0], 5)]), Under(protocol))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_lists_of_cifar_10_are_taken_for_its_protocols()
    {
        Dataset lists = Of("lists", 10, [.. Enumerable.Range(0, 10).SelectMany(label => new[] { ("test", new[] { label }, 100), ("train", [label], 500), ("database", [label], 5_400) })]);
        Assert.Equal("cifar10-54k(query 1000, database 54000, train 5000)", DataParts.Of(lists, Under(Protocols.Cifar10Over54k)).Protocol);
        Assert.Contains("protocol cifar10-59k is CIFAR-10: 10 classes, 1,000, 5,000 and 59,000", Assert.Throws<InvalidDataException>(() => DataParts.Of(lists, Under(Protocols.Cifar10Over59k))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dealing_takes_so_many_of_each_class_and_leaves_out_images_without_a_label()
    {
        Dataset data = Of("small", 3, [("", [0, 1, 2], 30), ("", [1], 10), ("", [], 4), ("", [2], 6)]);
        Roles roles = HashDealing.OfEachClass(2, 3)(data, 1);
        Assert.Equal((6, 9, 40), (roles.Query.Length, roles.Train.Length, roles.Database.Length));
        Assert.DoesNotContain(roles.Database, index => data.Items[index].Labels.Length == 0);
        Assert.NotEqual(roles.Query, HashDealing.OfEachClass(2, 3)(data, 2).Query);
        Assert.Equal((5, 7, 34), Counts(HashDealing.AtRandom(5, 7)(data, 1)));
        Assert.Equal((5, 7, 41), Counts(HashDealing.AtRandom(5, 7, trainingIsSearched: true)(data, 1)));
        Assert.Equal((5, 7, 38), Counts(HashDealing.AtRandom(5, 7, unlabelled: true)(data, 1)));
    }

    private static (int, int, int) Counts(Roles roles) => (roles.Query.Length, roles.Train.Length, roles.Database.Length);

    private static string Refusal(HashSplit split, Dataset data) => Assert.Throws<InvalidDataException>(() => split.Divide(data, 0)).Message;

    private static HashSplit Small() => HashSplit.Of(Protocols.Coco)! with { Classes = 2, Query = 2, Train = 3, Database = 6 };

    /// <summary>Lists in which two of three training images are searched; some images in other splits.</summary>
    private static Dataset Listed(params (int Image, string Splits)[] others)
    {
        string[] splits = ["query", "train", "train database", "database train", "database", "database", "database", "query", "database"];
        foreach ((int image, string other) in others)
        {
            splits[image] = other;
        }
        return Of("small", 2, [.. splits.Select((split, i) => (split, new[] { i % 2 }, 1))]);
    }

    private static IEnumerable<string> Ids(Dataset data) => data.Items.Select(item => item.Id);

    private static DataRecipe Under(string protocol) => new() { Protocol = protocol, Validation = new() { Kind = ValidationKind.None } };

    private static Dataset Whole(string protocol) => protocol switch
    {
        Protocols.Cifar100Full => Of("cifar", 100, [.. Each(100, "train", 500), .. Each(100, "test", 100)]),
        Protocols.Imagenet100 => Of("imagenet", 100, [.. Each(99, "train", 1_285), ("train", [99], 1_288), .. Each(100, "val", 50)]),
        Protocols.Voc2007 => Of("voc", 20, [("train", [14, 3], 2_501), ("val", [0], 2_510), ("test", [1, 2], 4_952)]),
        Protocols.Voc2012 or Protocols.Voc2012Over6540 => Of("voc", 20, [("train", [14, 3], 5_717), ("val", [0], 5_823)]),
        Protocols.Coco => Of("coco", 80, [("train", [3, 4], 82_081), ("train", [], 702), ("val", [79], 40_137), ("val", [], 367)]),
        Protocols.NusWide21 => Of("nus", 81, [.. Enumerable.Range(0, 21).Select(label => ("", new[] { label }, label == 0 ? 9_334 : 9_325)), .. Enumerable.Range(0, 60).Select(label => ("", new[] { 21 + label }, 30)), ("", [], 1_000)]),
        _ => Flickr(),
    };

    /// <summary>38 labels of which 14 are the relevant ones among potential ones; 419 images have none.</summary>
    private static Dataset Flickr()
    {
        Dataset data = Of("flickr", 38, [("", [0, 1], 10_000), ("", [2, 3, 30], 14_581), ("", [], 419)]);
        string[] names = [.. Enumerable.Range(0, 38).Select(label => label is > 0 and < 29 && label % 2 == 1 ? $"l{label - 1}_r1" : $"l{label}")];
        return new(data.Name, names, data.Items, new FileStore([.. Ids(data)]), multiLabel: true);
    }

    private static IEnumerable<(string, int[], int)> Each(int classes, string split, int count) => Enumerable.Range(0, classes).Select(label => (split, new[] { label }, count));

    private static Dataset Of(string name, int classes, (string Split, int[] Labels, int Count)[] groups)
    {
        List<DataItem> items = [];
        foreach ((string split, int[] labels, int count) in groups)
        {
            for (int i = 0; i < count; i++)
            {
                items.Add(new($"{items.Count}", labels, split));
            }
        }
        return new(name, [.. Enumerable.Range(0, classes).Select(label => $"c{label}")], items, new FileStore([.. items.Select(item => item.Id)]), multiLabel: true);
    }
}
