using Semblance.Data;
using Semblance.Data.Stores;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>The published divisions on sets of nothing but labels, of which each class has as many images as it takes.</summary>
public sealed class PublishedSplitTests
{
    public static TheoryData<string> Published => [Protocols.Cub200, Protocols.Cars196, Protocols.Sop, Protocols.InShop, Protocols.ImagenetLt, Protocols.PlacesLt, Protocols.Inat2018];

    [Theory]
    [InlineData(Protocols.Cub200, "cub-200(query 5924, leave-one-out, train 5864)")]
    [InlineData(Protocols.Cars196, "cars-196(query 8131, leave-one-out, train 8054)")]
    [InlineData(Protocols.Sop, "sop(query 60502, leave-one-out, train 59551)")]
    [InlineData(Protocols.InShop, "in-shop(query 14218, database 12612, train 25882)")]
    public void The_whole_set_is_divided_as_published(string protocol, string description)
    {
        DataParts parts = DataParts.Of(Whole(protocol), Under(protocol));
        Assert.Equal(description, parts.Protocol);
        Assert.Equal(protocol, parts.Rule);
        Assert.Empty(parts.Train.Items.Select(item => item.Labels[0]).Intersect(parts.Query.Items.Select(item => item.Labels[0])));
    }

    [Theory]
    [InlineData(Protocols.ImagenetLt, "imagenet-lt(query 50000, database 115846, train 115846)")]
    [InlineData(Protocols.PlacesLt, "places-lt(query 36500, database 62500, train 62500)")]
    [InlineData(Protocols.Inat2018, "inat-2018(query 24426, database 437513, train 437513)")]
    public void A_long_tail_trains_and_is_searched_by_other_images_of_its_classes(string protocol, string description)
    {
        DataParts parts = DataParts.Of(Whole(protocol), Under(protocol));
        Assert.Equal(description, parts.Protocol);
        Assert.Equal(parts.Train.Items, parts.Database!.Items);
        Assert.Empty(parts.Train.Items.Select(item => item.Id).Intersect(parts.Query.Items.Select(item => item.Id)));
        Assert.Equal(ValidationKind.Images, TestLosses.Read($"data: {{path: x, protocol: {protocol}}}\nmodel: {{backbone: convnet}}\nobjective: [{{loss: multi-similarity}}]").Data.Validation.Kind);
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void A_part_of_the_set_is_refused_under_the_published_name(string protocol)
    {
        Dataset whole = Whole(protocol);
        Dataset part = whole.Subset([.. Enumerable.Range(0, whole.Count - 1)], "part");
        string message = Assert.Throws<InvalidDataException>(() => DataParts.Of(part, Under(protocol))).Message;
        Assert.StartsWith("part has ", message, StringComparison.Ordinal);
        Assert.Contains($"protocol {protocol} is ", message, StringComparison.Ordinal);
        Assert.EndsWith("for a part of it.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_refusal_names_what_was_found_and_what_is_needed()
    {
        Dataset small = Of("small", 4, [("", 0, 3), ("", 1, 2), ("", 2, 4), ("", 3, 1)]);
        Assert.Equal(
            "small has 5 images of 2 classes that train, 5 images of 2 classes that ask; protocol cub-200 is CUB-200-2011 whole, 5,864 images of 100 classes that train, 5,924 images of 100 classes that ask. Unpack all of it, or use protocol half-classes for a part of it.",
            Assert.Throws<InvalidDataException>(() => DataParts.Of(small, Under(Protocols.Cub200))).Message);
        Assert.Contains("small has 0 images of 0 classes that train", Assert.Throws<InvalidDataException>(() => DataParts.Of(small, Under(Protocols.InShop))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_of_any_size_is_divided_by_its_classes()
    {
        Dataset small = Of("small", 5, [("x", 0, 2), ("y", 1, 2), ("x", 2, 4), ("y", 3, 1), ("", 4, 2)]);
        DataParts parts = DataParts.Of(small, Under(Protocols.HalfClasses));
        Assert.Equal([0, 0, 1, 1], parts.Train.Items.Select(item => item.Labels[0]));
        Assert.Equal([2, 2, 2, 2, 3, 4, 4], parts.Query.Items.Select(item => item.Labels[0]));
        Assert.Null(parts.Database);
        Assert.Equal("half-classes(query 7, leave-one-out, train 4)", parts.Protocol);
        Assert.Contains("has 1 classes", Assert.Throws<InvalidDataException>(() => DataParts.Of(Of("one", 1, [("", 0, 2)]), Under(Protocols.HalfClasses))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_classes_are_apart_classes_validate()
    {
        Recipe recipe = TestLosses.Read("data: {path: x, protocol: half-classes}\nmodel: {backbone: convnet}\nobjective: [{loss: multi-similarity}]");
        Assert.Equal(ValidationKind.Classes, recipe.Data.Validation.Kind);
    }

    private static DataRecipe Under(string protocol) => new() { Protocol = protocol, Validation = new() { Kind = ValidationKind.None } };

    private static Dataset Whole(string protocol) => protocol switch
    {
        Protocols.Cub200 => Of("cub", 200, [.. Spread("", 0, 100, 5_864), .. Spread("", 100, 100, 5_924)]),
        Protocols.Cars196 => Of("cars", 196, [.. Spread("", 0, 98, 8_054), .. Spread("", 98, 98, 8_131)]),
        Protocols.Sop => Of("sop", 22_634, [.. Spread("train", 0, 11_318, 59_551), .. Spread("test", 11_318, 11_316, 60_502)]),
        Protocols.ImagenetLt => Of("imagenet", 1_000, [.. Spread("train", 0, 1_000, 115_846), .. Spread("val", 0, 1_000, 20_000), .. Spread("test", 0, 1_000, 50_000)]),
        Protocols.PlacesLt => Of("places", 365, [.. Spread("train", 0, 365, 62_500), .. Spread("val", 0, 365, 7_300), .. Spread("test", 0, 365, 36_500)]),
        Protocols.Inat2018 => Of("inat", 8_142, [.. Spread("train", 0, 8_142, 437_513), .. Spread("val", 0, 8_142, 24_426)]),
        _ => Of("shop", 7_982, [.. Spread("train", 0, 3_997, 25_882), .. Spread("query", 3_997, 3_985, 14_218), .. Spread("gallery", 3_997, 3_985, 12_612)]),
    };

    /// <summary>So many images, as evenly over the classes as they go.</summary>
    private static IEnumerable<(string Split, int Label, int Count)> Spread(string split, int first, int classes, int images) =>
        Enumerable.Range(0, classes).Select(i => (split, first + i, (images / classes) + (i < images % classes ? 1 : 0)));

    private static Dataset Of(string name, int classes, (string Split, int Label, int Count)[] groups)
    {
        List<DataItem> items = [];
        foreach ((string split, int label, int count) in groups)
        {
            for (int i = 0; i < count; i++)
            {
                items.Add(new($"{items.Count}", [label], split));
            }
        }
        return new(name, [.. Enumerable.Range(0, classes).Select(label => $"c{label}")], items, new FileStore([.. items.Select(item => item.Id)]), multiLabel: false);
    }
}
