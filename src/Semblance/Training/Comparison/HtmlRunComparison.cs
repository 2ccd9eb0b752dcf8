using System.Globalization;
using Semblance.Reports;

namespace Semblance.Training.Comparison;

/// <summary>The page of a comparison of runs.</summary>
public static class HtmlRunComparison
{
    private const string DefaultTitle = "Runs side by side";

    /// <summary>Writes the page beside its place and renames it; one file, no network.</summary>
    /// <param name="path">Where the page goes; an older one there is replaced.</param>
    /// <param name="comparison">What is shown.</param>
    /// <param name="title">The heading; null for a plain one.</param>
    /// <param name="finished">When the comparison was made; null says nothing of it.</param>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static void Write(string path, RunComparison comparison, string? title = null, DateTimeOffset? finished = null) => HtmlComparison.Write(path, Report(comparison, title, finished));

    /// <summary>What the page tells.</summary>
    /// <param name="comparison">What is shown.</param>
    /// <param name="title">The heading; null for a plain one.</param>
    /// <param name="finished">When the comparison was made.</param>
    public static ComparisonReport Report(RunComparison comparison, string? title = null, DateTimeOffset? finished = null)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return new ComparisonReport
        {
            Title = title ?? DefaultTitle,
            Summary = Summary(comparison),
            Finished = finished,
            Warnings = comparison.Notes,
            Tables = [.. comparison.Tables.Select((table, index) => Table(comparison, table, index))],
            Recipes = [.. comparison.Tables.SelectMany(table => table.Rows).Where(row => !row.IsBaseline && row.Sources[0].IsMain).DistinctBy(row => row.Method).Select(row => KeyValuePair.Create(LabelOf(row, true), row.Sources[0].Run.Recipe.TrimEnd()))],
            Runs = Runs(comparison),
        };
    }

    /// <summary>What a row is called beside others.</summary>
    internal static string LabelOf(RunRow row, bool withBits) => withBits && row.Bits is { } bits ? string.Create(CultureInfo.InvariantCulture, $"{row.Method}, {bits} bits") : row.Method;

    private static string Summary(RunComparison comparison)
    {
        RunRow[] rows = [.. comparison.Tables.SelectMany(table => table.Rows).Where(row => !row.IsBaseline)];
        int[] bits = [.. rows.Select(row => row.Bits).OfType<int>().Distinct().Order()];
        int least = rows.Min(row => row.Seeds.Count), most = rows.Max(row => row.Seeds.Count);
        string seeds = least == most ? Count(most, "seed") : string.Create(CultureInfo.InvariantCulture, $"{least} to {most} seeds");
        string lengths = bits.Length == 0 ? "" : $" at {string.Join(", ", bits.Select(length => length.ToString(CultureInfo.InvariantCulture)))} bits";
        string alone = rows.Any(row => row.Seeds.Count == 1) ? " A mean of one seed has no interval: nothing is known of how far another seed would lie from it." : "";
        return $"{Count(comparison.Runs.Count, "run")} of {Count(rows.Select(row => row.Method).Distinct().Count(), "method")}{lengths}, {seeds} each.{alone}";
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static ComparedScores Table(RunComparison comparison, RunTable table, int index)
    {
        string suffix = index == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{index + 1}");
        bool ties = table.Rows.Any(row => row.Scores.Any(score => score.Ties is not null && score.Metric == comparison.Metric));
        return new ComparedScores($"scores{suffix}", [.. table.Rows.Select(row => Row(table, row, comparison.Metric))])
        {
            Title = comparison.Tables.Count == 1 ? "Scores" : string.Create(CultureInfo.InvariantCulture, $"Scores, protocol {index + 1}"),
            Head = "Method",
            Spread = ComparedSpread.Interval,
            Note = "± is half the 95 % interval of the mean over the seeds (Student's t); a row of one seed has none. Bold: the best mean of its code length; where intervals overlap, the order may be chance."
                + (ties ? $" Below {comparison.Metric}: what a sort that leaves the order of equal distances to chance can give; {comparison.Metric} itself is the expected value over those orders." : ""),
            Charts = RunCharts.Of(table, comparison.Metric, suffix),
            Statistics = RunCharts.Statistics(table),
            CodeCharts = RunCharts.Codes(table, suffix),
            Gallery = RunGallery.Of(table),
            Settings = RunSettingsTable.Of(table),
        };
    }

    private static ComparedRow Row(RunTable table, RunRow row, string metric) => new(row.Method, row.IsBaseline, [.. row.Scores.Select(score => Cell(table, row, score, metric))])
    {
        Bits = row.Bits,
        Seeds = row.Seeds.Count,
    };

    private static ComparedCell Cell(RunTable table, RunRow row, ComparedScore score, string metric) => new(score.Metric, score.Protocol, score.Mean, score.Interval95, score.Values)
    {
        Ties = score.Ties is { } ties && score.Metric == metric ? (ties.Low, ties.High) : null,
        IsMinor = score.Metric != metric && !score.IsHeadline,
        IsBest = !row.IsBaseline && IsBest(table, row, score),
    };

    /// <summary>Whether no other method of the same code length has a better mean under the same protocol; one that stands alone is not called best.</summary>
    private static bool IsBest(RunTable table, RunRow row, ComparedScore score)
    {
        double[] others = [.. table.Rows.Where(other => !other.IsBaseline && other != row && other.Bits == row.Bits).SelectMany(other => other.Scores).Where(other => other.Metric == score.Metric && other.Protocol == score.Protocol).Select(other => other.Mean)];
        return others.Length > 0 && (RunMetrics.LessIsBetter(score.Metric) ? others.All(other => score.Mean <= other) : others.All(other => score.Mean >= other));
    }

    private static ComparedTexts Runs(RunComparison comparison)
    {
        Dictionary<object, RunRow> rows = comparison.Tables.SelectMany(table => table.Rows).Where(row => !row.IsBaseline).SelectMany(row => row.Sources.Where(source => source.IsMain).Select(source => (source.Run, row))).ToDictionary(entry => (object)entry.Run, entry => entry.row, ReferenceEqualityComparer.Instance);
        return new ComparedTexts(
            ["Folder", "Method", "Bits", "Seed", "Images", "Data hash", "Semblance", "Started"],
            [.. comparison.Runs.Select(run => (IReadOnlyList<string>)
            [
                run.Folder,
                rows.TryGetValue(run, out RunRow? row) ? row.Method : run.Name,
                run.Bits?.ToString(CultureInfo.InvariantCulture) ?? "none",
                run.Seed.ToString(CultureInfo.InvariantCulture),
                run.Note?.Images.ToString("N0", CultureInfo.InvariantCulture) ?? "not kept",
                run.Note?.DataHash[..Math.Min(12, run.Note.DataHash.Length)] ?? "not kept",
                run.Note?.Semblance ?? "not kept",
                run.Note?.Started.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "not kept",
            ])]);
    }
}
