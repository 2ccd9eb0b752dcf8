using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>Searches of a live index: ties, filters, batches, layouts.</summary>
public sealed class LiveIndexSearchTests
{
    public static TheoryData<int, IdKind> Kinds => new() { { 12, IdKind.Number }, { 64, IdKind.Number }, { 64, IdKind.Text }, { 130, IdKind.Text } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Results_are_the_same_for_every_layout_of_the_files(int bits, IdKind ids)
    {
        var random = new Random(bits);
        var source = new RandomItems(random, bits, ids, differentIds: 5000, differentCodes: 40);
        Item[] items = source.Batch(600);
        ItemId[] gone = [.. items.Where((_, i) => i % 7 == 3).Select(item => item.Id)];
        Oracle oracle = new();
        oracle.Put(items);
        oracle.Delete(gone);
        foreach (Action<LiveIndex> fill in Layouts(items, gone))
        {
            using LiveIndex index = LiveIndex.Create(new SimulatedStore(), new LiveIndexOptions { Bits = bits, Ids = ids, MemoryRows = 100_000, AutomaticCompaction = false });
            fill(index);
            RequireSearches(oracle, index, source);
        }
    }

    [Fact]
    public void Filters_say_what_they_mean()
    {
        string[] tags = ["cat", "red"];
        Assert.True(Filter.Any("dog", "cat").Accepts(tags));
        Assert.False(Filter.All("dog", "cat").Accepts(tags));
        Assert.True((Filter.All("cat", "red") & !Filter.Any("dog")).Accepts(tags));
        Assert.True((Filter.Any("dog") | Filter.Any("red")).Accepts(tags));
        Assert.False((!Filter.Any("red")).Accepts(tags));
        Assert.Throws<ArgumentException>(() => Filter.Any());
        Assert.Throws<ArgumentException>(() => Filter.All("cat", ""));
    }

    [Fact]
    public async Task A_search_can_be_cancelled()
    {
        using LiveIndex index = LiveIndex.Create(new SimulatedStore(), new LiveIndexOptions { Bits = 64 });
        index.Import(Enumerable.Range(0, 100).Select(i => (long)i).ToArray(), RandomCodes.Make(1, 100, 64));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => index.NearestAsync(new ulong[1], 3, cancellation: cancelled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => index.Within([0], 64, new LiveSearchOptions { Cancellation = cancelled.Token }));
        Assert.Equal(index.Nearest([0], 5), await index.NearestAsync(new ulong[1], 5));
        Assert.Equal(index.Within([0], 30), await index.WithinAsync(new ulong[1], 30));
    }

    [Fact]
    public void Tables_and_scans_of_a_large_segment_find_the_same()
    {
        const int Count = 60_000;
        using LiveIndex index = LiveIndex.Create(new SimulatedStore(), new LiveIndexOptions { Bits = 32, AutomaticCompaction = false });
        Codes codes = RandomCodes.Make(9, Count, 32);
        index.Import(Enumerable.Range(0, Count).Select(row => (row * 7919L) % Count).ToArray(), codes);
        Codes queries = RandomCodes.Make(10, 3, 32);
        index.Delete([1, 2, 3]);
        ItemMatch[][] plain = index.Nearest(queries, 20);
        Assert.DoesNotContain("tables.layout", index.Info().ColumnBytes.Keys);
        index.Compact();
        Assert.Contains("tables.layout", index.Info().ColumnBytes.Keys);
        Assert.Empty(index.Verify());
        index.Upsert(new Item(2, queries[0].ToArray()));
        foreach (SearchPlan plan in (SearchPlan[])[SearchPlan.Auto, SearchPlan.Scan, SearchPlan.MultiIndex])
        {
            LiveSearchOptions options = new() { Plan = plan };
            Assert.Equal([new ItemMatch(2, 0), .. plain[0].Take(19)], index.Nearest(queries, 20, options)[0]);
            Assert.Equal(plain[1], index.Nearest(queries[1], 20, options));
            Assert.Equal(index.Within(queries, 5, new LiveSearchOptions { Plan = SearchPlan.Scan }), index.Within(queries, 5, options));
        }

        Assert.Equal(["items in memory", "segment"], index.Explain(queries[0], 5).Select(part => part.Part.TrimStart([.. "0123456789. "])).Order());
    }

    [Fact]
    public void An_empty_index_finds_nothing()
    {
        using LiveIndex index = LiveIndex.Create(new SimulatedStore(), new LiveIndexOptions { Bits = 64 });
        Assert.Empty(index.Nearest([0], 10));
        Assert.Empty(index.Within([0], 64));
        Assert.Equal([[], []], index.Nearest(RandomCodes.Make(1, 2, 64), 3));
        Assert.Null(index.Find(1));
        Assert.Equal(0, index.Count);
        Assert.Empty(index.Verify());
    }

    [Fact]
    public void A_result_carries_its_item_when_it_is_asked_for()
    {
        using LiveIndex index = LiveIndex.Create(new SimulatedStore(), new LiveIndexOptions { Bits = 64, Ids = IdKind.Text });
        index.Upsert(new Item("a", new ulong[] { 1 }, ["x", "y", "x"], "{\"k\": [1, 2]}"));
        index.Flush();
        index.Upsert(new Item("b", new ulong[] { 3 }));
        ItemMatch[] found = index.Nearest([0], 2, new LiveSearchOptions { Items = true });
        Assert.Equal(["x", "y"], found[0].Item!.Tags);
        Assert.Equal("{\"k\": [1, 2]}", found[0].Item!.Payload);
        Assert.Equal([3UL], found[1].Item!.Code.ToArray());
        Assert.Empty(found[1].Item!.Tags);
        Assert.Null(found[1].Item!.Payload);
        Assert.Null(index.Nearest([0], 1)[0].Item);
    }

    [Fact]
    public void Many_equal_codes_are_stored_once_and_found_in_the_order_of_ids()
    {
        using LiveIndex index = LiveIndex.Create(new SimulatedStore(), new LiveIndexOptions { Bits = 64 });
        long[] ids = [.. Enumerable.Range(0, 3000).Select(i => (i * 7919L) % 3001)];
        index.Import(ids, new Codes(64, [.. ids.Select(id => (ulong)(id % 3))]));
        Assert.Equal(3, index.Info().Segments[0].Codes);
        Assert.Equal(ids.Where(id => id % 3 == 1).Order().Take(100), index.Nearest([1], 100).Select(match => match.Id.Number));
        Assert.Equal(ids.Order().Select(id => new ItemMatch(id, id % 3 == 0 ? 0 : 1)).OrderBy(match => match.Distance).ThenBy(match => match.Id), index.Within([0], 1));
        Assert.Equal(8 * 3, index.Info().ColumnBytes["codes"]);
        index.Delete([.. ids.Where(id => id < 1000).Select(id => new ItemId(id))]);
        Assert.Equal(ids.Where(id => id % 3 == 1 && id >= 1000).Order().Take(100), index.Nearest([1], 100).Select(match => match.Id.Number));
    }

    private static IEnumerable<Action<LiveIndex>> Layouts(Item[] items, ItemId[] gone)
    {
        yield return index =>
        {
            index.Upsert(items);
            index.Delete(gone);
        };
        yield return index =>
        {
            index.Import(items);
            index.Delete(gone);
        };
        yield return index =>
        {
            index.Import([.. items.Reverse()]);
            index.Delete(gone);
            index.Compact();
        };
        yield return index =>
        {
            foreach (Item[] part in items.Chunk(130))
            {
                index.Import(part);
            }

            index.Delete([.. gone.Take(gone.Length / 2)]);
            index.Flush();
            index.Delete([.. gone.Skip(gone.Length / 2)]);
            index.Upsert([.. items.Where((_, i) => i % 7 == 5)]);
        };
        yield return index =>
        {
            index.Import([.. items.Select(item => new Item(item.Id, items[0].Code))]);
            foreach (Item[] part in items.Chunk(90))
            {
                index.Upsert(part);
                index.Flush();
            }

            index.Delete(gone);
        };
    }

    private static void RequireScores(Oracle oracle, LiveIndex index, ulong[] query, LiveSearchOptions options, Func<Item, bool>? where)
    {
        // Weights of few values, so that distances tie.
        double[] weights = [.. Enumerable.Range(0, index.Bits).Select(bit => (double)(bit % 3))];
        float[] embedding = [.. Enumerable.Range(0, index.Bits).Select(bit => (float)(weights[bit] * (((query[bit >> 6] >> (bit & 63)) & 1) == 1 ? 1 : -1)))];
        ulong[] signs = Codes.FromSigns(embedding, index.Bits)[0].ToArray();
        Item[] items = [.. oracle.Items.Values.Where(item => where?.Invoke(item) ?? true)];
        foreach (int k in (int[])[1, 30, 1000])
        {
            Assert.Equal(Ranked(items, item => Weighted(item, query, weights), k), index.NearestWeighted(query, weights, k, options));
            Assert.Equal(Ranked(items, item => Jaccard(item, query), k), index.NearestJaccard(query, k, options));
            HashSet<ItemId> candidates = [.. oracle.Nearest(signs, k + 7, where).Select(match => match.Id)];
            Assert.Equal(Ranked(items.Where(item => candidates.Contains(item.Id)), item => Weighted(item, signs, weights), k), index.NearestAsymmetric(embedding, k, k + 7, options));
        }

        using Snapshot snapshot = index.Snapshot();
        Assert.Equal(Ranked(items.Where(item => Jaccard(item, query) <= 0.5), item => Jaccard(item, query), int.MaxValue), snapshot.WithinJaccard(query, 0.5, options));
    }

    private static IEnumerable<ScoredMatch> Ranked(IEnumerable<Item> items, Func<Item, double> distance, int k) =>
        items.Select(item => new ScoredMatch(item.Id, distance(item))).OrderBy(match => match.Distance).ThenBy(match => match.Id).Take(k);

    private static double Weighted(Item item, ulong[] query, double[] weights) =>
        Enumerable.Range(0, weights.Length).Sum(bit => (((item.Code.Span[bit >> 6] ^ query[bit >> 6]) >> (bit & 63)) & 1) * weights[bit]);

    private static double Jaccard(Item item, ulong[] query)
    {
        int both = 0, either = 0;
        for (int i = 0; i < query.Length; i++)
        {
            both += System.Numerics.BitOperations.PopCount(item.Code.Span[i] & query[i]);
            either += System.Numerics.BitOperations.PopCount(item.Code.Span[i] | query[i]);
        }

        return either == 0 ? 0 : 1 - ((double)both / either);
    }

    private static void RequireSearches(Oracle oracle, LiveIndex index, RandomItems source)
    {
        (LiveSearchOptions Options, Func<Item, bool>? Where)[] filters =
        [
            (new LiveSearchOptions(), null),
            (new LiveSearchOptions { Filter = Filter.Any("cat", "dog") & !Filter.Any("red") }, item => item.Tags.Any(tag => tag is "cat" or "dog") && !item.Tags.Contains("red")),
            (new LiveSearchOptions { Filter = Filter.All("cat", "größe") | !Filter.Any("unknown", "bird") }, item => (item.Tags.Contains("cat") && item.Tags.Contains("größe")) || !item.Tags.Contains("bird")),
            (new LiveSearchOptions { Where = item => item.Payload is not null }, item => item.Payload is not null),
            (new LiveSearchOptions { Filter = Filter.Any("red"), Where = item => item.Payload is null, Threads = 1 }, item => item.Tags.Contains("red") && item.Payload is null),
        ];
        ulong[][] queries = [.. Enumerable.Range(0, 4).Select(_ => source.Code())];
        var batch = new Codes(index.Bits, [.. queries.SelectMany(words => words)]);
        oracle.RequireSame(index, queries[0]);
        foreach ((LiveSearchOptions options, Func<Item, bool>? where) in filters)
        {
            foreach (int k in (int[])[1, 5, 40, 1000])
            {
                ItemMatch[][] expected = [.. queries.Select(query => oracle.Nearest(query, k, where))];
                Assert.Equal(expected, index.Nearest(batch, k, options));
                Assert.Equal(expected[0], index.Nearest(queries[0], k, options));
            }

            int radius = index.Bits / 3;
            Assert.Equal(queries.Select(query => oracle.Within(query, radius, where)), index.Within(batch, radius, options));
            Assert.Equal(oracle.Within(queries[1], radius, where), index.Within(queries[1], radius, options));
            RequireScores(oracle, index, queries[2], options, where);
        }
    }
}
