using Semblance.Index;
using Semblance.Serving.Stores;
using Semblance.Tests.Index;
using Xunit;

namespace Semblance.Tests.Serving.Postgres;

/// <summary>A database answers as the local index does, ties included.</summary>
[Collection(PostgresTests.Name)]
public sealed class ExactSearchTests(PostgresFixture postgres)
{
    public static TheoryData<int, IdKind, bool> Collections()
    {
        TheoryData<int, IdKind, bool> rows = [];
        int[] widths = [8, 13, 32, 63, 64, 65, 96, 127, 256, 512];
        for (int i = 0; i < widths.Length; i++)
        {
            rows.Add(widths[i], i % 2 == 0 ? IdKind.Text : IdKind.Number, i % 3 != 0);
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Collections))]
    public async Task Answers_are_those_of_the_local_index(int bits, IdKind ids, bool copies)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        await using ISearchStore database = await postgres.MakeAsync(bits, ids);
        await using ISearchStore local = await SearchStores.OpenAsync(folder.File("local"), new StoreOptions { CreateBits = bits, CreateIds = ids }, cancellation);
        List<Item> items = TestItems.Make(bits, 900, bits, ids, copies);
        Codes queries = Codes.Concatenate([RandomCodes.Make(7, 3, bits), new Codes(bits, [.. items[5].Code.Span, .. items[800].Code.Span])]);

        foreach (ISearchStore store in new[] { database, local })
        {
            Assert.Equal(0, await store.UpsertAsync(items, cancellation));
        }
        await TestItems.SameAnswersAsync(local, database, queries, items.Count);

        List<Item> replaced = [.. items.Take(300).Select((item, i) => new Item(item.Id, items[i + 1].Code, ["red"], null))];
        ItemId[] deleted = [.. items.Skip(200).Take(200).Select(item => item.Id)];
        foreach (ISearchStore store in new[] { database, local })
        {
            Assert.Equal(300, await store.UpsertAsync(replaced, cancellation));
            Assert.Equal(200, await store.DeleteAsync(deleted, cancellation));
            Assert.Equal(0, await store.DeleteAsync(deleted, cancellation));
        }
        await TestItems.SameAnswersAsync(local, database, queries, items.Count);
        await SameItemsAsync(local, database, null);
        await SameItemsAsync(local, database, items[42].Id);
    }

    [Fact]
    public async Task Many_items_at_once_come_by_copy_and_answer_alike()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        await using ISearchStore database = await postgres.MakeAsync(48, IdKind.Text);
        await using ISearchStore local = await SearchStores.OpenAsync(folder.File("local"), new StoreOptions { CreateBits = 48 }, cancellation);
        List<Item> items = TestItems.Make(1, 4000, 48, IdKind.Text, true);

        Assert.Equal(0, await database.UpsertAsync(items.Take(2500).ToList(), cancellation));
        Assert.Equal(2500, await database.UpsertAsync(items, cancellation));
        await local.UpsertAsync(items, cancellation);

        await SameItemsAsync(local, database, null);
        Assert.Equal(4000, (await database.InfoAsync(cancellation)).Items);
    }

    private static async Task SameItemsAsync(ISearchStore expected, ISearchStore found, ItemId? after)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string[] a = await expected.ItemsAsync(after, cancellation).Select(TestItems.Words2).ToArrayAsync(cancellation);
        string[] b = await found.ItemsAsync(after, cancellation).Select(TestItems.Words2).ToArrayAsync(cancellation);
        Assert.Equal(a, b);
        foreach (string row in a.Take(3))
        {
            Assert.NotEmpty(row);
        }
    }
}
