namespace Semblance.Index;

/// <summary>What a <see cref="LiveIndex"/> consists of.</summary>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Ids">What the ids are.</param>
/// <param name="FormatVersion">Version of the format of its files.</param>
/// <param name="Durability">When an acknowledged write is on the disk; null where the index is open for reading only.</param>
/// <param name="Items">Number of items.</param>
/// <param name="ItemsInMemory">Those of them that are in the log and in memory, not in a segment.</param>
/// <param name="LogBytes">Bytes of the log.</param>
/// <param name="Segments">The segments.</param>
/// <param name="Warning">What last went wrong in the background, such as a merge for want of room; null for nothing.</param>
public sealed record LiveIndexInfo(
    int Bits,
    IdKind Ids,
    int FormatVersion,
    Durability? Durability,
    long Items,
    long ItemsInMemory,
    long LogBytes,
    IReadOnlyList<SegmentInfo> Segments,
    string? Warning)
{
    /// <summary>Deleted and replaced items that segments still hold.</summary>
    public long DeletedItems => Segments.Sum(segment => (long)segment.DeletedItems);

    /// <summary>Bytes of all segments.</summary>
    public long SegmentBytes => Segments.Sum(segment => segment.Bytes);

    /// <summary>Bytes of each column over all segments.</summary>
    public IReadOnlyDictionary<string, long> ColumnBytes =>
        Segments.SelectMany(segment => segment.Columns).GroupBy(column => column.Name).ToDictionary(column => column.Key, column => column.Sum(part => part.Bytes), StringComparer.Ordinal);
}

/// <summary>A segment of a <see cref="LiveIndex"/>.</summary>
/// <param name="File">Name of its file.</param>
/// <param name="Items">Items in it, deleted ones included.</param>
/// <param name="Codes">Different codes in it.</param>
/// <param name="DeletedItems">Items that are deleted or replaced.</param>
/// <param name="Bytes">Bytes of the file.</param>
/// <param name="Columns">Its columns.</param>
public sealed record SegmentInfo(string File, int Items, int Codes, int DeletedItems, long Bytes, IReadOnlyList<ColumnInfo> Columns);

/// <summary>A column of a segment.</summary>
/// <param name="Name">Its name, as in <c>docs/index-format.md</c>.</param>
/// <param name="Bytes">Bytes that it takes.</param>
public sealed record ColumnInfo(string Name, long Bytes);
