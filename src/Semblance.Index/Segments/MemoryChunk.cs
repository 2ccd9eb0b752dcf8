namespace Semblance.Index.Segments;

/// <summary>Items in memory, in the order in which they came; every item is a row.</summary>
/// <remarks>One thread adds items; others read those that were there when they got their view.</remarks>
/// <param name="bits">Bits of a code.</param>
/// <param name="ids">What the ids are.</param>
/// <param name="capacity">Items that fit.</param>
internal sealed class MemoryChunk(int bits, IdKind ids, int capacity) : Part
{
    private const int RunItems = 4096;

    private readonly ulong[] _words = new ulong[capacity * Codes.WordsFor(bits)];
    private readonly ItemId[] _ids = new ItemId[capacity];
    private readonly int[] _previous = new int[capacity];

    // A full run changes no more, so it is sorted once; readers that sort it at the same time get the same.
    private readonly int[]?[] _fullRuns = new int[]?[capacity / RunItems];
    private string[]?[]? _tags;
    private byte[]?[]? _payloads;
    private int _count;

    /// <inheritdoc/>
    public override int Items => _count;

    /// <inheritdoc/>
    public override IdKind Ids => ids;

    /// <inheritdoc/>
    public override Codes Codes => First(_count);

    /// <inheritdoc/>
    public override bool HasTags => _tags is not null;

    /// <inheritdoc/>
    public override bool HasPayloads => _payloads is not null;

    /// <summary>The codes of the first items.</summary>
    public Codes First(int count) => new(bits, new Column<ulong>(_words.AsMemory(0, count * Codes.WordsFor(bits))));

    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="previous">The place of the item that had the id before, or -1.</param>
    public void Add(Item item, int previous)
    {
        item.Words.CopyTo(_words, _count * item.Words.Length);
        _ids[_count] = item.Id;
        _previous[_count] = previous;
        if (item.TagArray.Length > 0)
        {
            (_tags ??= new string[]?[capacity])[_count] = item.TagArray;
        }

        if (item.Json is not null)
        {
            (_payloads ??= new byte[]?[capacity])[_count] = item.Json;
        }

        _count++;
    }

    /// <summary>The place of the item that had the id of this one before, or -1.</summary>
    public int PreviousOf(int item) => _previous[item];

    /// <inheritdoc/>
    public override ItemId IdOf(int item) => _ids[item];

    /// <inheritdoc/>
    public override long NumberOf(int item) => _ids[item].Number;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> TextOf(int item, byte[] buffer) => buffer.AsSpan(0, ItemId.StrictUtf8.GetBytes(_ids[item].Text, buffer));

    /// <inheritdoc/>
    public override int RowOf(int item) => item;

    /// <inheritdoc/>
    public override string[] TagsOf(int item) => _tags?[item] ?? [];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PayloadOf(int item) => _payloads?[item];

    /// <inheritdoc/>
    public override IEnumerable<IdRun> IdRuns(int items)
    {
        for (int run = 0; run < items / RunItems; run++)
        {
            yield return IdRun.Of(_fullRuns[run] ??= SortRun(run * RunItems, RunItems));
        }

        if (items % RunItems > 0)
        {
            yield return IdRun.Of(SortRun(items - (items % RunItems), items % RunItems));
        }
    }

    private int[] SortRun(int first, int count) => IdRun.Sort<ItemId>(_ids.AsSpan(first, count), first).Order;
}
