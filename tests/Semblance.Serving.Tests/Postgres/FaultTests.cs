using Semblance.Index;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>What callers hear when the database does not do what it should.</summary>
[Collection(PostgresTests.Name)]
public sealed class FaultTests(PostgresFixture postgres)
{
    private static readonly Codes Query = new(16, [0]);
    private static readonly StoreSearch Search = new() { K = 3 };

    [Fact]
    public async Task A_database_that_is_down_is_named_with_what_to_do()
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");
        StoreUnavailableException fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => SearchStores.OpenAsync("postgres://me:secret@127.0.0.1:1/db?index=x", cancellation: TestContext.Current.CancellationToken));

        Assert.Contains("127.0.0.1:1 ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Start it", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_dies_and_comes_back_is_used_again()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using PostgresCluster cluster = PostgresCluster.Start();
        await using ISearchStore store = await SearchStores.OpenAsync(cluster.Url("x"), new StoreOptions { CreateBits = 16 }, cancellation);
        await store.UpsertAsync([new Item("a", new ulong[] { 1 })], cancellation);

        cluster.Kill();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.SearchAsync(Query, Search, cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.UpsertAsync([new Item("b", new ulong[] { 1 })], cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckAsync(cancellation));

        cluster.StartAgain();
        Assert.Equal("a", Assert.Single((await store.SearchAsync(Query, Search, cancellation))[0].Matches).Id.ToString());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.SearchAsync(Query, Search, cancellation)));

        // All pooled connections are broken, and nobody noticed yet.
        cluster.Kill();
        cluster.StartAgain();
        Assert.Equal(0, await store.UpsertAsync([new Item("b", new ulong[] { 1 })], cancellation));
        Assert.Equal(2, (await store.SearchAsync(Query, Search, cancellation))[0].Matches.Count);
    }

    [Fact]
    public async Task A_search_that_is_given_up_ends_on_the_server()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string name = postgres.NewName();
        await using ISearchStore store = await postgres.MakeAsync(16, IdKind.Text, name);
        using TableLock held = new(postgres.Cluster, name);
        using CancellationTokenSource given = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

        Task search = store.SearchAsync(Query, Search, given.Token);
        await held.WaitForAsync(1);
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        await held.WaitForAsync(0);
    }

    [Fact]
    public async Task A_search_that_takes_too_long_is_ended_by_the_server()
    {
        string name = postgres.NewName();
        await using ISearchStore made = await postgres.MakeAsync(16, IdKind.Text, name);
        await using ISearchStore store = await SearchStores.OpenAsync(postgres.Cluster.Url(name, "&timeout=1"), cancellation: TestContext.Current.CancellationToken);
        using TableLock held = new(postgres.Cluster, name);

        StoreUnavailableException fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.SearchAsync(Query, Search, TestContext.Current.CancellationToken));

        Assert.Contains("longer than 1 s", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    public async Task A_conflict_is_tried_again(string state)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string name = postgres.NewName();
        await using ISearchStore store = await postgres.MakeAsync(16, IdKind.Text, name);
        postgres.Cluster.Execute($"""
            CREATE SEQUENCE semblance.{name}_s;
            CREATE FUNCTION semblance.{name}_f() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('semblance.{name}_s') < 4 THEN RAISE EXCEPTION 'in the way' USING ERRCODE = '{state}'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER t BEFORE INSERT ON semblance.items_{name} FOR EACH ROW EXECUTE FUNCTION semblance.{name}_f();
            """);

        Assert.Equal(0, await store.UpsertAsync([new Item("a", new ulong[] { 1 })], cancellation));
        Assert.NotNull(await store.FindAsync("a", cancellation));
        postgres.Cluster.Execute($"ALTER SEQUENCE semblance.{name}_s RESTART MINVALUE -1000000 START -1000000");
        StoreUnavailableException fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.UpsertAsync([new Item("b", new ulong[] { 1 })], cancellation));
        Assert.Contains("other writes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writers_of_the_same_items_do_not_disturb_each_other()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ISearchStore store = await postgres.MakeAsync(16, IdKind.Number);
        Item[] items = [.. Enumerable.Range(0, 200).Select(i => new Item(i, new ulong[] { (ulong)i }))];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                Random random = new(writer);
                for (int round = 0; round < 10; round++)
                {
                    Item[] mixed = [.. items.OrderBy(_ => random.Next())];
                    await store.UpsertAsync(mixed, cancellation);
                    await store.DeleteAsync([.. mixed.Take(50).Select(item => item.Id)], cancellation);
                }
            },
            cancellation)));

        await store.UpsertAsync(items, cancellation);
        Assert.Equal(200, (await store.InfoAsync(cancellation)).Items);
    }

    [Fact]
    public async Task A_batch_counts_whole_or_not_at_all()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string name = postgres.NewName();
        await using ISearchStore store = await postgres.MakeAsync(16, IdKind.Number, name);
        postgres.Cluster.Execute($"ALTER TABLE semblance.items_{name} ADD CHECK (id <> 1500)");

        foreach (int count in new[] { 1501, 600 })
        {
            await Assert.ThrowsAsync<SemblanceException>(() => store.UpsertAsync([.. Enumerable.Range(0, count).Select(i => new Item(1500 - i, new ulong[] { 7 }))], cancellation));
        }

        Assert.Equal(0, (await store.InfoAsync(cancellation)).Items);
    }

    [Theory]
    [InlineData("postgres", "nobody", typeof(UnauthorizedAccessException), "does not let nobody in")]
    [InlineData("nowhere", "postgres", typeof(InvalidDataException), "createdb nowhere")]
    [InlineData("postgres", "postgres", typeof(InvalidDataException), "'semblance index push' brings one in")]
    public async Task What_is_not_there_is_named(string database, string user, Type type, string words)
    {
        await using ISearchStore made = await postgres.MakeAsync(16, IdKind.Text);
        Exception fault = await Assert.ThrowsAsync(type, () => SearchStores.OpenAsync(postgres.Cluster.Url("none", "", database, user), cancellation: TestContext.Current.CancellationToken));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_mistakes_are_refused()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ISearchStore store = await postgres.MakeAsync(13, IdKind.Text);

        await Assert.ThrowsAsync<ArgumentException>(() => store.SearchAsync(Query, Search, cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.UpsertAsync([new Item("a", new ulong[] { 1UL << 13 })], cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.UpsertAsync([new Item("a", new ulong[] { 1 }), new Item("a", new ulong[] { 2 })], cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.UpsertAsync([new Item(1, new ulong[] { 1 })], cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.UpsertAsync([new Item("a\0b", new ulong[] { 1 })], cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(["a", "a"], cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.FindAsync(1, cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.SearchAsync(new Codes(13, [0]), new StoreSearch { K = 1, Filter = new ItemFilter { AllTags = [""] } }, cancellation));
        Assert.Null(await store.FindAsync("a", cancellation));
    }
}
