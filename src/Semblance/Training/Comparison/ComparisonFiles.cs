using Semblance.IO;
using Semblance.Reports;

namespace Semblance.Training.Comparison;

/// <summary>Writes what came of a comparison: <c>comparison.json</c>, <c>comparison.csv</c> and <c>comparison.html</c>.</summary>
public static class ComparisonFiles
{
    /// <summary>Writes the files into the comparison's folder.</summary>
    /// <param name="comparison">What was compared.</param>
    /// <param name="table">Its scores.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="finished">When the table was made.</param>
    /// <returns>The page.</returns>
    public static string Write(LossComparison comparison, ComparisonTable table, string folder, DateTimeOffset finished)
    {
        ArgumentNullException.ThrowIfNull(table);
        AtomicFile.WriteText(Path.Combine(folder, "comparison.json"), table.ToJson());
        AtomicFile.WriteText(Path.Combine(folder, "comparison.csv"), table.ToCsv());
        string page = Path.Combine(folder, "comparison.html");
        HtmlComparison.Write(page, Report(comparison, table, finished));
        return page;
    }

    /// <summary>What the page tells.</summary>
    public static ComparisonReport Report(LossComparison comparison, ComparisonTable table, DateTimeOffset finished)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentNullException.ThrowIfNull(table);
        int losses = table.Families.SelectMany(family => family.Rows).Where(row => !row.IsBaseline).Select(row => row.Loss).Distinct().Count();
        int seeds = table.Families.SelectMany(family => family.Rows).Select(row => row.Seeds.Count).DefaultIfEmpty(0).Max();
        return new ComparisonReport
        {
            Title = "Losses under the same settings",
            Summary = FormattableString.Invariant($"{losses} losses, {(seeds == 1 ? "one seed" : $"{seeds} seeds")}. Within a family everything but the loss is the same: images, backbone, batch, steps, optimizer. So a difference is one of the losses, if it is larger than the spread."),
            Finished = finished,
            Tables = [.. table.Families.Select(family => new ComparedScores(family.Name, [.. family.Rows.Select(Row)]))],
            Losses = [.. comparison.Recipe.Losses.Where(loss => table.Families.Any(family => family.Rows.Any(row => row.Loss == loss.Name))).Select(loss => KeyValuePair.Create(loss.Name, string.Join("  ", loss.Settings)))],
            Recipes = [.. comparison.Families.Select(family => KeyValuePair.Create(family.Name, File.ReadAllText(family.Path)))],
        };
    }

    private static ComparedRow Row(LossRow row) => new(row.Loss, row.IsBaseline, [.. row.Scores.Select(score => new ComparedCell(score.Heading, score.Protocol, score.Mean, score.Deviation, score.Values))]);
}
