using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving;

public sealed class StoreCopyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_of_an_index_that_is_written_is_of_one_moment()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.index"), copy = folder.File("b.index");
        await using LocalStore store = LocalStore.Open(path, new StoreOptions { CreateBits = 64 });
        await store.SetNoteAsync(new EncodedNote("run", "0123", "32 x 32", []), Stop);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task writing = WriteInPairs(store, over.Token);
        while ((await store.InfoAsync(Stop)).Items < 1000)
        {
            await Task.Delay(5, Stop);
        }

        long items;
        await using (LocalStore reader = LocalStore.Open(path, new StoreOptions { ReadOnly = true }))
        {
            items = await StoreCopy.RunAsync(reader, copy, cancellation: Stop);
        }
        await over.CancelAsync();
        await writing;

        using LiveIndex copied = LiveIndex.OpenRead(copy);
        Assert.True(items >= 1000 && items == copied.Count, $"{items} items");
        Assert.Equal(0, items % 2); // Both of a pair or neither.
        Assert.Empty(copied.Verify(cancellation: Stop));
        Item item = copied.Find(new ItemId("7 left"))!;
        Assert.Equal(("{\"n\": 7}", "even"), (item.Payload, Assert.Single(item.Tags)));
        await using LocalStore opened = LocalStore.Open(copy, new StoreOptions { ReadOnly = true });
        Assert.Equal("0123", (await opened.NoteAsync(Stop))!.Model);
    }

    private static async Task WriteInPairs(LocalStore store, CancellationToken stop)
    {
        for (ulong i = 0; !stop.IsCancellationRequested; i++)
        {
            Item[] pair = [.. new[] { "left", "right" }.Select(side => new Item(new ItemId($"{i} {side}"), new[] { i }, ["even"], $"{{\"n\": {i}}}"))];
            await store.UpsertAsync(pair, CancellationToken.None);
        }
    }
}
