using System.Globalization;
using Semblance.IO;

namespace Semblance.Reports;

/// <summary>One HTML page of groups of near-duplicates: the image to keep, and beside it the others.</summary>
public static class HtmlDuplicates
{
    private const int MostSkipped = 200;

    /// <summary>Writes the page beside its place and renames it.</summary>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static void Write(string path, DuplicatesReport report) => AtomicFile.WriteText(path, Render(report));

    /// <summary>The page as text. The same report gives the same text.</summary>
    public static string Render(DuplicatesReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ReportPage page = new();
        if (report.Groups.Count > 0)
        {
            page.AddSection("groups", "Groups", () => AddGroups(page.Body, report));
        }

        if (report.Skipped.Count > 0)
        {
            page.AddSection("skipped", "Images that could not be read", () => AddSkipped(page.Body, report.Skipped), shortTitle: "Not read");
        }

        page.AddSection("method", "How this was found", () => AddFacts(page.Body, report), shortTitle: "Method");
        return PageFrame.Render(report.Title, page, html => AddHeader(html, report));
    }

    private static void AddHeader(Html html, DuplicatesReport report)
    {
        html.Add($"""<h1>{report.Title}</h1><p class="summary">{report.Summary}</p><ul class="headlines">""");
        foreach ((string name, string value) in report.Figures)
        {
            html.Add($"""<li><span class="metric">{name}</span><strong>{value}</strong></li>""");
        }

        html.Add($"</ul>");
    }

    private static void AddGroups(Html html, DuplicatesReport report)
    {
        html.Add($"""<p class="note">On the left the image to keep, beside it the others of its group, the nearest first: in how many bits their codes differ. <span class="script-only">Choose an image to see it beside the one to keep.</span></p><div class="gallery copies">""");
        foreach (DuplicatesGroup group in report.Groups)
        {
            AddGroup(html, group);
        }

        html.Add($"</div>");
        if (report.GroupsNotShown > 0)
        {
            html.Add($"""<p class="note">{report.GroupsNotShown:N0} more groups are in the table and in the JSON beside this page.</p>""");
        }

        html.Add($"""
            <dialog id="look" aria-labelledby="look-title"><h2 id="look-title">Result</h2><div class="sides"></div>
            <div class="steps"><button type="button" class="previous">Previous</button><button type="button" class="next">Next</button><button type="button" class="close">Close</button></div></dialog>
            """);
    }

    private static void AddGroup(Html html, DuplicatesGroup group)
    {
        html.Add($"""<article class="query" aria-label="Near-duplicates of {group.Kept.Name}"><div class="asked">""");
        AddPicture(html, group.Kept.Image, "To keep");
        html.Add($"""<span class="label" dir="auto">{group.Kept.Name}</span><span class="verdict"><strong>Keep:</strong> {group.Why}</span>""");
        foreach (string line in group.Kept.Lines)
        {
            html.Add($"""<span class="verdict">{line}</span>""");
        }

        html.Add($"""</div><ol class="hits">""");
        for (int i = 0; i < group.Others.Count; i++)
        {
            AddOther(html, group.Others[i], string.Create(CultureInfo.InvariantCulture, $"Near-duplicate {i + 1}"));
        }

        html.Add($"</ol>");
        if (group.NotShown > 0)
        {
            html.Add($"""<p class="note">And {group.NotShown:N0} more.</p>""");
        }

        html.Add($"</article>\n");
    }

    private static void AddOther(Html html, DuplicatesImage image, string name)
    {
        html.Add($"""<li><div class="hit unknown">""");
        AddPicture(html, image.Image, name);
        html.Add($"""<span class="label" dir="auto">{image.Name}</span>""");
        foreach (string line in image.Lines)
        {
            html.Add($"""<span class="verdict">{line}</span>""");
        }

        html.Add($"</div></li>");
    }

    private static void AddPicture(Html html, Thumbnail? image, string name)
    {
        if (image is null)
        {
            html.Add($"""<span class="picture none">no picture<span class="spoken"> of {name}</span></span>""");
            return;
        }

        html.Add($"""<img class="picture" decoding="async" loading="lazy" alt="{name}" src=""").AddTrusted($"\"{image.DataUri}\">");
    }

    private static void AddSkipped(Html html, IReadOnlyList<string> skipped)
    {
        html.Add($"""<p class="note">They were passed over; nothing is said of them.</p><ul>""");
        foreach (string sentence in skipped.Take(MostSkipped))
        {
            html.Add($"<li>{sentence}</li>\n");
        }

        html.Add($"</ul>");
        if (skipped.Count > MostSkipped)
        {
            html.Add($"""<p class="note">{skipped.Count - MostSkipped:N0} more are in the JSON beside this page.</p>""");
        }
    }

    private static void AddFacts(Html html, DuplicatesReport report)
    {
        html.Add($"""<dl class="facts">""");
        foreach ((string name, string value) in report.Facts)
        {
            html.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");
        }

        html.Add($"</dl>");
    }
}
