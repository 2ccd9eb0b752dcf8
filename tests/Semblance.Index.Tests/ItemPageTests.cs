using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>A page of items costs what it holds, however many items the index has.</summary>
public sealed class ItemPageTests : IDisposable
{
    private const int Items = 60_000;
    private const int PageBytes = 128 << 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(IdKind.Number, false)]
    [InlineData(IdKind.Number, true)]
    [InlineData(IdKind.Text, false)]
    [InlineData(IdKind.Text, true)]
    public void A_page_in_the_middle_is_right_and_small_in_memory(IdKind ids, bool inMemory)
    {
        using LiveIndex index = LiveIndex.Create(_folder.File("index"), new LiveIndexOptions { Bits = 16, Ids = ids, MemoryRows = inMemory ? 2 * Items : 1000 });
        // Sixteen bits for so many items: most have a code that another one has too.
        int[] order = [.. Enumerable.Range(0, Items)];
        new Random(5).Shuffle(order);
        foreach (int[] part in order.Chunk(1000))
        {
            index.Upsert([.. part.Select(number => new Item(IdOf(ids, number), new[] { (ulong)(number * 7919 % 65536) }))]);
        }
        index.Delete([.. Enumerable.Range(0, Items).Where(number => number % 5 == 0).Select(number => IdOf(ids, number))]);
        if (!inMemory)
        {
            index.Flush();
        }

        using Snapshot snapshot = index.Snapshot();
        ItemId[] all = [.. snapshot.Items().Select(item => item.Id)];
        Assert.Equal(Enumerable.Range(0, Items).Where(number => number % 5 != 0).Select(number => IdOf(ids, number)), all);
        foreach (int after in new[] { 1, 29_999, 30_000, Items - 7, Items })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ItemId[] page = [.. snapshot.Items(IdOf(ids, after)).Take(10).Select(item => item.Id)];
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, PageBytes);
            Assert.Equal(all.Where(id => id > IdOf(ids, after)).Take(10), page);
        }
    }

    private static ItemId IdOf(IdKind ids, int number) => ids == IdKind.Number ? number : $"photo {number:d6}";
}
