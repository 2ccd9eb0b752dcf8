using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>What is put side by side beside scores: curves, codes, queries and settings.</summary>
internal static class ComparedDetails
{
    public static void Write(ReportPage page, ComparedScores table)
    {
        foreach (ComparedCharts charts in table.Charts.Where(charts => charts.Charts.Count > 0))
        {
            page.AddSection(charts.Id, charts.Title, () => AddCharts(page, charts.Charts));
        }
        if (table.Statistics.Count > 0 || table.CodeCharts.Count > 0)
        {
            AddCodes(page, table);
        }
        if (table.Gallery is { } gallery && gallery.Groups.Any(group => group.Queries.Count > 0))
        {
            GallerySection.Write(page, gallery, $"gallery{Suffix(table)}", "The same queries");
        }
        if (table.Settings is { Rows.Count: > 0 } settings)
        {
            page.AddSection($"differences{Suffix(table)}", "Settings that differ", () =>
            {
                page.Body.Add($"""<p class="note">Everything else that can change a run is the same.</p>""");
                TextTable.Write(page.Body, settings, "Settings that differ");
            }, "Differences");
        }
    }

    private static string Suffix(ComparedScores table) => table.Name.StartsWith("scores", StringComparison.Ordinal) ? table.Name["scores".Length..] : $"-{table.Name}";

    private static void AddCodes(ReportPage page, ComparedScores table) => page.AddSection($"codes{Suffix(table)}", "Codes", () =>
    {
        if (table.Statistics.Count > 0)
        {
            ComparisonSection.AddTable(page.Body, table with { Rows = table.Statistics }, "Statistics of codes", _ => true);
            page.Body.Add($"""<p class="note">Imbalance: mean distance of a bit's share of ones from one half. Correlation: mean over pairs of living bits, without sign. Entropy: mean over the bits, 1 at best. Quantisation error: mean squared gap between outputs and signs. Empty balls: queries that find nothing within the radius.</p>""");
        }
        AddCharts(page, table.CodeCharts);
    });

    private static void AddCharts(ReportPage page, IReadOnlyList<ComparedChart> charts)
    {
        page.Body.Add($"""<div class="charts many">""");
        foreach (ComparedChart chart in charts)
        {
            AddChart(page, chart);
        }
        page.Body.Add($"</div>");
    }

    private static void AddChart(ReportPage page, ComparedChart chart)
    {
        ChartSeries[] series =
        [
            .. chart.Lines.Select(line => new ChartSeries(line.Name, line.X, [.. line.Y.Select(value => double.IsFinite(value) ? value : (double?)null)]) { Spread = line.Spread, Points = line.Points, Style = line.Style }),
        ];
        (double? fromX, double? toX, double? fromY, double? toY) = chart.Range;
        ChartAxis x = chart.Places is { } places ? new ChartAxis(chart.X, -0.25, places.Count - 0.75) { Names = places } : new ChartAxis(chart.X, fromX, toX);
        string description = $"{chart.Title}: {chart.Y} against {chart.X} for {string.Join(", ", chart.Lines.Select(line => line.Name))}. " + string.Join(" ", chart.Lines.Take(20).Select(line => Describe(chart, line)));
        page.AddChart(new ChartSpec(chart.Id, chart.IsArea ? "area" : "line", x, new ChartAxis(chart.Y, fromY, toY), series), chart.Title, description, chart.Note, chart.Protocol);
    }

    private static string Describe(ComparedChart chart, ComparedLine line)
    {
        int last = line.Y.Count - 1;
        return last < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{line.Name}: {line.Y[0]:0.000} to {line.Y[last]:0.000}.");
    }
}
