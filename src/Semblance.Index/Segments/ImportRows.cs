namespace Semblance.Index.Segments;

/// <summary>Items that are being imported, as the caller has them; every item is a row.</summary>
/// <param name="codes">The codes.</param>
/// <param name="numbers">The ids where they are numbers.</param>
/// <param name="texts">The ids where they are texts, as ids.</param>
/// <param name="items">The items where they have tags or payloads.</param>
internal sealed class ImportRows(Codes codes, ReadOnlyMemory<long> numbers, ItemId[]? texts, IReadOnlyList<Item>? items) : Part
{
    /// <inheritdoc/>
    public override int Items => codes.Count;

    /// <inheritdoc/>
    public override IdKind Ids => texts is null ? IdKind.Number : IdKind.Text;

    /// <inheritdoc/>
    public override Codes Codes => codes;

    /// <inheritdoc/>
    public override bool HasTags { get; } = items is not null && items.Any(item => item.TagArray.Length > 0);

    /// <inheritdoc/>
    public override bool HasPayloads { get; } = items is not null && items.Any(item => item.Json is not null);

    /// <inheritdoc/>
    public override ItemId IdOf(int item) => texts is null ? numbers.Span[item] : texts[item];

    /// <inheritdoc/>
    public override long NumberOf(int item) => numbers.Span[item];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> TextOf(int item, byte[] buffer) => buffer.AsSpan(0, ItemId.StrictUtf8.GetBytes(texts![item].Text, buffer));

    /// <inheritdoc/>
    public override int RowOf(int item) => item;

    /// <inheritdoc/>
    public override string[] TagsOf(int item) => items?[item].TagArray ?? [];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PayloadOf(int item) => items?[item].Json;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An id comes twice.</exception>
    public override IEnumerable<IdRun> IdRuns(int items) => [texts is not null ? Run<ItemId>(texts.AsSpan(0, items)) : Run(numbers.Span[..items])];

    private static IdRun Run<T>(ReadOnlySpan<T> ids)
        where T : IComparable<T>
    {
        if (IsAscending(ids))
        {
            return new IdRun(ids.Length, item => item);
        }

        (int[] order, T[] sorted) = IdRun.Sort(ids);
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].CompareTo(sorted[i - 1]) == 0)
            {
                throw Live.Checks.Twice(sorted[i] is ItemId id ? id : (long)(object)sorted[i]);
            }
        }

        return IdRun.Of(order);
    }

    private static bool IsAscending<T>(ReadOnlySpan<T> ids)
        where T : IComparable<T>
    {
        for (int i = 1; i < ids.Length; i++)
        {
            if (ids[i - 1].CompareTo(ids[i]) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
