namespace Semblance.Index.Segments;

/// <summary>Items of a part in the order of their ids; a part is one or several of them.</summary>
/// <param name="Count">How many.</param>
/// <param name="At">The item at a place.</param>
internal readonly record struct IdRun(int Count, Func<int, int> At)
{
    /// <summary>Items that are in order already.</summary>
    public static IdRun Of(int[] order) => new(order.Length, place => order[place]);

    /// <summary>The items whose ids these are, sorted by them.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="first">The item that the first one is of.</param>
    /// <returns>Items in order, and the ids in that order.</returns>
    public static (int[] Order, T[] Ids) Sort<T>(ReadOnlySpan<T> ids, int first = 0)
    {
        T[] sorted = ids.ToArray();
        int[] order = [.. Enumerable.Range(first, sorted.Length)];
        Array.Sort(sorted, order);
        return (order, sorted);
    }

    /// <summary>The place of the first item behind an id.</summary>
    public int Behind(ItemId id, Part part)
    {
        byte[] buffer = part.Ids == IdKind.Text ? new byte[ItemId.MaxTextBytes] : [];
        byte[] text = part.Ids == IdKind.Text ? ItemId.StrictUtf8.GetBytes(id.Text) : [];
        (int low, int high) = (0, Count);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            int item = At(middle);
            int compared = part.Ids == IdKind.Number ? part.NumberOf(item).CompareTo(id.Number) : part.TextOf(item, buffer).SequenceCompareTo(text);
            (low, high) = compared <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
