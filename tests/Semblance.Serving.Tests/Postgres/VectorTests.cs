using Npgsql;
using Semblance.Bench.Postgres;
using Semblance.Index;
using Semblance.Serving.Postgres;
using Semblance.Serving.Stores;
using Semblance.Tests.Index;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>With pgvector: exact searches are as exact, approximate ones use HNSW, and what they miss is known.</summary>
public sealed class VectorTests(PgliteServer pglite) : IClassFixture<PgliteServer>
{
    [Theory]
    [InlineData(64, IdKind.Text)]
    [InlineData(77, IdKind.Number)]
    public async Task Exact_answers_are_those_of_the_local_index_with_and_without_hnsw(int bits, IdKind ids)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        await using PostgresStore store = await MakeAsync(bits, ids);
        await using ISearchStore local = await SearchStores.OpenAsync(folder.File("local"), new StoreOptions { CreateBits = bits, CreateIds = ids }, cancellation);
        List<Item> items = TestItems.Make(bits, 800, bits, ids, true);
        Codes queries = Codes.Concatenate([RandomCodes.Make(7, 2, bits), new Codes(bits, items[5].Code.ToArray())]);
        await local.UpsertAsync(items, cancellation);
        await store.UpsertAsync(items, cancellation);

        await TestItems.SameAnswersAsync(local, store, queries, items.Count);
        await store.BuildHnswAsync(null, cancellation);
        Assert.Contains("pgvector 0.8", (await store.InfoAsync(cancellation)).Engine, StringComparison.Ordinal);
        Assert.Contains("with HNSW", (await store.InfoAsync(cancellation)).Engine, StringComparison.Ordinal);

        await TestItems.SameAnswersAsync(local, store, queries, items.Count);
        Assert.Equal(await local.ItemsAsync(null, cancellation).Select(TestItems.Words2).ToArrayAsync(cancellation), await store.ItemsAsync(null, cancellation).Select(TestItems.Words2).ToArrayAsync(cancellation));
    }

    [Fact]
    public async Task Approximate_searches_use_the_graph_and_go_on_where_a_filter_leaves_few()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using PostgresStore store = await MakeAsync(64, IdKind.Number);
        Codes codes = RandomCodes.WithCopies(new Random(1), 6000, 64);
        await UpsertAsync(store, [.. Enumerable.Range(0, 6000).Select(row => new Item(row, codes[row].ToArray(), row % 100 == 0 ? ["rare"] : null))]);
        await store.BuildHnswAsync(new HnswOptions { M = 8, EfConstruction = 32 }, cancellation);
        Assert.Contains("m='8', ef_construction='32'", await DefinitionAsync(store), StringComparison.Ordinal);
        StoreSearch approximate = new() { K = 10, Approximate = true };

        string plan = await ExplainAsync(store, approximate, approximate: true);
        Assert.True(plan.Contains("code_idx", StringComparison.Ordinal), plan);
        Assert.DoesNotContain("code_idx", await ExplainAsync(store, approximate, approximate: false), StringComparison.Ordinal);
        IReadOnlyList<StoreAnswer> found = await store.SearchAsync(codes.Slice(0, 5), approximate, cancellation);
        Assert.All(found, answer => Assert.Equal(10, answer.Matches.Count));
        Assert.All(found, answer => Assert.Equal(answer.Matches.OrderBy(match => (match.Distance, match.Id)), answer.Matches));
        Assert.All(found, answer => Assert.NotNull(answer.Matches[0].Item));

        StoreSearch filtered = approximate with { Filter = new ItemFilter { AllTags = ["rare"] } };
        Assert.All(await store.SearchAsync(codes.Slice(0, 5), filtered, cancellation), answer => Assert.Equal(10, answer.Matches.Count));
        Assert.All(await store.SearchAsync(codes.Slice(0, 5), approximate with { Radius = 1 }, cancellation), answer => Assert.All(answer.Matches, match => Assert.InRange(match.Distance, 0, 1)));
    }

    [Theory]
    [InlineData(10, null, 100)]
    [InlineData(300, null, 300)]
    [InlineData(5000, null, 1000)]
    [InlineData(10, 40, 40)]
    [InlineData(10, 1000, 1000)]
    [InlineData(50, 20, 50)]
    public async Task As_many_candidates_are_kept_as_a_search_asks_for_and_no_fewer_than_hits(int k, int? asked, int kept)
    {
        await using PostgresStore store = await MakeAsync(64, IdKind.Number);
        string found = await store.Server.InTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted,
            async connection =>
            {
                CancellationToken cancellation = TestContext.Current.CancellationToken;
                IndexTable table = (await IndexCatalog.FindAsync(connection, store.Server.Url, cancellation))!;
                StoreSearch search = new() { K = k, Approximate = true, EfSearch = asked };
                await PostgresServer.ExecuteAsync(connection, PostgresStore.HnswSettings(search, await Capabilities.OfAsync(connection, table, cancellation)), cancellation);
                return (await PostgresServer.ScalarAsync<string>(connection, "SELECT current_setting('hnsw.ef_search')", cancellation))!;
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(kept.ToString(System.Globalization.CultureInfo.InvariantCulture), found);
    }

    [Fact]
    public async Task Many_equal_codes_are_what_the_graph_loses()
    {
        // A graph is drawn by chance: now and then one finds everything all the same.
        const int Graphs = 5;
        bool loses = false;
        for (int graph = 0; graph < Graphs && !loses; graph++)
        {
            RecallTable.Row[] rows = [.. await RecallTable.MeasureAsync(MakeAsync, 5000, 64, 10, 40, [0, 20, 10, 5], TestContext.Current.CancellationToken)];
            Assert.All(rows, row => Assert.True(row.Exact == 1, row.ToString()));
            Assert.InRange(rows[0].Approximate, 0.9, 1);
            // Where hundreds of codes are equal all links of the graph stay among them, and what lies elsewhere is not found.
            loses = rows.Skip(1).Any(row => row.Worst < 0.5);
        }
        Assert.True(loses, $"{Graphs} graphs found all of many equal codes");
    }

    private async Task<PostgresStore> MakeAsync(int bits, IdKind ids) =>
        (PostgresStore)await SearchStores.OpenAsync(pglite.Url(pglite.NewName()), new StoreOptions { CreateBits = bits, CreateIds = ids }, TestContext.Current.CancellationToken);

    private static async Task UpsertAsync(PostgresStore store, Item[] items)
    {
        foreach (Item[] part in items.Chunk(1000))
        {
            await store.UpsertAsync(part, TestContext.Current.CancellationToken);
        }
    }

    private static Task<string> DefinitionAsync(PostgresStore store) => store.Server.RunAsync(
        async connection => (await PostgresServer.ScalarAsync<string>(
            connection, "SELECT indexdef FROM pg_indexes WHERE indexdef LIKE '%USING hnsw%' AND tablename LIKE $1", TestContext.Current.CancellationToken, $"%{store.Server.Url.Index}"))!,
        TestContext.Current.CancellationToken);

    private static Task<string> ExplainAsync(PostgresStore store, StoreSearch search, bool approximate) => store.Server.RunAsync(
        async connection =>
        {
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            IndexTable table = (await IndexCatalog.FindAsync(connection, store.Server.Url, cancellation))!;
            NpgsqlBatchCommand command = new SearchStatement(table, await Capabilities.OfAsync(connection, table, cancellation), search, approximate, []).For(BitStrings.ToBits([5], 64));
            List<string> lines = await PostgresServer.RowsAsync(connection, "EXPLAIN " + command.CommandText, row => row.GetString(0), cancellation, [.. command.Parameters.Select(parameter => parameter.Clone())]);
            return string.Join('\n', lines);
        },
        TestContext.Current.CancellationToken);
}
