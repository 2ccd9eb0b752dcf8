using Semblance.IO;
using Semblance.Reports.Sections;

namespace Semblance.Reports;

/// <summary>One HTML page about losses or runs that were put side by side.</summary>
public static class HtmlComparison
{
    /// <summary>Writes the page beside its place and renames it.</summary>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static void Write(string path, ComparisonReport report) => AtomicFile.WriteText(path, Render(report));

    /// <summary>The page as text. The same report gives the same text.</summary>
    public static string Render(ComparisonReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ReportPage page = new();
        foreach (ComparedScores table in report.Tables.Where(table => table.Rows.Any(row => row.Cells.Count > 0)))
        {
            ComparisonSection.Write(page, table);
            ComparedDetails.Write(page, table);
        }
        AddSettings(page, report);
        return PageFrame.Render(report.Title, page, html => AddHeader(html, report));
    }

    private static void AddHeader(Html html, ComparisonReport report)
    {
        html.Add($"<h1>{report.Title}</h1>");
        if (report.Finished is { } finished)
        {
            html.Add($"""<p class="run"><time datetime="{finished.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}">{finished.UtcDateTime:yyyy-MM-dd HH:mm} UTC</time></p>""");
        }
        html.Add($"""<p class="summary">{report.Summary}</p>""");
        foreach (string warning in report.Warnings)
        {
            html.Add($"""<p class="warning">{warning}</p>""");
        }
    }

    private static void AddSettings(ReportPage page, ComparisonReport report) => page.AddSection("settings", report.Runs is null ? "Settings" : "Runs", () =>
    {
        if (report.Runs is { } runs)
        {
            TextTable.Write(page.Body, runs, "Runs");
        }
        if (report.Losses.Count > 0)
        {
            page.Body.Add($"""<p class="note">A run is the recipe of its family with what stands here for its loss; nothing else differs but the seed.</p>""");
            AddTexts(page.Body, "What each loss sets", report.Losses);
        }
        foreach ((string name, string recipe) in report.Recipes)
        {
            page.Body.Add($"""<details class="printed recipe"><summary>Recipe of {name}</summary><pre tabindex="0"><code>{recipe}</code></pre></details>""");
        }
    });

    private static void AddTexts(Html html, string title, IReadOnlyList<KeyValuePair<string, string>> texts)
    {
        html.Add($"""<details class="printed" open><summary>{title}</summary><dl class="facts">""");
        foreach ((string name, string text) in texts)
        {
            html.Add($"<div><dt>{name}</dt><dd><code>{text}</code></dd></div>");
        }
        html.Add($"</dl></details>");
    }
}
