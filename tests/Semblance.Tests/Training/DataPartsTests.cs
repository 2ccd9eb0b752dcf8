using FsCheck;
using FsCheck.Fluent;
using Semblance.Data;
using Semblance.Data.Stores;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class DataPartsTests
{
    private static readonly Lazy<Dataset> Cifar = new(() => Make(10, Enumerable.Range(0, 60_000).Select(k => (k % 10, k < 50_000 ? "train" : "test"))));

    [Theory]
    [InlineData("cifar10-54k", 5_000, 1_000, 54_000)]
    [InlineData("cifar10-59k", 5_000, 1_000, 59_000)]
    [InlineData("cifar10-50k", 5_000, 1_000, 50_000)]
    [InlineData("cifar10-full", 50_000, 10_000, 50_000)]
    public void Cifar_protocols_have_the_published_counts(string protocol, int train, int query, int database)
    {
        DataParts parts = DataParts.Of(Cifar.Value, Recipe($"protocol: {protocol}", "validation: {kind: none}"));
        Assert.Equal((train, query, database), (parts.Train.Count, parts.Query.Count, parts.Database!.Count));
        Assert.All(parts.Train.ClassCounts(), count => Assert.Equal(train / 10, count));
        Assert.All(parts.Query.ClassCounts(), count => Assert.Equal(query / 10, count));
        Assert.Empty(Ids(parts.Query).Intersect(Ids(parts.Database)));
        Assert.Empty(Ids(parts.Query).Intersect(Ids(parts.Train)));
        Assert.Contains($"{protocol}-query-{query}", parts.Query.Name, StringComparison.Ordinal);
        Assert.Contains($"{protocol}-database-{database}", parts.Database.Name, StringComparison.Ordinal);
        Assert.Equal($"{protocol}(query {query}, database {database}, train {train})", parts.Protocol);
        // Only the 54k protocol keeps training images out of the database.
        Assert.Equal(protocol == "cifar10-54k" ? 0 : train, Ids(parts.Train).Intersect(Ids(parts.Database)).Count());
        if (protocol is "cifar10-59k" or "cifar10-50k")
        {
            Assert.All(parts.Query.Items, item => Assert.Equal("test", item.Split));
            Assert.All(parts.Train.Items, item => Assert.Equal("train", item.Split));
        }
    }

    [Fact]
    public void A_cifar_protocol_on_other_images_is_refused()
    {
        Dataset few = Make(10, Enumerable.Range(0, 600).Select(k => (k % 10, "train")));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => DataParts.Of(few, Recipe("protocol: cifar10-54k")));
        Assert.Contains("CIFAR-10 whole", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Splits_are_taken_as_they_are()
    {
        Dataset data = Make(3, Enumerable.Range(0, 60).Select(k => (k % 3, k < 30 ? "train" : k < 40 ? "query" : "database")));
        DataParts parts = DataParts.Of(data, Recipe("protocol: splits", "validation: {kind: none}"));
        Assert.Equal((30, 10, 20), (parts.Train.Count, parts.Query.Count, parts.Database!.Count));
        Assert.Equal(Ids(parts.Train), Ids(DataParts.Of(data, Recipe("validation: {kind: none}")).Train));
    }

    [Fact]
    public void Queries_that_search_each_other_have_no_database()
    {
        Dataset data = Make(4, Enumerable.Range(0, 40).Select(k => (k % 4, k % 4 < 2 ? "train" : "query")));
        DataParts parts = DataParts.Of(data, Recipe("protocol: class-disjoint", "database: null", "validation: {kind: none}"));
        Assert.Null(parts.Database);
        Assert.Equal(20, parts.Query.Count);
        Assert.Contains("leave-one-out", parts.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_classes_are_refused_where_none_may_be_shared()
    {
        Dataset data = Make(3, Enumerable.Range(0, 30).Select(k => (k % 3, k % 3 == 0 ? "train" : k % 3 == 1 && k < 10 ? "train" : "query")));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => DataParts.Of(data, Recipe("protocol: class-disjoint", "database: null")));
        Assert.Contains("share 1 classes, such as \"class-1\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_split_is_named()
    {
        Dataset data = Make(2, Enumerable.Range(0, 20).Select(k => (k % 2, k < 10 ? "train" : "test")));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => DataParts.Of(data, Recipe("protocol: splits")));
        Assert.Contains("split \"query\"", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("\"test\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_with_one_image_is_refused_by_its_name()
    {
        Dataset data = Make(3, Enumerable.Range(0, 21).Select(k => (k == 20 ? 2 : k % 2, "")));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => DataParts.Of(data, Recipe("protocol: per-class")));
        Assert.Contains("class \"class-2\" has one image", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_images_of_a_class_are_held_out_at_least()
    {
        Dataset data = Make(3, Enumerable.Range(0, 24).Select(k => (k < 10 ? 0 : k < 20 ? 1 : 2, "train")).Append((0, "query")).Append((0, "database")));
        DataParts parts = DataParts.Of(data, Recipe("protocol: splits", "validation: {amount: 0.1}"));
        Assert.Equal([2, 2, 2], parts.Validation!.ClassCounts());
        Assert.Equal([8, 8, 2], parts.Train.ClassCounts());
        Assert.Null(DataParts.Of(Make(3, Enumerable.Range(0, 9).Select(k => (k % 3, "train")).Append((0, "query")).Append((0, "database"))), Recipe("protocol: splits")).Validation);
    }

    [Fact]
    public void Images_with_several_labels_are_held_out_in_the_amount_that_is_asked_for()
    {
        // Every image has three of ten labels: a tenth of each class one after the other would be a quarter of all.
        Dataset data = Make(10, Enumerable.Range(0, 1000).Select(k => (0, k < 980 ? "train" : k < 990 ? "query" : "database")))
            .Relabel([.. Enumerable.Range(0, 1000).Select(k => new[] { k % 10, ((k % 10) + 1 + (k / 10 % 4)) % 10, ((k % 10) + 5 + (k / 40 % 5)) % 10 }.Distinct().Order().ToArray())], multiLabel: true);
        DataParts parts = DataParts.Of(data, Recipe("protocol: splits"));
        Assert.InRange(parts.Validation!.Count, 98, 130);
        Assert.All(parts.Validation.ClassCounts().Zip(parts.Train.ClassCounts()), counts => Assert.True(counts.First >= (counts.First + counts.Second) / 10));
    }

    [Fact]
    public void Whole_classes_are_held_out_where_no_class_may_be_shared()
    {
        Dataset data = Make(12, Enumerable.Range(0, 120).Select(k => (k % 12, k % 12 < 8 ? "train" : "query")));
        DataParts parts = DataParts.Of(data, Recipe("protocol: class-disjoint", "database: null", "validation: {amount: 0.25}"));
        Assert.Equal((60, 20), (parts.Train.Count, parts.Validation!.Count));
        Assert.DoesNotContain(Enumerable.Range(0, 12), label => parts.Train.ClassCounts()[label] > 0 && parts.Validation.ClassCounts()[label] > 0);
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => DataParts.Of(Make(3, Enumerable.Range(0, 30).Select(k => (k % 3, k % 3 < 2 ? "train" : "query"))), Recipe("protocol: class-disjoint", "database: null")));
        Assert.Contains("leaves no two", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query", "are queries")]
    [InlineData("train", "train")]
    public void A_model_is_not_chosen_by_images_that_train_or_judge_it(string split, string role)
    {
        Dataset data = Make(3, Enumerable.Range(0, 60).Select(k => (k % 3, k < 30 ? "train" : k < 40 ? "query" : "database")));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => DataParts.Of(data, Recipe("protocol: splits", $"validation: {{kind: split, split: {split}}}")));
        Assert.Contains($"validate and {role}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_of_its_own_validates()
    {
        Dataset data = Make(3, Enumerable.Range(0, 60).Select(k => (k % 3, k < 30 ? "train" : k < 40 ? "query" : k < 50 ? "val" : "database")));
        Assert.Equal(10, DataParts.Of(data, Recipe("protocol: splits", "validation: {kind: split, split: val}")).Validation!.Count);
    }

    [Fact]
    public void Too_few_images_for_the_counts_are_refused()
    {
        Dataset data = Make(2, Enumerable.Range(0, 8).Select(k => (k % 2, "")));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => DataParts.Of(data, Recipe("protocol: per-class", "per-class: {query: 4}")));
        Assert.Contains("leaves none for the train part", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_image_plays_two_parts() =>
        Properties.Hold(Prop.ForAll(Cases().ToArbitrary(), drawn =>
        {
            Dataset data = Make(drawn.Classes, Enumerable.Range(0, drawn.Classes * drawn.Each).Select(k => (k % drawn.Classes, "")));
            DataRecipe recipe = Recipe("protocol: per-class", $"split-seed: {drawn.Seed}", $"per-class: {{query: {drawn.Query}, train: {drawn.Train}, database: without-training}}", "validation: {amount: 0.2}");
            DataParts parts = DataParts.Of(data, recipe), again = DataParts.Of(data, recipe);
            Dataset[] all = [parts.Train, parts.Query, parts.Database!, .. parts.Validation is { } held ? new[] { held } : []];
            string[] ids = [.. all.SelectMany(Ids)];
            return ids.Length == ids.Distinct().Count()
                && ids.Length == data.Count
                && parts.Query.ClassCounts().All(count => count == drawn.Query)
                && (parts.Validation?.ClassCounts() ?? new int[drawn.Classes]).Zip(parts.Train.ClassCounts()).All(pair => pair.First + pair.Second == drawn.Train && pair.First != 1)
                && ids.SequenceEqual(new[] { again.Train, again.Query, again.Database!, again.Validation }.OfType<Dataset>().SelectMany(Ids));
        }));

    [Fact]
    public void Another_seed_draws_other_queries_and_another_training_count_the_same()
    {
        Dataset data = Make(5, Enumerable.Range(0, 200).Select(k => (k % 5, "")));
        DataParts first = DataParts.Of(data, Recipe("protocol: per-class", "per-class: {query: 6, train: 10}"));
        DataParts other = DataParts.Of(data, Recipe("protocol: per-class", "split-seed: 1", "per-class: {query: 6, train: 10}"));
        DataParts more = DataParts.Of(data, Recipe("protocol: per-class", "per-class: {query: 6, train: 20}"));
        Assert.NotEqual(Ids(first.Query), Ids(other.Query));
        Assert.Equal(Ids(first.Query), Ids(more.Query));
    }

    private sealed record Drawn(int Classes, int Each, int Query, int Train, int Seed);

    private static Gen<Drawn> Cases() =>
        from classes in Gen.Choose(2, 6)
        from query in Gen.Choose(1, 4)
        from train in Gen.Choose(2, 12)
        from rest in Gen.Choose(1, 5)
        from seed in Gen.Choose(0, 1000)
        select new Drawn(classes, query + train + rest, query, train, seed);

    private static IEnumerable<string> Ids(Dataset data) => data.Items.Select(item => item.Id);

    private static DataRecipe Recipe(params string[] lines) => Semblance.Training.Recipe.Parse(
        $"data:\n  path: x\n{string.Concat(lines.Select(line => $"  {line}\n"))}model: {{backbone: convnet}}\nobjective: [{{loss: multi-similarity}}]\n", "tiny.yaml", TrainingRun.Catalogue).Data;

    private static Dataset Make(int classes, IEnumerable<(int Label, string Split)> items)
    {
        DataItem[] all = [.. items.Select((item, k) => new DataItem($"{k:00000}", [item.Label], item.Split))];
        return new Dataset("tiny", [.. Enumerable.Range(0, classes).Select(k => $"class-{k}")], all, new NoImages(all.Length), multiLabel: false);
    }

    private sealed class NoImages(int count) : ImageStore
    {
        public override int Count => count;

        public override string Describe(int place) => $"image {place}";

        public override ReadOnlyMemory<byte> Read(int place) => throw new NotSupportedException();
    }
}
