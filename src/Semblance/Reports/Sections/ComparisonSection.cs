using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>The losses of one family: a chart of the first metric with its spread, and a table of all.</summary>
internal static class ComparisonSection
{
    public static void Write(ReportPage page, ComparedScores table)
    {
        (string Metric, string Protocol)[] columns = Columns(table, _ => true);
        page.AddSection(table.Name, table.Title ?? table.Name, () =>
        {
            AddChart(page, table, columns[0]);
            AddTable(page.Body, table, $"Scores of {table.Title ?? table.Name}", cell => !cell.IsMinor);
            if (table.Note is { } note)
            {
                page.Body.Add($"""<p class="note">{note}</p>""");
            }
            if (table.Rows.SelectMany(row => row.Cells).Any(cell => cell.IsMinor))
            {
                page.Body.Add($"""<details class="printed more"><summary>More scores</summary>""");
                AddTable(page.Body, table, $"More scores of {table.Title ?? table.Name}", cell => cell.IsMinor);
                page.Body.Add($"</details>");
            }
        });
    }

    private static (string Metric, string Protocol)[] Columns(ComparedScores table, Func<ComparedCell, bool> shown) =>
        [.. table.Rows.SelectMany(row => row.Cells).Where(shown).Select(cell => (cell.Metric, cell.Protocol)).Distinct()];

    private static void AddChart(ReportPage page, ComparedScores table, (string Metric, string Protocol) column)
    {
        int? longest = table.Rows.Max(row => row.Bits);
        bool several = table.Rows.Where(row => !row.IsBaseline).Select(row => row.Bits).Distinct().Count() > 1;
        (ComparedRow Row, ComparedCell Cell)[] drawn = [.. table.Rows.Where(row => !several || row.Bits == longest).Select(row => (row, CellOf(row, column))).Where(entry => entry.Item2 is not null).Select(entry => (entry.row, entry.Item2!))];
        if (drawn.Length == 0)
        {
            return;
        }
        bool intervals = table.Spread == ComparedSpread.Interval;
        ChartSeries means = new(intervals ? "mean and 95 % interval" : "mean ± deviation", [.. drawn.Select(entry => entry.Cell.Mean)], [.. drawn.Select((_, row) => (double?)row)])
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
            // Of several baselines the best one is the mark to pass.
            Marks = [.. drawn.Where(entry => entry.Row.IsBaseline).OrderByDescending(entry => entry.Cell.Mean).Take(1).Select(entry => new ChartMark("x", entry.Cell.Mean, entry.Row.Name))],
        };
        string description = $"{column.Metric} of each {table.Head.ToLowerInvariant()}. " + string.Join(" ", drawn.Select(Describe));
        string note = intervals
            ? "Dot and line: mean and 95 % interval of the mean over the seeds (Student's t); one seed has no interval. Small dots: single seeds."
            : "Dot and line: mean and standard deviation over the seeds. Small dots: single seeds. Where lines overlap, the losses do not differ here.";
        string title = several ? string.Create(CultureInfo.InvariantCulture, $"{column.Metric} at {longest} bits, best first") : $"{column.Metric}, best first";
        page.AddChart(chart, title, description, note, column.Protocol);
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

    /// <summary>Writes a table of the cells that are chosen, a column for each metric and protocol.</summary>
    public static void AddTable(Html html, ComparedScores table, string label, Func<ComparedCell, bool> shown)
    {
        (string Metric, string Protocol)[] columns = Columns(table, shown);
        bool bits = table.Rows.Any(row => row.Bits is not null), seeds = table.Rows.Any(row => row.Seeds is not null);
        html.Add($"""<div class="scroll compared" role="region" aria-label="{label}" tabindex="0"><table class="sortable"><thead><tr><th scope="col">{table.Head}</th>""");
        foreach (string heading in (string[])[.. bits ? (string[])["Bits"] : [], .. seeds ? (string[])["Seeds"] : [], .. columns.Select(column => column.Metric)])
        {
            html.Add($"""<th scope="col">{heading}</th>""");
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
            if (bits)
            {
                html.Add($"""<td data-value="{row.Bits ?? 0}">{(row.Bits is { } length ? length.ToString(CultureInfo.InvariantCulture) : "none")}</td>""");
            }
            if (seeds)
            {
                html.Add($"""<td data-value="{row.Seeds ?? 0}">{row.Seeds ?? 0}""");
                if (row.Seeds == 1)
                {
                    html.Add($"""<span class="ties">no interval</span>""");
                }
                html.Add($"</td>");
            }
            foreach ((string Metric, string Protocol) column in columns)
            {
                AddCell(html, CellOf(row, column));
            }
            html.Add($"</tr>\n");
        }
        html.Add($"</tbody></table></div>");
        foreach ((string metric, string protocol) in columns.Where(column => column.Protocol.Length > 0))
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
        html.Add($"""<td data-value="{cell.Mean:R}">""");
        if (cell.IsBest)
        {
            html.Add($"""<strong class="best">{Number(cell)}</strong><span class="spoken"> best</span>""");
        }
        else
        {
            html.Add($"{Number(cell)}");
        }
        if (cell.Deviation is { } deviation)
        {
            html.Add($"""<span class="spread"> ± {deviation:0.000}</span>""");
        }
        if (cell.Ties is var (low, high))
        {
            html.Add($"""<span class="ties">{low:0.000} to {high:0.000}</span>""");
        }
        html.Add($"</td>");
    }

    /// <summary>Three places, which whole counts do not need.</summary>
    private static string Number(ComparedCell cell) => cell.Mean.ToString(cell.Protocol.Length == 0 && cell.Values.All(double.IsInteger) && double.IsInteger(cell.Mean) && cell.Mean != 0 ? "N0" : "0.000", CultureInfo.InvariantCulture);

    private static ComparedCell? CellOf(ComparedRow row, (string Metric, string Protocol) column) =>
        row.Cells.FirstOrDefault(cell => cell.Metric == column.Metric && cell.Protocol == column.Protocol);
}
