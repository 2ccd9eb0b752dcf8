using Semblance.Index;
using Semblance.Serving.Postgres;
using Semblance.Serving.Stores;
using Semblance.Tests.Cli;
using Semblance.Tests.Index;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>Three servers, one of them the coordinator as well, hold an index together.</summary>
public sealed class ShardTests : IDisposable
{
    private readonly PostgresCluster[] _servers = [PostgresCluster.Start(), PostgresCluster.Start(), PostgresCluster.Start()];

    [Fact]
    public async Task Answers_are_those_of_the_local_index_and_a_lost_shard_is_told()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        foreach ((int bits, IdKind ids) in new[] { (64, IdKind.Text), (45, IdKind.Number) })
        {
            string name = $"s{bits}";
            CliProcess.Run("index", "shard", _servers[0].Url(name), _servers[0].Url(name + "_part"), _servers[1].Url(name), _servers[2].Url(name), "--bits", $"{bits}", "--ids", ids.ToString()).Done();
            await using ISearchStore local = await SearchStores.OpenAsync(folder.File(name), new StoreOptions { CreateBits = bits, CreateIds = ids }, cancellation);
            await using ISearchStore store = await SearchStores.OpenAsync(_servers[0].Url(name), cancellation: cancellation);
            List<Item> items = TestItems.Make(bits, 2000, bits, ids, true);
            await local.UpsertAsync(items, cancellation);
            await PostgresPush.RunAsync(local, PostgresUrl.Parse(_servers[0].Url(name)), cancellation: cancellation);
            await WriteAsync(local, store, items);

            Codes queries = Codes.Concatenate([RandomCodes.Make(7, 2, bits), new Codes(bits, items[5].Code.ToArray())]);
            await TestItems.SameAnswersAsync(local, store, queries, items.Count);
            Assert.Equal(await local.ItemsAsync(items[9].Id, cancellation).Select(TestItems.Words2).ToArrayAsync(cancellation), await store.ItemsAsync(items[9].Id, cancellation).Select(TestItems.Words2).ToArrayAsync(cancellation));
            Assert.Equal((await local.InfoAsync(cancellation)).Items, (await store.InfoAsync(cancellation)).Items);
            Assert.Equal(TestItems.Words2(items[700]), TestItems.Words2((await store.FindAsync(items[700].Id, cancellation))!));
        }
        await SpreadAsync();
        Plan();
        await LoseAsync();
    }

    public void Dispose() => Array.ForEach(_servers, server => server.Dispose());

    private static async Task WriteAsync(ISearchStore local, ISearchStore store, List<Item> items)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        foreach (ISearchStore each in new[] { local, store })
        {
            Assert.Equal(300, await each.UpsertAsync([.. items.Take(300).Select((item, i) => new Item(item.Id, items[i + 1].Code, ["red"]))], cancellation));
            Assert.Equal(100, await each.DeleteAsync([.. items.Skip(250).Take(100).Select(item => item.Id)], cancellation));
        }
        // All want the same items, new ones among them.
        Item[] same = [.. items.Skip(240).Take(40)];
        await local.UpsertAsync(same, cancellation);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.UpsertAsync(same, cancellation)));
    }

    /// <summary>Every shard holds a part, and each is an index of its own.</summary>
    private async Task SpreadAsync()
    {
        foreach (string url in new[] { _servers[0].Url("s64_part"), _servers[1].Url("s64"), _servers[2].Url("s64") })
        {
            await using ISearchStore shard = await SearchStores.OpenAsync(url, cancellation: TestContext.Current.CancellationToken);
            Assert.InRange((await shard.InfoAsync(TestContext.Current.CancellationToken)).Items, 500, 900);
        }
    }

    /// <summary>All shards are asked at once, and each sorts and cuts by itself.</summary>
    private void Plan()
    {
        Capabilities known = new(new Version(15, 0), null, null, false, []);
        SearchStatement statement = new(new IndexTable("semblance", "s64", 64, IdKind.Text), known, new StoreSearch { K = 10, Radius = 40, Filter = new ItemFilter { AnyTags = ["red"], NoTags = ["blue"] } }, false, ["semblance.items_s64_0", "semblance.items_s64_1", "semblance.items_s64_2"]);
        string sql = statement.Sql.Replace("$1", "('x0123456789abcdef')::bit(64)", StringComparison.Ordinal).Replace("$2", "'{red}'::text[]", StringComparison.Ordinal).Replace("$3", "'{blue}'::text[]", StringComparison.Ordinal);
        string plan = string.Join('\n', _servers[0].Query("SET enable_sort = off; EXPLAIN (VERBOSE) " + sql));
        Assert.True(plan.Split("Async Foreign Scan").Length == 4, plan);
        string[] remote = [.. plan.Split('\n').Where(line => line.Contains("Remote SQL", StringComparison.Ordinal))];
        Assert.Equal(3, remote.Length);
        Assert.All(remote, line =>
        {
            Assert.Contains("ORDER BY bit_count", line, StringComparison.Ordinal);
            Assert.Contains("LIMIT 10", line, StringComparison.Ordinal);
            Assert.Contains("tags &&", line, StringComparison.Ordinal);
            Assert.DoesNotContain("payload", line, StringComparison.Ordinal);
        });
    }

    /// <summary>A shard is killed while it works on a query.</summary>
    private async Task LoseAsync()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Codes query = RandomCodes.Make(3, 1, 64);
        await using ISearchStore store = await SearchStores.OpenAsync(_servers[0].Url("s64"), cancellation: cancellation);
        StoreSearch whole = new() { K = 5000 }, partial = whole with { Partial = true };
        int all = (await store.SearchAsync(query, whole, cancellation))[0].Matches.Count;
        int lost;
        await using (ISearchStore shard = await SearchStores.OpenAsync(_servers[2].Url("s64"), cancellation: cancellation))
        {
            lost = (int)(await shard.InfoAsync(cancellation)).Items;
        }

        foreach (StoreSearch search in new[] { whole, partial })
        {
            Task<IReadOnlyList<StoreAnswer>> running;
            using (TableLock held = new(_servers[2], "s64"))
            {
                running = store.SearchAsync(query, search, cancellation);
                await held.WaitForAsync(1);
                _servers[2].Kill();
            }
            if (search.Partial)
            {
                StoreAnswer answer = Assert.Single(await running);
                Assert.Equal(all - lost, answer.Matches.Count);
                Assert.Contains("shard s64_2 ", answer.Missing, StringComparison.Ordinal);
                Assert.Contains("s64_2", (await store.SearchAsync(query, partial, cancellation))[0].Missing, StringComparison.Ordinal);
            }
            else
            {
                StoreUnavailableException fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => running);
                Assert.Contains("shard s64_2 cannot be reached", fault.Message, StringComparison.Ordinal);
            }
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.SearchAsync(query, whole, cancellation));
            _servers[2].StartAgain();
            Assert.Equal(all, (await store.SearchAsync(query, whole, cancellation))[0].Matches.Count);
        }
    }
}
