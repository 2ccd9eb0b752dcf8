using System.Text.Json;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Postgres;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>Tables of older versions are brought up to date, those of newer ones refused, and every role needs no more rights than it must.</summary>
[Collection(PostgresTests.Name)]
public sealed class SchemaTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Tables_of_version_1_are_brought_up_to_date()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string database = NewDatabase();
        postgres.Cluster.Tool("psql", "-X", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", Repository.File("tests/Semblance.Serving.Tests/Postgres/version1.sql"));
        string url = postgres.Cluster.Url("photos", "", database);

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => SearchStores.OpenAsync(url, new StoreOptions { ReadOnly = true }, cancellation));
        Assert.Contains("version 1", refused.Message, StringComparison.Ordinal);
        Task<ISearchStore>[] opened = [.. Enumerable.Range(0, 4).Select(_ => SearchStores.OpenAsync(url, cancellation: cancellation))];
        foreach (ISearchStore store in await Task.WhenAll(opened))
        {
            await using (store)
            {
                StoreSearch search = new() { K = 5, Filter = new ItemFilter { Payload = JsonDocument.Parse("""{"n": 1}""").RootElement } };
                ItemMatch match = Assert.Single((await store.SearchAsync(new Codes(16, [0]), search, cancellation))[0].Matches);
                Assert.Equal(("beach/001.jpg", 2, """{"n":  1.0, "a": 2}"""), (match.Id.Text, match.Distance, match.Item!.Payload));
                Assert.Equal("0f3a", (await store.NoteAsync(cancellation))!.Model);
                Assert.Equal(3, (await store.InfoAsync(cancellation)).Items);
            }
        }
        Assert.Equal(["1", "2"], postgres.Cluster.Query("SELECT number FROM semblance.version ORDER BY 1", database));
        Assert.Equal(["3"], postgres.Cluster.Query("SELECT count(*) FROM pg_indexes WHERE tablename = 'items_photos'", database));
    }

    [Fact]
    public async Task Tables_of_a_newer_version_are_refused()
    {
        string database = NewDatabase();
        await using (await SearchStores.OpenAsync(postgres.Cluster.Url("x", "", database), new StoreOptions { CreateBits = 8 }, TestContext.Current.CancellationToken))
        {
        }
        postgres.Cluster.Execute("INSERT INTO semblance.version (number) VALUES (99)", database);

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => SearchStores.OpenAsync(postgres.Cluster.Url("x", "", database), cancellation: TestContext.Current.CancellationToken));

        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_without_tables_is_named_and_left_alone()
    {
        string database = NewDatabase();
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => SearchStores.OpenAsync(postgres.Cluster.Url("x", "", database), cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("holds no indexes yet", refused.Message, StringComparison.Ordinal);
        Assert.Empty(postgres.Cluster.Query("SELECT nspname FROM pg_namespace WHERE nspname = 'semblance'", database));
    }

    [Fact]
    public async Task A_migration_that_fails_changes_nothing()
    {
        string database = NewDatabase();
        postgres.Cluster.Tool("psql", "-X", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", Repository.File("tests/Semblance.Serving.Tests/Postgres/version1.sql"));
        postgres.Cluster.Execute("ALTER TABLE semblance.items_photos RENAME COLUMN tags TO words", database);

        await Assert.ThrowsAnyAsync<Exception>(() => SearchStores.OpenAsync(postgres.Cluster.Url("photos", "", database), cancellation: TestContext.Current.CancellationToken));

        Assert.Equal(["1"], postgres.Cluster.Query("SELECT number FROM semblance.version", database));
        Assert.Empty(postgres.Cluster.Query("SELECT proname FROM pg_proc WHERE proname = 'document'", database));
    }

    [Fact]
    public async Task Other_schemas_are_indexes_of_their_own()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string database = NewDatabase();
        await using ISearchStore one = await SearchStores.OpenAsync(postgres.Cluster.Url("x", "", database), new StoreOptions { CreateBits = 8 }, cancellation);
        await using ISearchStore other = await SearchStores.OpenAsync(postgres.Cluster.Url("x", "&schema=other", database), new StoreOptions { CreateBits = 24, CreateIds = IdKind.Number }, cancellation);

        await one.UpsertAsync([new Item("a", new ulong[] { 1 })], cancellation);

        Assert.Equal((1, 0), ((await one.InfoAsync(cancellation)).Items, (await other.InfoAsync(cancellation)).Items));
        Assert.EndsWith("&schema=other", other.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_do_what_they_may_and_no_more()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string database = NewDatabase();
        await using ISearchStore owner = await SearchStores.OpenAsync(postgres.Cluster.Url("x", "", database), new StoreOptions { CreateBits = 8, CreateIds = IdKind.Number }, cancellation);
        await owner.UpsertAsync([new Item(1, new ulong[] { 1 }, ["t"])], cancellation);
        foreach (string statement in DocumentedGrants())
        {
            postgres.Cluster.Execute(statement.Replace("images", database, StringComparison.Ordinal).Replace("photos", "x", StringComparison.Ordinal), database);
        }

        await using ISearchStore reader = await SearchStores.OpenAsync(postgres.Cluster.Url("x", "", database, "semblance_reader"), cancellation: cancellation);
        Assert.Single((await reader.SearchAsync(new Codes(8, [0]), new StoreSearch { K = 5 }, cancellation))[0].Matches);
        Assert.Single(await reader.ItemsAsync(null, cancellation).ToArrayAsync(cancellation));
        ReadOnlyStoreException refused = await Assert.ThrowsAsync<ReadOnlyStoreException>(() => reader.UpsertAsync([new Item(2, new ulong[] { 1 })], cancellation));
        Assert.Contains("semblance_reader may not", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ReadOnlyStoreException>(() => reader.SetNoteAsync(new EncodedNote("r", "m", "t", []), cancellation));

        await using ISearchStore writer = await SearchStores.OpenAsync(postgres.Cluster.Url("x", "", database, "semblance_writer"), cancellation: cancellation);
        Assert.Equal(1, await writer.UpsertAsync([.. Enumerable.Range(0, 1500).Select(i => new Item(i, new ulong[] { 1 }, ["t"], "{}"))], cancellation));
        Assert.Equal(2, await writer.DeleteAsync([3, 4], cancellation));
        await writer.SetNoteAsync(new EncodedNote("r", "m", "t", []), cancellation);
        await Assert.ThrowsAsync<ReadOnlyStoreException>(() => PostgresPush.RunAsync(owner, PostgresUrl.Parse(postgres.Cluster.Url("y", "", database, "semblance_writer")), cancellation: cancellation));

        await using ISearchStore closed = await SearchStores.OpenAsync(postgres.Cluster.Url("x", "", database), new StoreOptions { ReadOnly = true }, cancellation);
        await Assert.ThrowsAsync<ReadOnlyStoreException>(() => closed.DeleteAsync([1], cancellation));
    }

    [Fact]
    public async Task A_dump_is_restored_whole()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        string from = NewDatabase(), to = NewDatabase(), dump = Path.Combine(Path.GetTempPath(), $"{from}-{Guid.NewGuid():N}.dump");
        try
        {
            await using ISearchStore store = await SearchStores.OpenAsync(postgres.Cluster.Url("x", "", from), new StoreOptions { CreateBits = 40 }, cancellation);
            List<Item> items = TestItems.Make(9, 300, 40, IdKind.Text, true);
            await store.UpsertAsync(items, cancellation);
            postgres.Cluster.Tool("pg_dump", "-Fc", "-n", "semblance", "-f", dump, from);
            postgres.Cluster.Tool("pg_restore", "-d", to, dump);
            await using ISearchStore restored = await SearchStores.OpenAsync(postgres.Cluster.Url("x", "", to), cancellation: cancellation);
            await TestItems.SameAnswersAsync(store, restored, new Codes(40, items[0].Code.ToArray()), 300);
        }
        finally
        {
            File.Delete(dump);
        }
    }

    /// <summary>The statements for roles of docs/postgres.md.</summary>
    private static string[] DocumentedGrants() => [.. File.ReadAllText(Repository.File("docs/postgres.md")).Split("```sql\n").Skip(1).Select(block => block.Split("```")[0]).First(block => block.Contains("semblance_reader", StringComparison.Ordinal))
        .Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private string NewDatabase()
    {
        string name = "d" + postgres.NewName();
        postgres.Cluster.Execute($"CREATE DATABASE {name}");
        return name;
    }
}
