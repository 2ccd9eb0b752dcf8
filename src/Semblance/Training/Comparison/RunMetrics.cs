using System.Globalization;
using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>Chooses the score by which runs are compared, and which others a table shows.</summary>
internal static class RunMetrics
{
    /// <summary>The score that comes first.</summary>
    /// <exception cref="ArgumentException">A run does not have the one that was asked for.</exception>
    /// <exception cref="InvalidDataException">No score is common to all runs.</exception>
    public static string Choose(IReadOnlyList<FinishedRun> runs, string? asked)
    {
        if (asked is not null)
        {
            FinishedRun? without = runs.FirstOrDefault(run => !Names(run).Contains(asked, StringComparer.OrdinalIgnoreCase));
            return without is null
                ? Names(runs[0]).First(name => name.Equals(asked, StringComparison.OrdinalIgnoreCase))
                : throw new ArgumentException($"--metric names {asked}, which {without.Folder} did not measure; there are {string.Join(", ", Names(without))}.");
        }
        HashSet<string> common = [.. Names(runs[0])];
        foreach (FinishedRun run in runs)
        {
            common.IntersectWith(Names(run));
            if (common.Count == 0)
            {
                throw new InvalidDataException($"{runs[0].Folder} and {run.Folder} have no score in common: the one has {string.Join(", ", Names(runs[0]))}, the other {string.Join(", ", Names(run))}. Compare them apart, or measure both alike with 'semblance evaluate'.");
            }
        }
        // A classifier is known by what it measured first.
        if (runs.All(run => run.Models[0].Scores[0].Name == "top-1"))
        {
            return "top-1";
        }
        // Embeddings are known by their recall, codes by their mAP.
        return common.OrderBy(name => runs.All(run => run.Bits is not null) || !name.StartsWith("mAP", StringComparison.Ordinal) ? 0 : 1).ThenBy(name => name, Comparer<string>.Create(ByRank)).First();
    }

    /// <summary>Names of scores, the chosen one first, then those of its kind.</summary>
    public static IEnumerable<string> Order(IEnumerable<string> names, string metric) =>
        names.Distinct().OrderBy(name => name != metric).ThenBy(name => name.Split('@')[0] != metric.Split('@')[0]).ThenBy(name => name, Comparer<string>.Create(ByRank));

    /// <summary>Whether less of a score is better.</summary>
    public static bool LessIsBetter(string metric) => metric.StartsWith("empty-balls", StringComparison.Ordinal) || metric.EndsWith("-sd", StringComparison.Ordinal) || metric == "ECE";

    private static string[] Names(FinishedRun run) => [.. run.Models[0].Scores.Select(score => score.Name).Distinct()];

    private static int ByRank(string a, string b)
    {
        (int kind, int number) first = Rank(a), second = Rank(b);
        return first != second ? first.CompareTo(second) : string.CompareOrdinal(a, b);
    }

    private static (int Kind, int Number) Rank(string name)
    {
        int at = name.IndexOf('@', StringComparison.Ordinal);
        bool hasNumber = int.TryParse(at < 0 ? "" : name[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        int kind = (at < 0 || !hasNumber ? name : name[..at]) switch
        {
            "mAP" => hasNumber ? 1 : 0,
            "Recall" => 2,
            "mAP@R" => 3,
            "R-precision" => 4,
            "accuracy" or "top-1" => 5,
            "precision" => 7,
            _ => ScoredModel.IsHeadline(name) ? 6 : 8,
        };
        return (kind, number);
    }
}
