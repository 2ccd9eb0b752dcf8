namespace Semblance.Reports.Sections;

/// <summary>A table of texts that scrolls within the page.</summary>
internal static class TextTable
{
    public static void Write(Html html, ComparedTexts table, string label)
    {
        html.Add($"""<div class="scroll tall texts" role="region" aria-label="{label}" tabindex="0"><table class="sortable"><thead><tr>""");
        foreach (string column in table.Columns)
        {
            html.Add($"""<th scope="col">{column}</th>""");
        }
        html.Add($"</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            html.Add($"""<tr><th scope="row">{row[0]}</th>""");
            foreach (string cell in row.Skip(1))
            {
                html.Add($"<td>{cell}</td>");
            }
            html.Add($"</tr>\n");
        }
        html.Add($"</tbody></table></div>");
    }
}
