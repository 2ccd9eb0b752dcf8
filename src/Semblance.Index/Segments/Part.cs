
namespace Semblance.Index.Segments;

/// <summary>Some items of an index: a segment, a chunk in memory, or rows that are being imported.</summary>
/// <remarks>Rows are codes that are searched, items are what has an id. In a segment equal codes are one row, elsewhere every item is a row.</remarks>
internal abstract class Part
{
    /// <summary>Number of items.</summary>
    public abstract int Items { get; }

    /// <summary>What the ids are.</summary>
    public abstract IdKind Ids { get; }

    /// <summary>The codes that are searched.</summary>
    public abstract Codes Codes { get; }

    /// <summary>The id of an item that has a number.</summary>
    public abstract long NumberOf(int item);

    /// <summary>The bytes of the id of an item that has a text; valid until the next call with the same buffer.</summary>
    public abstract ReadOnlySpan<byte> TextOf(int item, byte[] buffer);

    /// <summary>The row that holds the code of an item.</summary>
    public abstract int RowOf(int item);

    /// <summary>The tags of an item, in ordinal order.</summary>
    public abstract string[] TagsOf(int item);

    /// <summary>The payload of an item as UTF-8; empty for none.</summary>
    public abstract ReadOnlySpan<byte> PayloadOf(int item);

    /// <summary>Whether an item may have tags.</summary>
    public abstract bool HasTags { get; }

    /// <summary>Whether an item may have a payload.</summary>
    public abstract bool HasPayloads { get; }

    /// <summary>The first items, all of them in a segment, each in one of some runs.</summary>
    public abstract IEnumerable<IdRun> IdRuns(int items);

    /// <summary>The id of an item.</summary>
    public virtual ItemId IdOf(int item) => Ids == IdKind.Number ? NumberOf(item) : ItemId.FromUtf8(TextOf(item, new byte[ItemId.MaxTextBytes]));

    /// <summary>The words of the code of an item.</summary>
    public ReadOnlySpan<ulong> CodeOf(int item) => Codes[RowOf(item)];

    /// <summary>An item with all that belongs to it.</summary>
    public Item ItemAt(int item)
    {
        ReadOnlySpan<byte> payload = PayloadOf(item);
        return new Item(IdOf(item), CodeOf(item).ToArray(), TagsOf(item), payload.IsEmpty ? null : payload.ToArray());
    }
}
