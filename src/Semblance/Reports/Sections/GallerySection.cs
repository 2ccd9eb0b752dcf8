using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>Queries with their nearest images; right and wrong ones are told apart by sign, word and border.</summary>
internal static class GallerySection
{
    public static void Write(ReportPage page, Gallery gallery, string id = "gallery", string title = "Queries and their nearest images") => page.AddSection(id, title, () =>
    {
        Html html = page.Body;
        html.Add($"""<div class="gallery">""");
        AddLegend(html, gallery);
        foreach (GalleryGroup group in gallery.Groups.Where(group => group.Queries.Count > 0))
        {
            AddGroup(html, gallery, group);
        }
        html.Add($"</div>");
        if (page.Sections.Count(section => section.Id.StartsWith("gallery", StringComparison.Ordinal)) == 1)
        {
            // One serves every gallery of a page.
            AddDialog(html);
        }
    }, shortTitle: "Gallery");

    private static void AddLegend(Html html, Gallery gallery)
    {
        html.Add($"""<p class="note">""");
        if (gallery.Groups.SelectMany(group => group.Queries).SelectMany(query => query.Hits).Any(hit => hit.IsRight is not null))
        {
            AddSample(html, true);
            AddSample(html, false);
        }
        html.Add($"""The number is the {gallery.Distance} to the query; the nearest image comes first. <span class="script-only">Choose an image to see it beside its query; arrow keys move between results.</span></p>""");
        if (gallery.Protocol is not null)
        {
            html.Add($"""<p class="protocol"><span>Protocol</span> <code>{gallery.Protocol}</code></p>""");
        }
    }

    private static void AddSample(Html html, bool isRight) =>
        html.Add($"""<span class="sample {Verdict(isRight)}">""").AddTrusted(Sign(isRight)).Add($"{Verdict(isRight)}</span> ");

    private static void AddGroup(Html html, Gallery gallery, GalleryGroup group)
    {
        if (group.Title.Length > 0)
        {
            html.Add($"<h3>{group.Title}</h3>");
        }
        if (group.Note is not null)
        {
            html.Add($"""<p class="note">{group.Note}</p>""");
        }
        foreach (GalleryQuery query in group.Queries)
        {
            AddQuery(html, gallery, query);
        }
    }

    private static void AddQuery(Html html, Gallery gallery, GalleryQuery query)
    {
        html.Add($"""<article class="query" aria-label="Query: {query.Label}"><div class="asked">""");
        AddImage(html, query.Image, "Query");
        html.Add($"""<span class="label" dir="auto">{query.Label}</span>""");
        AddVerdict(html, query);
        html.Add($"""</div><ol class="hits">""");
        for (int rank = 1; rank <= query.Hits.Count; rank++)
        {
            AddHit(html, gallery, query.Hits[rank - 1], rank);
        }
        html.Add($"</ol></article>\n");
    }

    private static void AddVerdict(Html html, GalleryQuery query)
    {
        if (query.Score is var (metric, value))
        {
            html.Add($"""<span class="verdict">{metric} {value:0.000}</span>""");
        }
        int known = query.Hits.Count(hit => hit.IsRight is not null);
        if (known > 0)
        {
            html.Add($"""<span class="verdict">{query.Hits.Count(hit => hit.IsRight == true)} of {known} right</span>""");
        }
    }

    private static void AddHit(Html html, Gallery gallery, GalleryHit hit, int rank)
    {
        html.Add($"""<li><div class="hit {Verdict(hit.IsRight)}">""");
        AddImage(html, hit.Image, string.Create(CultureInfo.InvariantCulture, $"Result {rank}"));
        if (hit.IsRight is bool isRight)
        {
            html.AddTrusted(Sign(isRight)).Add($"""<span class="spoken">{Verdict(isRight)}</span>""");
        }
        html.Add($"""<span class="label" dir="auto">{hit.Label}</span><span class="distance"><span class="spoken">{gallery.Distance} </span>{Distance(hit.Distance)}</span></div></li>""");
    }

    private static void AddImage(Html html, Thumbnail? image, string name)
    {
        if (image is null)
        {
            html.Add($"""<span class="picture none">no picture<span class="spoken"> of {name}</span></span>""");
        }
        else
        {
            html.Add($"""<img class="picture" decoding="async" alt="{name}" src=""").AddTrusted($"\"{image.DataUri}\">");
        }
    }

    private static string Verdict(bool? isRight) => isRight switch { true => "right", false => "wrong", null => "unknown" };

    /// <summary>Whole numbers are bits; others are shown to three places.</summary>
    private static string Distance(double distance) =>
        distance.ToString(double.IsInteger(distance) ? "0" : "0.000", CultureInfo.InvariantCulture);

    private static string Sign(bool isRight) =>
        $"""<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><path d="{(isRight ? "M3.5 8.5 6.5 11.5 12.5 4.5" : "M4.5 4.5 11.5 11.5M11.5 4.5 4.5 11.5")}"/></svg>""";

    private static void AddDialog(Html html) => html.Add($"""
        <dialog id="look" aria-labelledby="look-title"><h2 id="look-title">Result</h2><div class="sides"></div>
        <div class="steps"><button type="button" class="previous">Previous</button><button type="button" class="next">Next</button><button type="button" class="close">Close</button></div></dialog>
        """);
}
