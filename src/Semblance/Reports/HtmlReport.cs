using Semblance.IO;
using Semblance.Reports.Sections;

namespace Semblance.Reports;

/// <summary>One HTML page about a run: a single file that needs no network, no server and no other file.</summary>
public static class HtmlReport
{
    /// <summary>Writes the page beside its place and renames it, so that there is never half of one.</summary>
    /// <param name="path">Where the page goes; an older one there is replaced.</param>
    /// <param name="report">What it tells.</param>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static void Write(string path, RunReport report) => AtomicFile.WriteText(path, Render(report));

    /// <summary>The page as text. The same report gives the same text.</summary>
    /// <param name="report">What it tells.</param>
    public static string Render(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ReportPage page = new();
        AddSections(page, report);
        Html html = new();
        AddHead(html, report);
        AddHeader(html, report, page.Sections);
        html.Add($"<main>\n").AddTrusted(page.Body.ToString()).Add($"</main>\n");
        html.Add($"<footer>Written by Semblance {Version}. This page is one file and asks no other computer for anything.</footer>\n");
        html.Add($"""<script type="application/json" id="report-data">""").AddTrusted(new ChartData(page.Charts).ToJson()).Add($"</script>\n");
        html.Add($"<script>").AddTrusted(ReportAssets.Script).Add($"</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static string Version => typeof(HtmlReport).Assembly.GetName().Version?.ToString(3) ?? "";

    private static void AddSections(ReportPage page, RunReport report)
    {
        if (report.Scores is { Rows.Count: > 0 } scores)
        {
            ScoresSection.Write(page, scores);
        }
        if (report.Training is { } training && TrainingSection.HasContent(training))
        {
            TrainingSection.Write(page, training);
        }
        if (report.Gallery is { } gallery && gallery.Groups.Any(group => group.Queries.Count > 0))
        {
            GallerySection.Write(page, gallery);
        }
        if (report.PrecisionRecall is { Curves.Count: > 0 } curves)
        {
            PrecisionRecallSection.Write(page, curves);
        }
        if (report.Distances is not null || report.Bits is not null)
        {
            CodesSection.Write(page, report.Distances, report.Bits);
        }
        if (report.Classes is { Rows.Count: > 0 } classes)
        {
            ClassesSection.Write(page, classes);
        }
        if (report.Settings is { } settings && (settings.Facts.Count > 0 || settings.Recipe is not null))
        {
            SettingsSection.Write(page, settings);
        }
    }

    private static void AddHead(Html html, RunReport report)
    {
        string policy = $"default-src 'none'; img-src data:; script-src '{ReportAssets.HashOf(ReportAssets.Script)}'; style-src '{ReportAssets.HashOf(ReportAssets.Style)}'; base-uri 'none'; form-action 'none'";
        string title = report.Run is null ? report.Title : $"{report.Title}: {report.Run}";
        html.Add($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="
            """).AddTrusted(policy).Add($"""
            ">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="Semblance {Version}">
            <title>{title}</title>
            <style>
            """).AddTrusted(ReportAssets.Style).Add($"</style>\n</head>\n");
    }

    private static void AddHeader(Html html, RunReport report, List<(string Id, string Title)> sections)
    {
        html.Add($"""<body><header><div class="top"><span class="brand">Semblance</span><button type="button" id="theme" class="script-only" aria-label="Light or dark page" title="Light or dark page"><svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7"/><path d="M10 3a7 7 0 0 1 0 14z"/></svg></button></div>""");
        html.Add($"<h1>{report.Title}</h1>");
        AddRunLine(html, report);
        string summary = report.Summary ?? report.Scores?.Describe() ?? "";
        if (summary.Length > 0)
        {
            html.Add($"""<p class="summary">{summary}</p>""");
        }
        if (report.Scores is not null)
        {
            ScoresSection.WriteHeadlines(html, report.Scores);
        }
        if (sections.Count > 1)
        {
            AddNavigation(html, sections);
        }
        html.Add($"</header>\n");
    }

    private static void AddRunLine(Html html, RunReport report)
    {
        if (report.Run is null && report.Finished is null)
        {
            return;
        }
        html.Add($"""<p class="run">""");
        if (report.Run is not null)
        {
            html.Add($"<span>{report.Run}</span>");
        }
        if (report.Finished is DateTimeOffset finished)
        {
            html.Add($"""<time datetime="{finished.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}">{finished.UtcDateTime:yyyy-MM-dd HH:mm} UTC</time>""");
        }
        html.Add($"</p>");
    }

    private static void AddNavigation(Html html, List<(string Id, string Title)> sections)
    {
        html.Add($"""<nav aria-label="Sections"><ul>""");
        foreach ((string id, string title) in sections)
        {
            html.Add($"""<li><a href="#{id}">{title}</a></li>""");
        }
        html.Add($"</ul></nav>");
    }
}
