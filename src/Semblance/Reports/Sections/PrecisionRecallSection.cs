using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>The precision-recall curve by Hamming radius.</summary>
internal static class PrecisionRecallSection
{
    public static void Write(ReportPage page, PrecisionRecall curves) => page.AddSection("precision-recall", "Precision and recall", () =>
    {
        ChartSeries[] series = [.. curves.Curves.Select(Series)];
        ChartSpec chart = new("precision-recall-chart", "line", new ChartAxis("recall", 0, 1), new ChartAxis("precision", 0, 1), series);
        page.AddChart(chart, "By Hamming radius",
            $"Precision against recall, one point for each Hamming radius, for {string.Join(", ", curves.Curves.Select(curve => curve.Name))}.",
            "Each point is one radius, growing from left to right. A query that finds nothing within a radius counts there with precision 0.",
            curves.Protocol);
    });

    private static ChartSeries Series(RadiusCurve curve)
    {
        if (curve.Precision.Count != curve.Recall.Count)
        {
            throw new ArgumentException($"The curve of {curve.Name} has {curve.Precision.Count} precisions and {curve.Recall.Count} recalls; each radius needs both.");
        }
        return new ChartSeries(curve.Name, [.. curve.Recall], [.. curve.Precision.Select(value => (double?)value)])
        {
            Points = [.. Enumerable.Range(0, curve.Precision.Count).Select(radius =>
                string.Create(CultureInfo.InvariantCulture, $"radius {radius}, recall {curve.Recall[radius]:0.000}"))],
        };
    }
}
