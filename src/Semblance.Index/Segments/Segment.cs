using System.Runtime.CompilerServices;
using Semblance.Index.Storage;
using Semblance.Index.Sublinear;

namespace Semblance.Index.Segments;

/// <summary>Items in a file that does not change.</summary>
/// <remarks>
/// Every different code is one row; rows are in the order of the lowest id that has the code. Item r, for r below <see cref="Rows"/>, is that holder of
/// row r; items with a code that a lower id has too, the extras, follow, ordered by (row, id). So where no two codes are equal items and rows are the same, in id
/// order, and nothing but codes and ids is stored; an extra costs its id and eight bytes, never more than a row of its own.
/// It is counted who uses it: the file is unmapped, and deleted where it is obsolete, when the last one is done.
/// </remarks>
internal sealed class Segment : Part
{
    private readonly SegmentFile _file;
    private readonly Column<long>? _numbers;
    private readonly RunColumn<byte>? _texts;
    private readonly Column<int>? _extraRows;
    private readonly Column<int>? _extrasById;
    private readonly RunColumn<byte>? _payloads;
    private readonly ConditionalWeakTable<Filter, TaggedItems> _accepted = [];
    private IdRange? _range;
    private Action? _obsolete;
    private int _references = 1;

    private Segment(SegmentFile file, SegmentEntry entry)
    {
        (_file, Entry) = (file, entry);
        Codes = new Codes(file.Bits, file.Column<ulong>(SegmentLayout.Codes, (long)file.Rows * Codes.WordsFor(file.Bits)));
        Search = file.Has(TableColumns.LayoutName) ? new HammingIndex(MultiIndex.FromColumns(Codes, file.Column<byte>, file.FilePath)) : new HammingIndex(Codes);
        if (file.Ids == IdKind.Number)
        {
            _numbers = file.Column<long>(SegmentLayout.Numbers, file.Items);
        }
        else
        {
            _texts = RunColumn<byte>.Open(file, SegmentLayout.TextOffsets, SegmentLayout.Texts, file.Items);
        }

        if (file.Items > file.Rows)
        {
            _extraRows = file.Column<int>(SegmentLayout.ExtraRows, file.Items - file.Rows);
            _extrasById = file.Column<int>(SegmentLayout.ExtrasById, file.Items - file.Rows);
        }

        Tags = file.Has(SegmentLayout.Tags) ? new TagColumns(file) : null;
        _payloads = file.Has(SegmentLayout.Payloads) ? RunColumn<byte>.Open(file, SegmentLayout.PayloadOffsets, SegmentLayout.Payloads, file.Items) : null;
    }

    /// <summary>What the manifest says of it.</summary>
    public SegmentEntry Entry { get; }

    /// <summary>Its file.</summary>
    public SegmentFile File => _file;

    /// <summary>The tags, or null where no item has one.</summary>
    public TagColumns? Tags { get; }

    /// <summary>Searches its rows.</summary>
    public HammingIndex Search { get; }

    /// <summary>Number of different codes.</summary>
    public int Rows => _file.Rows;

    /// <summary>Whether it has no tables of substrings though they could pay.</summary>
    public bool LacksTables => Search.Tables is null && MultiIndex.Pays(_file.Bits, Rows);

    /// <inheritdoc/>
    public override int Items => _file.Items;

    /// <inheritdoc/>
    public override IdKind Ids => _file.Ids;

    /// <inheritdoc/>
    public override Codes Codes { get; }

    /// <inheritdoc/>
    public override bool HasTags => Tags is not null;

    /// <inheritdoc/>
    public override bool HasPayloads => _payloads is not null;

    /// <summary>Opens the segment that an entry of the manifest names.</summary>
    /// <exception cref="InvalidDataException">The file is not the one that was written.</exception>
    public static Segment Open(FileStore store, SegmentEntry entry, int bits, IdKind ids)
    {
        var file = new SegmentFile(store, entry.FileName, entry.Length, entry.Checksum);
        try
        {
            return file.Bits == bits && file.Ids == ids
                ? new Segment(file, entry)
                : throw file.Damaged(0, $"the segment has codes of {file.Bits} bits and ids of kind {file.Ids}, the index {bits} and {ids}");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Counts one more user.</summary>
    public void Acquire() => Interlocked.Increment(ref _references);

    /// <summary>Counts one user less.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _file.Dispose();
            _obsolete?.Invoke();
        }
    }

    /// <summary>Says what to do when the last user is done: delete the file.</summary>
    public void WhenUnused(Action action) => _obsolete = action;

    /// <inheritdoc/>
    public override long NumberOf(int item) => _numbers!.Slice(item, 1)[0];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> TextOf(int item, byte[] buffer)
    {
        ReadOnlySpan<byte> text = _texts![item];
        return text.Length is >= 1 and <= ItemId.MaxTextBytes ? text : throw _file.Damaged(0, $"the id of item {item} has {text.Length} bytes");
    }

    /// <inheritdoc/>
    public override ItemId IdOf(int item)
    {
        try
        {
            return base.IdOf(item);
        }
        catch (ArgumentException fault)
        {
            throw _file.Damaged(0, $"the id of item {item} is no text: {fault.Message}");
        }
    }

    /// <inheritdoc/>
    public override int RowOf(int item)
    {
        if (item < Rows)
        {
            return item;
        }

        int row = _extraRows!.Slice(item - Rows, 1)[0];
        return (uint)row < (uint)Rows ? row : throw _file.Damaged(0, $"item {item} has row {row} of {Rows}");
    }

    /// <inheritdoc/>
    public override string[] TagsOf(int item) => Tags?.Of(item) ?? [];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PayloadOf(int item) => _payloads is null ? default : _payloads[item];

    /// <summary>What has tags that a filter accepts; kept as long as the filter is.</summary>
    public TaggedItems Accepted(Filter filter) => _accepted.GetValue(filter, wanted =>
    {
        RowSet items = wanted.Rows(Items, tag => Tags?.ItemsOf(tag) ?? new RowSet(Items));
        return new TaggedItems(items, RowsOf(items));
    });

    /// <summary>The extras of a row: the first and how many.</summary>
    public (int First, int Count) ExtrasOf(int row)
    {
        if (_extraRows is null)
        {
            return (Items, 0);
        }

        int first = FirstExtraFrom(row);
        int end = first;
        while (end < _extraRows.Length && _extraRows.Slice(end, 1)[0] == row)
        {
            end++;
        }

        return (Rows + first, end - first);
    }

    /// <summary>The highest id.</summary>
    public ItemId HighestId()
    {
        ItemId holder = IdOf(Rows - 1);
        return _extrasById is null || IdOf(ExtraById(_extrasById.Length - 1)) is var extra && extra.CompareTo(holder) < 0 ? holder : extra;
    }

    /// <summary>The item of an id, or -1.</summary>
    public int Find(ItemId id)
    {
        (ItemId lowest, ItemId highest) = _range ??= new IdRange(IdOf(0), HighestId());
        if (id.CompareTo(lowest) < 0 || id.CompareTo(highest) > 0)
        {
            return -1;
        }

        byte[] text = Ids == IdKind.Text ? ItemId.StrictUtf8.GetBytes(id.Text) : [];
        int found = BinarySearch(Rows, item => item, id, text);
        return found >= 0 || _extrasById is null ? found : BinarySearch(_extrasById.Length, ExtraById, id, text);
    }

    /// <inheritdoc/>
    public override IEnumerable<IdRun> IdRuns(int items) =>
        _extrasById is null ? [new IdRun(Rows, row => row)] : [new IdRun(Rows, row => row), new IdRun(_extrasById.Length, ExtraById)];

    private RowSet RowsOf(RowSet items)
    {
        if (_extraRows is null)
        {
            return items;
        }

        RowSet rows = new(Rows);
        for (int item = 0; item < Items; item++)
        {
            if (items[item])
            {
                rows[RowOf(item)] = true;
            }
        }

        return rows;
    }

    private int ExtraById(int place)
    {
        int extra = _extrasById!.Slice(place, 1)[0];
        return (uint)extra < (uint)(Items - Rows) ? Rows + extra : throw _file.Damaged(0, $"extra {extra} of {Items - Rows} is named");
    }

    private int BinarySearch(int count, Func<int, int> itemAt, ItemId id, byte[] text)
    {
        int low = 0;
        int high = count - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) >> 1);
            int item = itemAt(middle);
            int order = Ids == IdKind.Number ? NumberOf(item).CompareTo(id.Number) : TextOf(item, []).SequenceCompareTo(text);
            if (order == 0)
            {
                return item;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private int FirstExtraFrom(int row)
    {
        int low = 0;
        int high = _extraRows!.Length;
        while (low < high)
        {
            int middle = low + ((high - low) >> 1);
            (low, high) = _extraRows.Slice(middle, 1)[0] < row ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private sealed record IdRange(ItemId Lowest, ItemId Highest);
}
