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
        return PageFrame.Render(report.Run is null ? report.Title : $"{report.Title}: {report.Run}", page, html => AddHeader(html, report));
    }

    private static void AddSections(ReportPage page, RunReport report)
    {
        if (report.Scores is { Rows.Count: > 0 } scores)
        {
            ScoresSection.Write(page, scores);
        }
        if (report.Classification is { } figures && (figures.Single ?? (object?)figures.Several) is not null)
        {
            ClassificationSection.Write(page, figures);
        }
        if (report.Training is { } training && TrainingSection.HasContent(training))
        {
            TrainingSection.Write(page, training);
        }
        if (report.Stages is { Stages.Count: > 0 } stages)
        {
            StagesSection.Write(page, stages);
        }
        if (report.Weights.Count > 0)
        {
            WeightsSection.Write(page, report.Weights);
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

    private static void AddHeader(Html html, RunReport report)
    {
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
}
