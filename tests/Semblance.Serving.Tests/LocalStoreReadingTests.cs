using Semblance.Index;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving;

public sealed class LocalStoreReadingTests
{
    [Fact]
    public async Task A_store_that_only_reads_sees_what_another_writes()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "photos.index");
        await using ISearchStore writer = await SearchStores.OpenAsync(path, new StoreOptions { CreateBits = 8 });
        await using ISearchStore reader = await SearchStores.OpenAsync(path, new StoreOptions { ReadOnly = true });
        await writer.UpsertAsync([new Item("a", new ulong[] { 1 })]);
        Item? seen = null;
        for (int wait = 0; seen is null && wait < 600; wait++)
        {
            await Task.Delay(50);
            seen = await reader.FindAsync("a");
        }
        Assert.NotNull(seen);
    }
}
