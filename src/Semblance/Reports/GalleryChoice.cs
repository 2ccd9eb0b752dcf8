namespace Semblance.Reports;

/// <summary>Chooses the queries that a gallery shows.</summary>
public static class GalleryChoice
{
    /// <summary>Picks the best, the most typical and the worst queries; no query is in two groups.</summary>
    /// <param name="scores">A score for each query, higher is better.</param>
    /// <param name="labels">The class of each query; a group shows as many different ones as it can.</param>
    /// <param name="each">How many queries a group has at most.</param>
    /// <returns>Indices of queries: highest first; nearest to the median first; lowest first. Equal scores: lower index first.</returns>
    public static (int[] Best, int[] Typical, int[] Worst) BestTypicalWorst(IReadOnlyList<double> scores, IReadOnlyList<string> labels, int each)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegative(each);
        if (labels.Count != scores.Count)
        {
            throw new ArgumentException($"There are {labels.Count} labels for {scores.Count} scores; each query needs both.", nameof(labels));
        }
        int size = Math.Min(each, scores.Count / 3);
        int[] ascending = [.. Enumerable.Range(0, scores.Count).OrderBy(query => scores[query])];
        double median = scores.Count == 0 ? 0 : scores[ascending[scores.Count / 2]];
        HashSet<int> taken = [];
        int[] Take(IEnumerable<int> order) => Varied(order.Where(query => !taken.Contains(query)), labels, size, taken);
        int[] worst = Take(ascending);
        int[] best = Take(Enumerable.Range(0, scores.Count).OrderByDescending(query => scores[query]));
        int[] typical = Take(Enumerable.Range(0, scores.Count).OrderBy(query => Math.Abs(scores[query] - median)));
        return (best, typical, worst);
    }

    /// <summary>The first <paramref name="size"/> of an order, one a label while there are other labels within reach.</summary>
    private static int[] Varied(IEnumerable<int> order, IReadOnlyList<string> labels, int size, HashSet<int> taken)
    {
        int[] reach = [.. order.Take(Math.Max(size, Math.Min(ReachFactor * size, labels.Count / ReachFactor)))];
        HashSet<string> seen = [];
        int[] chosen = [.. reach.OrderBy(query => seen.Add(labels[query]) ? 0 : 1).Take(size)];
        taken.UnionWith(chosen);
        return chosen;
    }

    /// <summary>Looked at are four times as many queries as are shown, and at most a quarter of all: variety, but still among the best.</summary>
    private const int ReachFactor = 4;
}
