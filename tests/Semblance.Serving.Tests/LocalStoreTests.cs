using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving;

public sealed class LocalStoreTests
{
    [Fact]
    public async Task An_index_is_made_searched_and_remembers_its_encoder()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "photos.index");
        EncodedNote note = new("run", "0123", "32 x 32", []);
        await using (ISearchStore store = await SearchStores.OpenAsync(path, new StoreOptions { CreateBits = 8 }, TestContext.Current.CancellationToken))
        {
            Assert.Equal(0, await store.UpsertAsync([new Item("a", new ulong[] { 1 }, ["x"]), new Item("b", new ulong[] { 3 }, ["y"], """{"n": 1.0}""")], TestContext.Current.CancellationToken));
            await store.SetNoteAsync(note, TestContext.Current.CancellationToken);
        }

        await using ISearchStore read = await SearchStores.OpenAsync(path, new StoreOptions { ReadOnly = true }, TestContext.Current.CancellationToken);
        StoreAnswer answer = Assert.Single(await read.SearchAsync(new Codes(8, [0]), new StoreSearch { K = 5 }, TestContext.Current.CancellationToken));
        Assert.Equal([("a", 1), ("b", 2)], answer.Matches.Select(match => (match.Id.ToString(), match.Distance)));
        Assert.Equal(note.Model, (await read.NoteAsync(TestContext.Current.CancellationToken))!.Model);
        await Assert.ThrowsAsync<ReadOnlyStoreException>(() => read.DeleteAsync([new ItemId("a")], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_that_is_no_index_is_refused()
    {
        using TemporaryFolder folder = new();
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => SearchStores.OpenAsync(folder.Path, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("is a folder without an index", refused.Message, StringComparison.Ordinal);
    }
}
