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

    [Theory]
    [InlineData("holiday.jpg")]
    [InlineData("7.notes")]
    public async Task A_folder_of_somebody_else_is_left_alone(string file)
    {
        using TemporaryFolder folder = new();
        string partial = folder.File("b.index.partial");
        LiveIndex.Create(partial, new LiveIndexOptions { Bits = 64 }).Dispose();
        await File.WriteAllTextAsync(Path.Combine(partial, file), "precious", Stop);

        await using LocalStore store = LocalStore.Open(folder.File("a.index"), new StoreOptions { CreateBits = 64 });
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => StoreCopy.RunAsync(store, folder.File("b.index"), cancellation: Stop));
        Assert.StartsWith($"{partial} is in the way", refused.Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(Path.Combine(partial, file), Stop));
    }

    [Fact]
    public async Task What_an_interrupted_copy_has_left_is_replaced()
    {
        using TemporaryFolder folder = new();
        await using (LocalStore left = LocalStore.Open(folder.File("b.index.partial"), new StoreOptions { CreateBits = 64 }))
        {
            await left.SetNoteAsync(new EncodedNote("run", "0123", "32 x 32", []), Stop);
            await left.UpsertAsync([new Item(new ItemId("old"), new[] { 1ul })], Stop);
        }
        await File.WriteAllTextAsync(Path.Combine(folder.File("b.index.partial"), "encoder.json.partial"), "{", Stop);

        await using LocalStore store = LocalStore.Open(folder.File("a.index"), new StoreOptions { CreateBits = 64 });
        Assert.Equal(0, await StoreCopy.RunAsync(store, folder.File("b.index"), cancellation: Stop));
        Assert.False(Directory.Exists(folder.File("b.index.partial")));
    }

    [Fact]
    public async Task What_another_copy_is_filling_is_left_alone()
    {
        using TemporaryFolder folder = new();
        string partial = folder.File("b.index.partial");
        await using LocalStore store = LocalStore.Open(folder.File("a.index"), new StoreOptions { CreateBits = 64 });
        await using LocalStore other = LocalStore.Open(partial, new StoreOptions { CreateBits = 64 });
        await other.UpsertAsync([new Item(new ItemId("new"), new[] { 1ul })], Stop);

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => StoreCopy.RunAsync(store, folder.File("b.index"), cancellation: Stop));

        Assert.StartsWith($"{partial} is being filled by another copy.", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(await other.FindAsync(new ItemId("new"), Stop));
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
