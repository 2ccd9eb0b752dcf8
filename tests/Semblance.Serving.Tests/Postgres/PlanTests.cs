using Npgsql;
using Semblance.Index;
using Semblance.Serving.Postgres;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>The server runs a search as it should: all processors scan, and each keeps its own nearest.</summary>
[Collection(PostgresTests.Name)]
public sealed class PlanTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_search_is_a_parallel_scan_whose_processes_keep_their_nearest()
    {
        (PostgresStore store, IndexTable table, Capabilities known) = await LargeAsync();
        await using (store)
        {
            foreach (int? radius in new int?[] { null, 20 })
            {
                string plan = await ExplainAsync(table, new SearchStatement(table, known, new StoreSearch { K = 10, Radius = radius }, false, []));
                Assert.Contains("Gather Merge", plan, StringComparison.Ordinal);
                Assert.Contains("Parallel Seq Scan", plan, StringComparison.Ordinal);
                Assert.Contains("top-N heapsort", plan, StringComparison.Ordinal);
                Assert.Contains("Index Scan using", plan, StringComparison.Ordinal);
                Assert.Contains("Workers Launched", plan, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_filter_that_few_pass_is_looked_up()
    {
        (PostgresStore store, IndexTable table, Capabilities known) = await LargeAsync();
        await using (store)
        {
            Assert.Contains("Bitmap Index Scan", await ExplainAsync(table, new SearchStatement(table, known, new StoreSearch { K = 10, Filter = new ItemFilter { AllTags = ["t7"] } }, false, [])), StringComparison.Ordinal);
            Assert.Contains("Bitmap Index Scan", await ExplainAsync(table, new SearchStatement(table, known, new StoreSearch { K = 10, Filter = new ItemFilter { Payload = System.Text.Json.JsonDocument.Parse("{\"n\": 5}").RootElement } }, false, [])), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Searches_are_prepared()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ISearchStore store = await SearchStores.OpenAsync(postgres.Cluster.Url("prepared", "&pool=1&application_name=prepared"), new StoreOptions { CreateBits = 16 }, cancellation);
        for (int i = 0; i < 4; i++)
        {
            await store.SearchAsync(new Codes(16, [0]), new StoreSearch { K = 3 }, cancellation);
        }

        long prepared = await ((PostgresStore)store).Server.RunAsync(
            connection => PostgresServer.ScalarAsync<long>(connection, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%bit_count%'", cancellation),
            cancellation);
        Assert.Equal(1, prepared);
    }

    private async Task<(PostgresStore, IndexTable, Capabilities)> LargeAsync()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string name = postgres.NewName();
        PostgresStore store = (PostgresStore)await postgres.MakeAsync(64, IdKind.Number, name);
        postgres.Cluster.Execute($"""
            INSERT INTO semblance.items_{name} SELECT i, ('x' || substr(md5(i::text), 1, 16))::bit(64), CASE WHEN i % 3 = 0 THEN ARRAY['t' || i % 5000] END, CASE WHEN i % 50 = 0 THEN '{"{"}"n": ' || i % 1000 || '{"}"}' END
            FROM generate_series(1, 200000) i;
            ANALYZE semblance.items_{name};
            """);
        IndexTable table = new("semblance", name, 64, IdKind.Number);
        await using NpgsqlConnection connection = new($"Host=127.0.0.1;Port={postgres.Cluster.Port};Username=postgres;Database=postgres;Pooling=false");
        await connection.OpenAsync(cancellation);
        return (store, table, await Capabilities.OfAsync(connection, table, cancellation));
    }

    private async Task<string> ExplainAsync(IndexTable table, SearchStatement statement)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using NpgsqlConnection connection = new($"Host=127.0.0.1;Port={postgres.Cluster.Port};Username=postgres;Database=postgres;Pooling=false");
        await connection.OpenAsync(cancellation);
        await using NpgsqlBatch batch = connection.CreateBatch();
        NpgsqlBatchCommand command = statement.For(BitStrings.ToBits([0x123456789abcdef], table.Bits));
        command.CommandText = "EXPLAIN (ANALYZE) " + command.CommandText;
        batch.BatchCommands.Add(command);
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation);
        List<string> lines = [];
        while (await reader.ReadAsync(cancellation))
        {
            lines.Add(reader.GetString(0));
        }
        return string.Join('\n', lines);
    }
}
