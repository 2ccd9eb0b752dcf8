using System.Globalization;
using System.Text.Json;
using Semblance.Index;
using Semblance.Serving.Stores;
using Semblance.Tests.Index;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>Items, and searches over them, from a seed.</summary>
internal static class TestItems
{
    private static readonly string[] Words = ["red", "green", "blue", "größe", "a b", "c,d", "e\"f\\g", "{h}", "NULL", "後"];

    /// <summary>Items of which many have equal codes, some tags and payloads.</summary>
    public static List<Item> Make(int seed, int count, int bits, IdKind ids, bool copies)
    {
        Random random = new(seed);
        Codes codes = copies ? RandomCodes.WithCopies(random, count, bits) : RandomCodes.Make(seed, count, bits);
        HashSet<ItemId> taken = [];
        List<Item> items = [];
        for (int row = 0; row < count; row++)
        {
            ItemId id;
            do
            {
                id = ids == IdKind.Number ? new ItemId(random.Next(4) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-1000, 100_000)) : new ItemId(Text(random));
            }
            while (!taken.Add(id));
            items.Add(new Item(id, codes[row].ToArray(), Enumerable.Range(0, random.Next(4)).Select(_ => Words[random.Next(Words.Length)]), Payload(random)));
        }
        return items;
    }

    /// <summary>Searches of every kind.</summary>
    public static IEnumerable<StoreSearch> Searches(int bits, int count)
    {
        yield return new StoreSearch { K = 10 };
        yield return new StoreSearch { K = count + 7, Items = false };
        yield return new StoreSearch { K = 1000, Radius = 0 };
        yield return new StoreSearch { K = 25, Radius = Math.Max(1, bits / 8) };
        yield return new StoreSearch { K = 7, Filter = new ItemFilter { AllTags = ["red", "blue"] } };
        yield return new StoreSearch { K = 9, Filter = new ItemFilter { AnyTags = ["größe", "e\"f\\g"], NoTags = ["red"] } };
        yield return new StoreSearch { K = 9, Filter = new ItemFilter { NoTags = ["red", "green", "NULL"] }, Radius = bits / 2 };
        yield return new StoreSearch { K = 9, Filter = new ItemFilter { Payload = JsonDocument.Parse("""{"n": 1.0}""").RootElement } };
        yield return new StoreSearch { K = 9, Filter = new ItemFilter { AnyTags = ["{h}", "none"], Payload = JsonDocument.Parse("""{"list": [3, "x"]}""").RootElement } };
        yield return new StoreSearch { K = 9, Filter = new ItemFilter { AllTags = ["nobody"] } };
    }

    /// <summary>Fails unless two stores answer alike, in every respect.</summary>
    public static async Task SameAnswersAsync(ISearchStore expected, ISearchStore found, Codes queries, int count)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        foreach (StoreSearch search in Searches(expected.Bits, count))
        {
            IReadOnlyList<StoreAnswer> a = await expected.SearchAsync(queries, search, cancellation);
            IReadOnlyList<StoreAnswer> b = await found.SearchAsync(queries, search, cancellation);
            Assert.Equal(a.Select(Words1), b.Select(Words1));
            Assert.All(b, answer => Assert.Null(answer.Missing));
        }
    }

    /// <summary>Everything that an item is.</summary>
    public static string Words2(Item item) => $"{item.Id} {string.Join('.', item.Code.ToArray())} {string.Join('|', item.Tags)} {item.Payload}";

    private static string Words1(StoreAnswer answer) => string.Join('\n', answer.Matches.Select(match => string.Create(CultureInfo.InvariantCulture, $"{match.Distance} {match.Id} {(match.Item is { } item ? Words2(item) : "")}")));

    private static string Text(Random random)
    {
        string[] parts = ["a", "B", "/", ".jpg", "é", "\uE000", "😀", " ", "zz", "_"];
        return string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => parts[random.Next(parts.Length)]));
    }

    private static string? Payload(Random random) => random.Next(6) switch
    {
        0 => """{ "n" : 1,  "list":[1, 2,3,"x"] }""",
        1 => """{"b": {"c": null}, "a": 1, "a": 2, "n": 1e0}""",
        2 => "[1,2]",
        3 => """{"bad": "\u0000", "n": 1}""",
        _ => null,
    };
}
