using System.Globalization;
using Semblance.IO;
using Semblance.Reports.Sections;

namespace Semblance.Reports;

/// <summary>One HTML page about how clean the labels of a collection are.</summary>
public static class HtmlCleaning
{
    /// <summary>Writes the page beside its place and renames it.</summary>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static void Write(string path, CleaningReport report) => AtomicFile.WriteText(path, Render(report));

    /// <summary>The page as text. The same report gives the same text.</summary>
    public static string Render(CleaningReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ReportPage page = new();
        page.AddSection("subsets", "Subsets", () => AddSubsets(page.Body, report));
        if (report.Suspects.Count > 0)
        {
            page.AddSection("suspects", "Most suspicious images", () => AddSuspects(page.Body, report), shortTitle: "Suspects");
        }

        page.AddSection("classes", "Classes", () => AddClasses(page.Body, report));
        if (report.Examples.Count > 0)
        {
            page.AddSection("examples", "Cleanest and noisiest images", () => AddExamples(page, report), shortTitle: "Images");
        }

        page.AddSection("method", "How this was found", () => AddFacts(page.Body, report), shortTitle: "Method");
        return PageFrame.Render(report.Title, page, html => html.Add($"""<h1>{report.Title}</h1><p class="summary">{report.Summary}</p>"""));
    }

    private static void AddSubsets(Html html, CleaningReport report)
    {
        bool known = report.Subsets.Any(subset => subset.RightShare is not null);
        int total = report.Subsets.Sum(subset => subset.Count);
        html.Add($"""<div class="scroll" role="region" aria-label="Subsets" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Subset</th><th scope="col">Images</th><th scope="col">Share</th>""");
        if (known)
        {
            html.Add($"""<th scope="col">Right labels in it</th><th scope="col">Right labels found up to here</th>""");
        }

        html.Add($"</tr></thead><tbody>");
        foreach (CleaningSubset subset in report.Subsets)
        {
            html.Add($"""<tr><th scope="row">{subset.Name}</th><td data-value="{subset.Count}">{subset.Count:N0}</td>""");
            AddShare(html, total == 0 ? 0 : (double)subset.Count / total);
            if (known)
            {
                AddShare(html, subset.RightShare);
                AddShare(html, subset.RightFound);
            }

            html.Add($"</tr>\n");
        }

        html.Add($"</tbody></table></div>");
        foreach (string note in report.Notes)
        {
            html.Add($"""<p class="note">{note}</p>""");
        }
    }

    private static void AddShare(Html html, double? share)
    {
        if (share is not { } value || !double.IsFinite(value))
        {
            html.Add($"""<td data-value="-1"><span class="missing">none</span></td>""");
            return;
        }

        html.Add($"""<td data-value="{value:R}"><span class="number">{value:0.000}</span>""");
        Bar.Write(html, value);
        html.Add($"</td>");
    }

    private static void AddSuspects(Html html, CleaningReport report)
    {
        html.Add($"""<p class="note">The lowest scores of all classes. Below each image: the class that it is labelled with → the class that it looks more like, and what speaks for the one and for the other.</p>""");
        if (report.Suspects.Any(image => image.IsRight is not null))
        {
            html.Add($"""<p class="note">A cross: its label is known to be wrong.</p>""");
        }

        AddImages(html, report.Suspects, "Suspicious image");
    }

    private static void AddImages(Html html, IReadOnlyList<CleaningImage> images, string what)
    {
        html.Add($"""<ol class="hits">""");
        for (int i = 0; i < images.Count; i++)
        {
            AddImage(html, images[i], string.Create(CultureInfo.InvariantCulture, $"{what} {i + 1}"));
        }

        html.Add($"</ol>\n");
    }

    private static void AddImage(Html html, CleaningImage image, string name)
    {
        string verdict = image.IsRight switch { true => "right", false => "wrong", null => "unknown" };
        html.Add($"""<li><div class="hit {verdict}">""");
        if (image.Image is null)
        {
            html.Add($"""<span class="picture none">no picture<span class="spoken"> of {name}</span></span>""");
        }
        else
        {
            html.Add($"""<img class="picture" decoding="async" loading="lazy" alt="{name}" src=""").AddTrusted($"\"{image.Image.DataUri}\">");
        }

        if (image.IsRight is { } right)
        {
            html.AddTrusted(Sign(right)).Add($"""<span class="spoken">its label is {verdict}</span>""");
        }

        html.Add($"""<span class="label" dir="auto">{image.Label}</span><span class="distance">{image.Detail}</span></div></li>""");
    }

    private static string Sign(bool isRight) =>
        $"""<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><path d="{(isRight ? "M3.5 8.5 6.5 11.5 12.5 4.5" : "M4.5 4.5 11.5 11.5M11.5 4.5 4.5 11.5")}"/></svg>""";

    private static void AddClasses(Html html, CleaningReport report)
    {
        bool known = report.Classes.Any(one => one.RightShare is not null);
        html.Add($"""<div class="scroll tall" role="region" aria-label="Classes" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Class</th><th scope="col">Images</th>""");
        foreach (CleaningSubset subset in report.Subsets)
        {
            html.Add($"""<th scope="col">{subset.Name}</th>""");
        }

        html.Add($"""<th scope="col">Mean score</th>""");
        if (known)
        {
            html.Add($"""<th scope="col">Right labels</th>""");
        }

        html.Add($"</tr></thead><tbody>");
        foreach (CleaningClass one in report.Classes)
        {
            html.Add($"""<tr><th scope="row" dir="auto">{one.Name}</th><td data-value="{one.Count}">{one.Count:N0}</td>""");
            foreach (int size in one.Sizes)
            {
                html.Add($"""<td data-value="{size}">{size:N0}</td>""");
            }

            html.Add($"""<td data-value="{one.MeanScore:R}">{one.MeanScore:0.000}</td>""");
            if (known)
            {
                AddShare(html, one.RightShare);
            }

            html.Add($"</tr>\n");
        }

        html.Add($"</tbody></table></div>");
    }

    private static void AddExamples(ReportPage page, CleaningReport report)
    {
        Html html = page.Body;
        if (report.Examples.Count < report.Classes.Count)
        {
            html.Add($"""<p class="note">The {report.Examples.Count} classes with the largest share of images outside the cleanest subset, of {report.Classes.Count}.</p>""");
        }

        for (int number = 0; number < report.Examples.Count; number++)
        {
            CleaningExamples one = report.Examples[number];
            html.Add($"""<h3 dir="auto">{one.Class.Name}</h3>""");
            if (one.Note is not null)
            {
                html.Add($"""<p class="note">{one.Note}</p>""");
            }

            AddEnd(html, one.Class.Name, "Cleanest", one.Cleanest);
            AddEnd(html, one.Class.Name, "Noisiest", one.Noisiest);
            AddProfile(page, report, one, number);
        }
    }

    private static void AddEnd(Html html, string name, string end, IReadOnlyList<CleaningImage> images)
    {
        if (images.Count > 0)
        {
            html.Add($"""<article class="query" aria-label="{end} images of {name}"><div class="asked"><span class="label">{end}</span></div>""");
            AddImages(html, images, $"{end} image");
            html.Add($"</article>\n");
        }
    }

    private static void AddProfile(ReportPage page, CleaningReport report, CleaningExamples one, int number)
    {
        if (one.Profile.Count < 2)
        {
            return;
        }

        double[] shares = [.. Enumerable.Range(0, one.Profile.Count).Select(place => 100.0 * place / (one.Profile.Count - 1))];
        ChartSpec chart = new(string.Create(CultureInfo.InvariantCulture, $"profile-{number}"), "line", new ChartAxis("images, from the noisiest (%)", 0, 100), new ChartAxis(report.Score), [new ChartSeries(one.Class.Name, shares, [.. one.Profile])])
        {
            Marks = [.. one.Bounds.Skip(1).Select((bound, rank) => new ChartMark("y", bound, report.Subsets.Count > one.Bounds.Count - 2 - rank ? report.Subsets[one.Bounds.Count - 2 - rank].Name : ""))],
        };
        page.AddChart(chart, $"Scores of {one.Class.Name}", $"{report.Score}: the images of {one.Class.Name} from the lowest score to the highest.", one.Bounds.Count > 1 ? "Dashed: where a subset begins." : null);
    }

    private static void AddFacts(Html html, CleaningReport report)
    {
        html.Add($"""<dl class="facts">""");
        foreach ((string name, string value) in report.Facts)
        {
            html.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");
        }

        html.Add($"</dl>");
    }
}
