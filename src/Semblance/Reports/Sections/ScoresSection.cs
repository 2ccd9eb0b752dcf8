namespace Semblance.Reports.Sections;

/// <summary>The table of scores, with bars and, below it, the protocol of every column.</summary>
internal static class ScoresSection
{
    public static void Write(ReportPage page, ScoreTable table) => page.AddSection("scores", "Scores", () =>
    {
        (string Metric, string Protocol)[] columns = Columns(table);
        page.Body.Add($"""<div class="scroll" role="region" aria-label="Table of scores" tabindex="0"><table class="scores" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Method</th>""");
        for (int k = 0; k < columns.Length; k++)
        {
            page.Body.Add($"""<th scope="col" role="columnheader">{columns[k].Metric} <a class="ref" href="#protocol-{k + 1}" aria-label="protocol {k + 1}">{k + 1}</a></th>""");
        }
        page.Body.Add($"""</tr></thead><tbody role="rowgroup">""");
        foreach (ScoreRow row in table.Rows)
        {
            AddRow(page.Body, table, row, columns);
        }
        page.Body.Add($"</tbody></table></div>");
        AddProtocols(page.Body, columns);
        if (table.Note is { } note)
        {
            page.Body.Add($"""<p class="note">{note}</p>""");
        }
    });

    /// <summary>The best-known numbers of the first model, large, for the head of the page.</summary>
    public static void WriteHeadlines(Html html, ScoreTable table)
    {
        ScoreRow? model = table.Rows.FirstOrDefault(row => !row.IsBaseline && row.Scores.Count > 0);
        if (model is null)
        {
            return;
        }
        (string Metric, string Protocol)[] columns = Columns(table);
        html.Add($"""<ul class="headlines">""");
        foreach (ReportScore score in model.Scores.Take(MostHeadlines))
        {
            int number = Array.IndexOf(columns, (score.Metric, score.Protocol)) + 1;
            html.Add($"""<li><span class="metric">{score.Metric} <a class="ref" href="#protocol-{number}" aria-label="protocol {number}">{number}</a></span> <strong>{score.Value:0.000}</strong>""");
            if (table.BestBaseline(score) is var (name, value))
            {
                html.Add($""" <span class="beside">{name} {value:0.000}</span>""");
            }
            html.Add($"</li>");
        }
        html.Add($"</ul>");
    }

    private const int MostHeadlines = 4;

    private static (string Metric, string Protocol)[] Columns(ScoreTable table) =>
        [.. table.Rows.SelectMany(row => row.Scores).Select(score => (score.Metric, score.Protocol)).Distinct()];

    private static void AddRow(Html html, ScoreTable table, ScoreRow row, (string Metric, string Protocol)[] columns)
    {
        html.Add($"""<tr role="row" class="{(row.IsBaseline ? "baseline" : "model")}"><th scope="row" role="rowheader">{row.Name}""");
        html.Add($"""{(row.IsBaseline ? " " : "")}""");
        if (row.IsBaseline)
        {
            html.Add($"""<span class="kind">baseline</span>""");
        }
        html.Add($"</th>");
        foreach ((string metric, string protocol) in columns)
        {
            ReportScore? score = row.Scores.FirstOrDefault(one => one.Metric == metric && one.Protocol == protocol);
            AddCell(html, score, metric, Largest(table, metric, protocol));
        }
        html.Add($"</tr>\n");
    }

    private static void AddCell(Html html, ReportScore? score, string metric, double largest)
    {
        html.Add($"""<td role="cell" data-metric="{metric}">""");
        if (score is null || !double.IsFinite(score.Value))
        {
            html.Add($"""<span class="missing">not measured</span></td>""");
            return;
        }
        html.Add($"""<span class="number" title="{score.Protocol}">{score.Value:0.000}</span>""");
        if (score.Spread is double spread)
        {
            html.Add($"""<span class="spread"> ± {spread:0.000}</span>""");
        }
        Bar.Write(html, score.Value / largest);
        html.Add($"</td>");
    }

    /// <summary>The value at which a bar is full: 1, or the largest value of a column that exceeds 1.</summary>
    private static double Largest(ScoreTable table, string metric, string protocol) => table.Rows.SelectMany(row => row.Scores)
        .Where(score => score.Metric == metric && score.Protocol == protocol && double.IsFinite(score.Value))
        .Select(score => score.Value).Append(1).Max();

    private static void AddProtocols(Html html, (string Metric, string Protocol)[] columns)
    {
        html.Add($"""<ol class="protocols" aria-label="Protocols">""");
        for (int k = 0; k < columns.Length; k++)
        {
            html.Add($"""<li id="protocol-{k + 1}"><span>{columns[k].Metric}</span> <code>{columns[k].Protocol}</code></li>""");
        }
        html.Add($"</ol>");
    }
}
