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
        if (curves.ByRank.Count > 0)
        {
            ChartSpec ranks = new("precision-recall-ranks", "line", new ChartAxis("recall", 0, 1), new ChartAxis("precision", 0, 1), [.. curves.ByRank.Select(curve => Series(curve, "rank"))]);
            page.AddChart(ranks, "By rank", $"Precision against recall up to each rank, for {string.Join(", ", curves.ByRank.Select(curve => curve.Name))}.",
                "Each point is one rank; equally distant items stand in the order of the database, which is one of many: read the curve by radius where codes tie much.", curves.RankProtocol);
            ChartSpec top = new("precision-at", "line", new ChartAxis("N", CanBeLogarithmic: true), new ChartAxis("precision@N", 0, 1), [.. curves.ByRank.Select(AtRank)]);
            page.AddChart(top, "Precision at N", $"Precision among the first N items, for {string.Join(", ", curves.ByRank.Select(curve => curve.Name))}.", "Ties in the order of the database.", curves.RankProtocol);
        }
    });

    private static ChartSeries AtRank(RadiusCurve named) => new(named.Name, [.. named.Curve.At.Select(rank => (double)rank)], [.. named.Curve.Precision.Select(value => (double?)value)]);

    private static ChartSeries Series(RadiusCurve named) => Series(named, "radius");

    private static ChartSeries Series(RadiusCurve named, string what)
    {
        (int[] radii, double[] precision, double[] recall) = named.Curve;
        if (precision.Length != radii.Length || recall.Length != radii.Length)
        {
            throw new ArgumentException($"The curve of {named.Name} has {radii.Length} radii, {precision.Length} precisions and {recall.Length} recalls; each radius needs both.");
        }
        return new ChartSeries(named.Name, recall, [.. precision.Select(value => (double?)value)])
        {
            Points = [.. radii.Zip(recall, (radius, share) => string.Create(CultureInfo.InvariantCulture, $"{what} {radius}, recall {share:0.000}"))],
        };
    }
}
