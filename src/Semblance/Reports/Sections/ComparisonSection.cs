using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>The losses of one family: a chart of the first metric with its spread, and a table of all.</summary>
internal static class ComparisonSection
{
    public static void Write(ReportPage page, ComparedScores table)
    {
        (string Metric, string Protocol)[] columns = [.. table.Rows.SelectMany(row => row.Cells).Select(cell => (cell.Metric, cell.Protocol)).Distinct()];
        page.AddSection(table.Name, table.Name, () =>
        {
            AddChart(page, table, columns[0]);
            AddTable(page.Body, table, columns);
        });
    }

    private static void AddChart(ReportPage page, ComparedScores table, (string Metric, string Protocol) column)
    {
        (ComparedRow Row, ComparedCell Cell)[] drawn = [.. table.Rows.Select(row => (row, CellOf(row, column))).Where(entry => entry.Item2 is not null).Select(entry => (entry.row, entry.Item2!))];
        ChartSeries means = new("mean ± deviation", [.. drawn.Select(entry => entry.Cell.Mean)], [.. drawn.Select((_, row) => (double?)row)])
        {
            Points = [.. drawn.Select(entry => entry.Row.Name)],
            Spread = [.. drawn.Select(entry => entry.Cell.Deviation)],
        };
        ChartSeries seeds = new("single seeds", [.. drawn.SelectMany(entry => entry.Cell.Values)], [.. drawn.SelectMany((entry, row) => entry.Cell.Values.Select(_ => (double?)row))])
        {
            Points = [.. drawn.SelectMany(entry => entry.Cell.Values.Select(_ => entry.Row.Name))],
        };
        ChartSpec chart = new($"{table.Name}-chart", "dots", Axis(column.Metric, [.. drawn.Select(entry => entry.Cell)]), new ChartAxis(""), [means, seeds])
        {
            Rows = [.. drawn.Select(entry => entry.Row.Name)],
            Marks = [.. drawn.Where(entry => entry.Row.IsBaseline).Select(entry => new ChartMark("x", entry.Cell.Mean, entry.Row.Name))],
        };
        string description = $"{column.Metric} of each loss. " + string.Join(" ", drawn.Select(Describe));
        page.AddChart(chart, $"{column.Metric}, best first", description, "Dot and line: mean and standard deviation over the seeds. Small dots: single seeds. Where lines overlap, the losses do not differ here.", column.Protocol);
    }

    /// <summary>An axis with room for every spread, whose ends are round.</summary>
    private static ChartAxis Axis(string metric, ComparedCell[] cells)
    {
        double least = cells.Min(cell => Math.Min(cell.Values.Min(), cell.Mean - (cell.Deviation ?? 0)));
        double most = cells.Max(cell => Math.Max(cell.Values.Max(), cell.Mean + (cell.Deviation ?? 0)));
        double step = most - least > 0.2 ? 0.05 : 0.01;
        return new ChartAxis(metric, Math.Round(step * Math.Floor((least / step) - 0.2), 4), Math.Round(step * Math.Ceiling((most / step) + 0.2), 4));
    }

    private static string Describe((ComparedRow Row, ComparedCell Cell) entry) => string.Create(CultureInfo.InvariantCulture,
        $"{entry.Row.Name}: {entry.Cell.Mean:0.000}{(entry.Cell.Deviation is { } deviation ? string.Create(CultureInfo.InvariantCulture, $" ± {deviation:0.000}") : "")}.");

    private static void AddTable(Html html, ComparedScores table, (string Metric, string Protocol)[] columns)
    {
        html.Add($"""<div class="scroll compared" role="region" aria-label="Scores of {table.Name}" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Loss</th>""");
        foreach ((string metric, _) in columns)
        {
            html.Add($"""<th scope="col">{metric}</th>""");
        }
        html.Add($"</tr></thead><tbody>");
        foreach (ComparedRow row in table.Rows)
        {
            html.Add($"""<tr><th scope="row">{row.Name}""");
            if (row.IsBaseline)
            {
                html.Add($""" <span class="kind">baseline</span>""");
            }
            html.Add($"</th>");
            foreach ((string Metric, string Protocol) column in columns)
            {
                AddCell(html, CellOf(row, column));
            }
            html.Add($"</tr>\n");
        }
        html.Add($"</tbody></table></div>");
        foreach ((string metric, string protocol) in columns)
        {
            html.Add($"""<p class="protocol"><span>{metric}</span> <code>{protocol}</code></p>""");
        }
    }

    private static void AddCell(Html html, ComparedCell? cell)
    {
        if (cell is null)
        {
            html.Add($"""<td data-value="-1"><span class="missing">not measured</span></td>""");
            return;
        }
        html.Add($"""<td data-value="{cell.Mean:R}">{cell.Mean:0.000}""");
        if (cell.Deviation is { } deviation)
        {
            html.Add($"""<span class="spread"> ± {deviation:0.000}</span>""");
        }
        html.Add($"</td>");
    }

    private static ComparedCell? CellOf(ComparedRow row, (string Metric, string Protocol) column) =>
        row.Cells.FirstOrDefault(cell => cell.Metric == column.Metric && cell.Protocol == column.Protocol);
}
