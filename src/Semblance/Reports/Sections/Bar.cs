namespace Semblance.Reports.Sections;

/// <summary>A small bar beside a number that says the same.</summary>
internal static class Bar
{
    public static void Write(Html html, double share)
    {
        double width = 100 * Math.Clamp(double.IsFinite(share) ? share : 0, 0, 1);
        html.Add($"""<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="4"/><rect class="value" width="{width:0.##}" height="4"/></svg>""");
    }
}
