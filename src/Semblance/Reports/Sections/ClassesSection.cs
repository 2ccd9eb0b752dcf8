using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>The scores class by class, worst first.</summary>
internal static class ClassesSection
{
    public static void Write(ReportPage page, ClassTable table) => page.AddSection("classes", "Classes", () =>
    {
        Html html = page.Body;
        html.Add($"""<div class="scroll tall" role="region" aria-label="Scores by class" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Class</th><th scope="col">Queries</th>""");
        foreach (string metric in table.Metrics)
        {
            html.Add($"""<th scope="col">{metric}</th>""");
        }
        html.Add($"</tr></thead><tbody>");
        foreach (ClassRow row in table.Rows.OrderBy(row => row.Values.Count == 0 ? 0 : row.Values[0]).ThenBy(row => row.Name, StringComparer.Ordinal))
        {
            AddRow(html, row);
        }
        html.Add($"</tbody></table></div>");
        for (int k = 0; k < table.Metrics.Count; k++)
        {
            html.Add($"""<p class="protocol"><span>{table.Metrics[k]}</span> <code>{table.Protocols[k]}</code></p>""");
        }
    });

    private static void AddRow(Html html, ClassRow row)
    {
        html.Add($"""<tr><th scope="row" dir="auto">{row.Name}</th><td data-value="{row.Queries}">{row.Queries:N0}</td>""");
        foreach (double value in row.Values)
        {
            if (double.IsFinite(value))
            {
                html.Add($"""<td data-value="{value:R}"><span class="number">{value:0.000}</span>""");
                Bar.Write(html, value);
                html.Add($"</td>");
            }
            else
            {
                html.Add($"""<td data-value="-1"><span class="missing">none</span></td>""");
            }
        }
        html.Add($"</tr>\n");
    }
}
