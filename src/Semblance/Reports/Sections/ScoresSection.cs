namespace Semblance.Reports.Sections;

/// <summary>The table of scores, with bars and, below it, the protocols of its columns. Rows that have no column in common stand in tables of their own.</summary>
internal static class ScoresSection
{
    public static void Write(ReportPage page, ScoreTable table) => page.AddSection("scores", "Scores", () =>
    {
        string[] protocols = Protocols(table);
        HashSet<string> told = [];
        foreach (ScoreTable part in Parts(table))
        {
            AddTable(page.Body, part, protocols);
            AddProtocols(page.Body, part, protocols, told);
        }
        if (table.Note is { } note)
        {
            page.Body.Add($"""<p class="note">{note}</p>""");
        }
    });

    /// <summary>Every protocol once, in the order of the tables; its place is its number.</summary>
    private static string[] Protocols(ScoreTable table) => [.. Parts(table).SelectMany(Columns).Select(column => column.Protocol).Distinct()];

    /// <summary>Rows that share a column with an earlier row of a part join it; others, such as a model after something was done to it, begin a part.</summary>
    private static IEnumerable<ScoreTable> Parts(ScoreTable table)
    {
        List<List<ScoreRow>> parts = [];
        foreach (ScoreRow row in table.Rows)
        {
            if (parts.Find(part => row.Scores.Count == 0 || part.Exists(other => SharesColumn(row, other))) is { } found)
            {
                found.Add(row);
            }
            else
            {
                parts.Add([row]);
            }
        }
        return parts.Select(part => table with { Rows = part });
    }

    private static bool SharesColumn(ScoreRow row, ScoreRow other) => row.Scores.Any(score => other.Scores.Any(one => one.Metric == score.Metric && one.Protocol == score.Protocol));

    private static void AddTable(Html html, ScoreTable table, string[] protocols)
    {
        (string Metric, string Protocol)[] columns = Columns(table);
        html.Add($"""<div class="scroll" role="region" aria-label="Table of scores: {table.Rows[0].Name}" tabindex="0"><table class="scores" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Method</th>""");
        foreach ((string metric, string protocol) in columns)
        {
            int number = Array.IndexOf(protocols, protocol) + 1;
            html.Add($"""<th scope="col" role="columnheader">{metric} <a class="ref" href="#protocol-{number}" aria-label="protocol {number}">{number}</a></th>""");
        }
        html.Add($"""</tr></thead><tbody role="rowgroup">""");
        foreach (ScoreRow row in table.Rows)
        {
            AddRow(html, table, row, columns);
        }
        html.Add($"</tbody></table></div>");
    }

    /// <summary>The best-known numbers of the first model, large, for the head of the page.</summary>
    public static void WriteHeadlines(Html html, ScoreTable table)
    {
        ScoreRow? model = table.Rows.FirstOrDefault(row => !row.IsBaseline && row.Scores.Count > 0);
        if (model is null)
        {
            return;
        }
        string[] protocols = Protocols(table);
        html.Add($"""<ul class="headlines">""");
        foreach (ReportScore score in model.Scores.Take(MostHeadlines))
        {
            int number = Array.IndexOf(protocols, score.Protocol) + 1;
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

    /// <summary>The protocols of a table that no earlier one had, each with the scores that it is of.</summary>
    private static void AddProtocols(Html html, ScoreTable table, string[] protocols, HashSet<string> told)
    {
        IGrouping<string, string>[] listed = [.. Columns(table).GroupBy(column => column.Protocol, column => column.Metric).Where(group => told.Add(group.Key))];
        if (listed.Length == 0)
        {
            return;
        }
        html.Add($"""<ol class="protocols" aria-label="Protocols: {table.Rows[0].Name}">""");
        foreach (IGrouping<string, string> group in listed)
        {
            int number = Array.IndexOf(protocols, group.Key) + 1;
            html.Add($"""<li id="protocol-{number}"><span>{string.Join(", ", group)}</span> <code>{group.Key}</code></li>""");
        }
        html.Add($"</ol>");
    }
}
