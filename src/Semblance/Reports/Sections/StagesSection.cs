using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>A table of a curriculum's stages.</summary>
internal static class StagesSection
{
    public static void Write(ReportPage page, StageFigures figures) => page.AddSection("stages", "Stages", () =>
    {
        string[] known = figures.Stages.Any(stage => stage.Right is not null) ? ["right labels"] : [];
        string[] validated = figures.Metric is { } metric ? [$"{metric}, best", $"{metric}, at the end"] : [];
        page.Body.Add($"<p>The images that look cleanest train first; each stage adds a subset. Validation images have the labels that train, noisy ones as well.</p>");
        TextTable.Write(page.Body, new ComparedTexts(["stage", "steps", "images", .. known, .. validated], [.. figures.Stages.Select(stage => Row(stage, known.Length > 0, figures.Metric is not null))]), "Stages of the curriculum");
    });

    private static string[] Row(StageFigure stage, bool known, bool validated)
    {
        string[] right = known ? [stage.Right is { } share ? share.ToString("P1", CultureInfo.InvariantCulture) : "-"] : [];
        string[] values = validated ? [Value(stage.Best), Value(stage.LastValue)] : [];
        return [stage.Name, string.Create(CultureInfo.InvariantCulture, $"{stage.First} to {stage.Last}"), stage.Images.ToString(CultureInfo.InvariantCulture), .. right, .. values];
    }

    private static string Value(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";
}
