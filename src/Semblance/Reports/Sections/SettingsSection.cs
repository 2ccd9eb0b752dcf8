namespace Semblance.Reports.Sections;

/// <summary>What the run depended on, folded.</summary>
internal static class SettingsSection
{
    public static void Write(ReportPage page, RunSettings settings) => page.AddSection("settings", "Settings", () =>
    {
        if (settings.Facts.Count > 0)
        {
            AddFacts(page.Body, settings.Facts);
        }
        if (settings.Recipe is not null)
        {
            page.Body.Add($"""<details class="printed recipe"><summary>Resolved recipe</summary><pre tabindex="0"><code>{settings.Recipe.TrimEnd()}</code></pre></details>""");
        }
    });

    private static void AddFacts(Html html, IReadOnlyList<KeyValuePair<string, string>> facts)
    {
        html.Add($"""<details class="printed" open><summary>Versions, seed and data</summary><dl class="facts">""");
        foreach ((string name, string value) in facts)
        {
            html.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");
        }
        html.Add($"</dl></details>");
    }
}
