using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Postgres;
using Semblance.Serving.Stores;
using Semblance.Tests.Cli;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>Indexes move to a database and back without a loss, or not at all.</summary>
[Collection(PostgresTests.Name)]
public sealed class BulkTests(PostgresFixture postgres)
{
    private static readonly EncodedNote Note = new("run", "0123456789abcdef", "64 x 64", ["cat", "dog"]);

    [Theory]
    [InlineData(64, IdKind.Number)]
    [InlineData(77, IdKind.Text)]
    public async Task What_is_pushed_and_pulled_is_the_same_index(int bits, IdKind ids)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        List<Item> items = TestItems.Make(bits, 5000, bits, ids, true);
        await using ISearchStore local = await MakeLocalAsync(folder.File("a"), bits, ids, items);
        string url = postgres.Cluster.Url(postgres.NewName());

        Assert.Equal(5000, await PostgresPush.RunAsync(local, PostgresUrl.Parse(url), cancellation: cancellation));
        await using ISearchStore database = await SearchStores.OpenAsync(url, cancellation: cancellation);
        await TestItems.SameAnswersAsync(local, database, new Codes(bits, items[0].Code.ToArray()), items.Count);
        Assert.Equal(5000, await StoreCopy.RunAsync(database, folder.File("b"), cancellation: cancellation));

        await using ISearchStore back = await SearchStores.OpenAsync(folder.File("b"), new StoreOptions { ReadOnly = true }, cancellation);
        Assert.Equal(await local.ItemsAsync(null, cancellation).Select(TestItems.Words2).ToArrayAsync(cancellation), await back.ItemsAsync(null, cancellation).Select(TestItems.Words2).ToArrayAsync(cancellation));
        Assert.Equal(Note.ToJson(), (await back.NoteAsync(cancellation))!.ToJson());
        Assert.Equal(Note.ToJson(), (await database.NoteAsync(cancellation))!.ToJson());
        Assert.Equal([folder.File("a"), folder.File("b")], Directory.GetFileSystemEntries(folder.Path).Order());
    }

    [Fact]
    public async Task Building_tells_how_far_it_is_and_goes_on_where_nobody_can_be_asked()
    {
        await using PostgresServer server = new(PostgresUrl.Parse(postgres.Cluster.Url(postgres.NewName())), readOnly: false, patient: true);
        TaskCompletionSource building = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long told = -1;
        await BuildProgress.FollowAsync(building.Task, server, 0, rows =>
        {
            told = rows;
            building.TrySetResult();
        });
        Assert.Equal(0, told);

        await using PostgresServer nobody = new(PostgresUrl.Parse("postgres://x@127.0.0.1:1/db"), readOnly: false, patient: true);
        await BuildProgress.FollowAsync(Task.Delay(1500, TestContext.Current.CancellationToken), nobody, 0, _ => Assert.Fail("nobody was asked"));
        await Assert.ThrowsAsync<TimeoutException>(() => BuildProgress.FollowAsync(Task.FromException(new TimeoutException()), nobody, 0, _ => { }));
    }

    [Fact]
    public async Task An_index_that_is_there_stays_unless_it_shall_be_replaced_and_keeps_its_rights()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        await using ISearchStore first = await MakeLocalAsync(folder.File("a"), 32, IdKind.Text, TestItems.Make(1, 100, 32, IdKind.Text, true));
        await using ISearchStore second = await MakeLocalAsync(folder.File("b"), 48, IdKind.Number, TestItems.Make(2, 50, 48, IdKind.Number, true));
        string name = postgres.NewName();
        PostgresUrl url = PostgresUrl.Parse(postgres.Cluster.Url(name));
        await PostgresPush.RunAsync(first, url, cancellation: cancellation);
        postgres.Cluster.Execute($"CREATE ROLE {name}_reader LOGIN; GRANT USAGE ON SCHEMA semblance TO {name}_reader; GRANT SELECT ON ALL TABLES IN SCHEMA semblance TO {name}_reader");

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => PostgresPush.RunAsync(second, url, cancellation: cancellation));
        Assert.Contains("--replace", refused.Message, StringComparison.Ordinal);
        await using (ISearchStore old = await SearchStores.OpenAsync(url.ToString(), cancellation: cancellation))
        {
            Assert.Equal((32, 100), (old.Bits, (await old.InfoAsync(cancellation)).Items));
            await PostgresPush.RunAsync(second, url, new PushOptions { Replace = true }, cancellation);
            // It was opened for codes of another length.
            Exception stale = await Assert.ThrowsAnyAsync<Exception>(() => old.SearchAsync(new Codes(32, [0]), new StoreSearch { K = 1 }, cancellation));
            Assert.IsType<InvalidDataException>(stale);
        }
        await using ISearchStore read = await SearchStores.OpenAsync(postgres.Cluster.Url(name, user: $"{name}_reader"), new StoreOptions { ReadOnly = true }, cancellation);
        Assert.Equal((48, IdKind.Number, 50), (read.Bits, read.Ids, (await read.InfoAsync(cancellation)).Items));
        Assert.Single(postgres.Cluster.Query($"SELECT relname FROM pg_class WHERE relname ~ '^items_{name}' AND relkind = 'r'"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_push_that_ends_early_leaves_the_database_as_it_was(bool cancelled)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        await using ISearchStore small = await MakeLocalAsync(folder.File("a"), 64, IdKind.Number, TestItems.Make(1, 10, 64, IdKind.Number, false));
        await using ISearchStore large = await MakeLocalAsync(folder.File("b"), 64, IdKind.Number, [.. Enumerable.Range(0, 100_000).Select(i => new Item(i, new ulong[] { (ulong)i }))]);
        string name = postgres.NewName();
        PostgresUrl url = PostgresUrl.Parse(postgres.Cluster.Url(name));
        await PostgresPush.RunAsync(small, url, cancellation: cancellation);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        void End()
        {
            if (cancelled)
            {
                stop.Cancel();
            }
            else
            {
                postgres.Cluster.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%'");
            }
        }

        Exception fault = await Assert.ThrowsAnyAsync<Exception>(() => PostgresPush.RunAsync(large, url, new PushOptions { Replace = true, Sent = _ => End() }, stop.Token));

        Assert.True(cancelled ? fault is OperationCanceledException : fault is StoreUnavailableException, fault.ToString());
        await using ISearchStore store = await SearchStores.OpenAsync(url.ToString(), cancellation: cancellation);
        Assert.Equal(10, (await store.InfoAsync(cancellation)).Items);
        Assert.Single(postgres.Cluster.Query($"SELECT relname FROM pg_class WHERE relname ~ '^items_{name}' AND relkind = 'r'"));
    }

    [Fact]
    public async Task A_pull_that_ends_early_leaves_nothing()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        await using ISearchStore database = await postgres.MakeAsync(64, IdKind.Number);
        await database.UpsertAsync([.. Enumerable.Range(0, 3000).Select(i => new Item(i, new ulong[] { (ulong)i }))], cancellation);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreCopy.RunAsync(database, folder.File("a"), _ => stop.Cancel(), stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        File.WriteAllText(folder.File("b"), "");
        await Assert.ThrowsAsync<InvalidDataException>(() => StoreCopy.RunAsync(database, folder.Path, cancellation: cancellation));
    }

    [Fact]
    public async Task The_command_line_pushes_and_pulls()
    {
        using TemporaryFolder folder = new();
        await using (await MakeLocalAsync(folder.File("a"), 64, IdKind.Text, TestItems.Make(3, 200, 64, IdKind.Text, true)))
        {
        }
        string url = postgres.Cluster.Url(postgres.NewName());

        Assert.Contains("200 items are in postgres://postgres@127.0.0.1", CliProcess.Run("index", "push", folder.File("a"), url).Done().Output, StringComparison.Ordinal);
        CliProcess.Run("index", "push", folder.File("a"), url).Refused(3, "--replace");
        CliProcess.Run("index", "push", folder.File("a"), url, "--replace", "--hnsw").Refused(3, "pgvector");
        CliProcess.Run("index", "push", folder.File("a"), url, "--replace", "--hnsw", "--hnsw-m", "40").Refused(2, "m 40 and ef_construction 64", "at least twice m");
        CliProcess.Run("index", "push", folder.File("a"), url, "--hnsw-m", "8").Refused(2, "--hnsw-m is given without --hnsw");
        Assert.Contains("\"items\": 200", CliProcess.Run("index", "pull", url, folder.File("b"), "--json").Done().Output, StringComparison.Ordinal);
        CliProcess.Run("index", "pull", url, folder.File("b")).Refused(3, "has files");
        Assert.Contains("200 items came from", CliProcess.Run("index", "pull", folder.File("a"), folder.File("c")).Done().Output, StringComparison.Ordinal);
        CliProcess.Run("index", "pull", folder.Path, folder.File("d")).Refused(3, "is a folder without an index");
        CliProcess.Run("index", "push", folder.File("a"), "nonsense").Refused(2, "no URL of a database");
        CliProcess.Run("index", "info", url).Refused(2, "this is a database");
        CliProcess.Run("index", "push", folder.File("a"), "postgres://x@127.0.0.1:1/db").Refused(1, "127.0.0.1:1");
    }

    private static async Task<ISearchStore> MakeLocalAsync(string path, int bits, IdKind ids, IReadOnlyCollection<Item> items)
    {
        ISearchStore store = await SearchStores.OpenAsync(path, new StoreOptions { CreateBits = bits, CreateIds = ids }, TestContext.Current.CancellationToken);
        await store.UpsertAsync(items, TestContext.Current.CancellationToken);
        await store.SetNoteAsync(Note, TestContext.Current.CancellationToken);
        return store;
    }
}
