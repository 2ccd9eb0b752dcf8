using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>Finds the ids that two segments share.</summary>
internal static class SameIds
{
    /// <summary>A segment that is so many times smaller is looked up id by id; otherwise both are walked through in order.</summary>
    private const int MuchSmaller = 16;

    /// <summary>The items of the first segment whose ids the second has too.</summary>
    public static IEnumerable<int> Of(Segment first, Segment second)
    {
        if (Apart(first, second) || Apart(second, first))
        {
            return [];
        }

        return first.Items / MuchSmaller > second.Items ? LookedUp(first, second) : Walked(first, second);
    }

    /// <summary>Whether all ids of the left segment come before those of the right one. Item 0 has the lowest id; the highest is the last holder or extra.</summary>
    private static bool Apart(Segment left, Segment right) => left.HighestId().CompareTo(right.IdOf(0)) < 0;

    private static IEnumerable<int> LookedUp(Segment first, Segment second)
    {
        for (int item = 0; item < second.Items; item++)
        {
            if (first.Find(second.IdOf(item)) is >= 0 and int found)
            {
                yield return found;
            }
        }
    }

    private static IEnumerable<int> Walked(Segment first, Segment second)
    {
        var merge = new IdMerge();
        merge.Add(first, 0, null, first.Items);
        merge.Add(second, 1, null, second.Items);
        ItemId? before = null;
        int beforeItem = -1;
        foreach ((int source, int item) in merge.Items())
        {
            // Of equal ids the one of the first segment comes first.
            if (source == 1 && before is { } id && id == second.IdOf(item))
            {
                yield return beforeItem;
            }

            (before, beforeItem) = source == 0 ? (first.IdOf(item), item) : (default(ItemId?), -1);
        }
    }
}
