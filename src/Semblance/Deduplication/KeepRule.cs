namespace Semblance.Deduplication;

/// <summary>Which image of a group is worth keeping.</summary>
public enum KeepRule
{
    /// <summary>The one with the most pixels; one in colour before those in grey.</summary>
    Resolution = 0,

    /// <summary>The one whose file was changed first.</summary>
    Oldest = 1,

    /// <summary>The one whose file was changed last.</summary>
    Newest = 2,

    /// <summary>The first of the collection.</summary>
    First = 3,
}

/// <summary>Chooses which image of a group is kept, and says why.</summary>
internal static class KeepChoice
{
    private sealed record Criterion(Func<ImageFacts, long> Value, string Best, string Same);

    private static readonly Criterion Colour = new(facts => facts.Grey ? 0 : 1, "in colour", "");
    private static readonly Criterion Pixels = new(facts => facts.Pixels, "the most pixels", "the same resolution");
    private static readonly Criterion Bytes = new(facts => facts.Bytes, "the largest file", "the same length");
    private static readonly Criterion Oldest = new(facts => -facts.Modified.Ticks, "the oldest", "the same age");
    private static readonly Criterion Newest = new(facts => facts.Modified.Ticks, "the newest", "the same age");

    /// <summary>Chooses one.</summary>
    /// <param name="facts">What is known of each image of the group, in the order of the collection; null where nothing is.</param>
    /// <param name="rule">The rule; where it leaves several, the others decide, and the order last.</param>
    /// <returns>Its place, and why it was chosen.</returns>
    public static (int Place, string Why) Of(IReadOnlyList<ImageFacts?> facts, KeepRule rule)
    {
        Criterion[] criteria = rule switch
        {
            KeepRule.Resolution => [Colour, Pixels, Bytes, Oldest],
            KeepRule.Oldest => [Oldest, Pixels, Bytes],
            KeepRule.Newest => [Newest, Pixels, Bytes],
            _ => [],
        };
        int[] left = [.. Enumerable.Range(0, facts.Count).Where(place => facts[place] is not null)];
        if (criteria.Length == 0 || left.Length == 0)
        {
            return (0, criteria.Length == 0 ? "the first" : "the first; the files are not at hand");
        }
        List<string> why = [];
        foreach (Criterion criterion in criteria)
        {
            long best = left.Max(place => criterion.Value(facts[place]!));
            int[] next = [.. left.Where(place => criterion.Value(facts[place]!) == best)];
            why.AddRange(next.Length < left.Length ? [criterion.Best] : criterion.Same.Length > 0 ? [criterion.Same] : []);
            left = next;
            if (left.Length == 1)
            {
                return (left[0], string.Join("; ", why));
            }
        }
        return (left[0], $"{string.Join("; ", why)}; the first of those");
    }
}
