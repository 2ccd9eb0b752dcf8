using Semblance.IO;
using Semblance.Reports.Sections;

namespace Semblance.Reports;

/// <summary>One HTML page about a tree of classes.</summary>
public static class HtmlDendrogram
{
    /// <summary>Writes the page beside its place and renames it.</summary>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static void Write(string path, DendrogramReport report) => AtomicFile.WriteText(path, Render(report));

    /// <summary>The page as text. The same report gives the same text.</summary>
    public static string Render(DendrogramReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ReportPage page = new();
        DendrogramSection.Write(page, report);
        return PageFrame.Render(report.Title, page, html => html.Add($"""<h1>{report.Title}</h1><p class="summary">{report.Summary}</p>"""));
    }
}
