namespace Semblance.Reports;

/// <summary>What every page has around its sections: head, header, list of sections, data of the charts, script.</summary>
internal static class PageFrame
{
    /// <summary>A whole page as text. The same content gives the same text.</summary>
    /// <param name="title">Name of the page in the browser.</param>
    /// <param name="page">The sections.</param>
    /// <param name="header">Writes what stands above the list of sections, the heading first.</param>
    public static string Render(string title, ReportPage page, Action<Html> header)
    {
        Html html = new();
        AddHead(html, title);
        html.Add($"""<body><header><div class="top"><span class="brand">Semblance</span><button type="button" id="theme" class="script-only" aria-label="Light or dark page" title="Light or dark page"><svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7"/><path d="M10 3a7 7 0 0 1 0 14z"/></svg></button></div>""");
        header(html);
        AddNavigation(html, page.Sections);
        html.Add($"</header>\n");
        html.Add($"<main>\n").AddTrusted(page.Body.ToString()).Add($"</main>\n");
        html.Add($"<footer>Written by Semblance {Version}. This page is one file and asks no other computer for anything.</footer>\n");
        html.Add($"""<script type="application/json" id="report-data">""").AddTrusted(new ChartData(page.Charts).ToJson()).Add($"</script>\n");
        html.Add($"<script>").AddTrusted(ReportAssets.Script).Add($"</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static string Version => typeof(PageFrame).Assembly.GetName().Version?.ToString(3) ?? "";

    private static void AddHead(Html html, string title)
    {
        string policy = $"default-src 'none'; img-src data:; script-src '{ReportAssets.HashOf(ReportAssets.Script)}'; style-src '{ReportAssets.HashOf(ReportAssets.Style)}'; base-uri 'none'; form-action 'none'";
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

    private static void AddNavigation(Html html, List<(string Id, string Title)> sections)
    {
        if (sections.Count < 2)
        {
            return;
        }
        html.Add($"""<nav aria-label="Sections"><ul>""");
        foreach ((string id, string title) in sections)
        {
            html.Add($"""<li><a href="#{id}">{title}</a></li>""");
        }
        html.Add($"</ul></nav>");
    }
}
