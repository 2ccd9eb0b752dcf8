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

    private static ChartSeries Series(RadiusCurve named)
    {
        (int[] radii, double[] precision, double[] recall) = named.Curve;
        if (precision.Length != radii.Length || recall.Length != radii.Length)
        {
            throw new ArgumentException($"The curve of {named.Name} has {radii.Length} radii, {precision.Length} precisions and {recall.Length} recalls; each radius needs both.");
        }
        return new ChartSeries(named.Name, recall, [.. precision.Select(value => (double?)value)])
        {
            Points = [.. radii.Zip(recall, (radius, share) => string.Create(CultureInfo.InvariantCulture, $"radius {radius}, recall {share:0.000}"))],
        };
    }
}
