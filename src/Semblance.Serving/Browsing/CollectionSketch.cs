using System.Text;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Browsing;

/// <summary>What one pass over a store keeps of it: a sample of its items and how often each tag occurs.</summary>
/// <param name="Items">Items of the store.</param>
/// <param name="Scanned">Items that were seen.</param>
/// <param name="Sample">Some of them without payloads, or all; any first part of the list is a sample too.</param>
/// <param name="Tags">The most frequent first.</param>
internal sealed record CollectionSketch(long Items, long Scanned, IReadOnlyList<Item> Sample, IReadOnlyList<TagCount> Tags)
{
    /// <summary>Passes over a store.</summary>
    /// <remarks>
    /// The sample are the items whose ids have the smallest hashes: the same items give the same sample in any order, and an added item changes it by one at most.
    /// Memory is bounded by the sample and the number of tags.
    /// </remarks>
    public static async Task<CollectionSketch> OfAsync(ISearchStore store, BrowsingOptions options, TimeProvider time, CancellationToken cancellation)
    {
        long start = time.GetTimestamp(), scanned = 0;
        PriorityQueue<Item, ulong> sample = new(Comparer<ulong>.Create((left, right) => right.CompareTo(left)));
        Dictionary<string, long> tags = new(StringComparer.Ordinal);
        await foreach (Item item in store.ItemsAsync(null, cancellation).ConfigureAwait(false))
        {
            scanned++;
            Draw(sample, item, options.SampleItems);
            Count(tags, item, options.MaxTags);
            if ((scanned & 0xFFF) == 0 && time.GetElapsedTime(start) > options.ScanTime)
            {
                break;
            }
        }
        StoreInfo info = await store.InfoAsync(cancellation).ConfigureAwait(false);
        Item[] drawn = [.. sample.UnorderedItems.OrderBy(entry => entry.Priority).ThenBy(entry => entry.Element.Id).Select(entry => entry.Element)];
        TagCount[] counted = [.. tags.Select(pair => new TagCount(pair.Key, pair.Value)).OrderByDescending(tag => tag.Count).ThenBy(tag => tag.Tag, StringComparer.Ordinal)];
        return new CollectionSketch(Math.Max(info.Items, scanned), scanned, drawn, counted);
    }

    /// <summary>The codes of the first items of the sample.</summary>
    public Codes Codes(int bits, int count)
    {
        int words = Index.Codes.WordsFor(bits);
        ulong[] all = new ulong[count * words];
        for (int row = 0; row < count; row++)
        {
            Sample[row].Code.Span.CopyTo(all.AsSpan(row * words));
        }
        return new Codes(bits, all);
    }

    private static void Draw(PriorityQueue<Item, ulong> sample, Item item, int most)
    {
        ulong hash = Hash(item.Id);
        if (sample.Count < most)
        {
            sample.Enqueue(WithoutPayload(item), hash);
        }
        else if (sample.TryPeek(out _, out ulong largest) && hash < largest)
        {
            sample.DequeueEnqueue(WithoutPayload(item), hash);
        }
    }

    private static Item WithoutPayload(Item item) => item.Payload is null ? item : new Item(item.Id, item.Code, item.Tags);

    private static void Count(Dictionary<string, long> tags, Item item, int most)
    {
        foreach (string tag in item.Tags)
        {
            if (tags.TryGetValue(tag, out long count) || tags.Count < most)
            {
                tags[tag] = count + 1;
            }
        }
    }

    // FNV-1a, mixed once more: the same on every machine.
    private static ulong Hash(ItemId id)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte part in Encoding.UTF8.GetBytes(id.ToString()))
        {
            hash = (hash ^ part) * 0x100000001B3;
        }
        return new SeededRandom((long)hash).NextBits();
    }
}
