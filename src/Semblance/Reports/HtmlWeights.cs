using System.Globalization;
using Semblance.IO;

namespace Semblance.Reports;

/// <summary>One HTML page with the pair weights of losses: the picture by which General Pair Weighting compares them.</summary>
public static class HtmlWeights
{
    private const string Title = "Weights of pairs";

    /// <summary>Writes the page beside its place and renames it.</summary>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static void Write(string path, WeightsReport report) => AtomicFile.WriteText(path, Render(report));

    /// <summary>The page as text. The same report gives the same text.</summary>
    public static string Render(WeightsReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ReportPage page = new();
        page.AddSection("shapes", "Shapes", () => AddCharts(page, report, "shape", "Each curve is divided by its largest value: what a loss prefers, whatever its scale.", "share of the largest", Share));
        page.AddSection("sizes", "Sizes", () => AddCharts(page, report, "size", "As the loss has them, for one anchor. A learning rate scales all weights of a loss alike.", "weight", weights => weights));
        page.AddSection("reading", "What to read off", () => AddReading(page.Body));
        return PageFrame.Render(Title, page, html => AddHeader(html, report));
    }

    private static void AddHeader(Html html, WeightsReport report)
    {
        html.Add($"<h1>{Title}</h1>");
        html.Add($"""<p class="summary">How strongly {Count(report.Losses.Count)} pull a positive pair together and push a negative pair apart, against the similarity of that pair. The anchor's other pairs stay where they are: positives at {List(report.Positives)}, negatives at {List(report.Negatives)}.</p>""");
        if (report.Settings.Count > 0)
        {
            html.Add($"""<p class="run"><span>with</span>""");
            foreach (string setting in report.Settings)
            {
                html.Add($"<code>{setting}</code>");
            }
            html.Add($"</p>");
        }
    }

    private static void AddCharts(ReportPage page, WeightsReport report, string id, string note, string axis, Func<IReadOnlyList<double>, IEnumerable<double>> scale)
    {
        page.Body.Add($"""<p class="note">{note}</p><div class="charts pair">""");
        AddChart(page, report, $"{id}-positive", "w+, a positive pair", report.Positives, axis, loss => scale(loss.Positive));
        AddChart(page, report, $"{id}-negative", "w-, a negative pair", report.Negatives, axis, loss => scale(loss.Negative));
        page.Body.Add($"</div>");
    }

    private static void AddChart(ReportPage page, WeightsReport report, string id, string title, IReadOnlyList<double> held, string axis, Func<LossWeights, IEnumerable<double>> weights)
    {
        ChartSeries[] series = [.. report.Losses.Select(loss => new ChartSeries(loss.Name, loss.Similarity, [.. weights(loss).Select(weight => double.IsFinite(weight) ? weight : (double?)null)]))];
        ChartSpec chart = new(id, "line", new ChartAxis("similarity of the pair", -1, 1), Axis(axis, series), series)
        {
            Marks = [.. held.Distinct().Select(similarity => new ChartMark("x", similarity, similarity.ToString("0.##", CultureInfo.InvariantCulture)))],
        };
        page.AddChart(chart, title, $"{title}: {axis} against similarity, for {string.Join(", ", report.Losses.Select(loss => loss.Name))}.", "Dashed: where the anchor's other pairs of this side are.");
    }

    /// <summary>An axis from 0 where no weight is below it, but for what rounding leaves.</summary>
    private static ChartAxis Axis(string title, ChartSeries[] series)
    {
        double[] values = [.. series.SelectMany(one => one.Y).OfType<double>()];
        return new ChartAxis(title, values.Length > 0 && values.Min() >= -0.01 * values.Max() ? 0 : null);
    }

    /// <summary>Divided by the largest size; nothing to divide where all are 0.</summary>
    private static IEnumerable<double> Share(IReadOnlyList<double> weights)
    {
        double largest = weights.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        return weights.Select(weight => largest > 0 ? weight / largest : 0);
    }

    private static void AddReading(Html html)
    {
        (string Seen, string Meaning)[] lines =
        [
            ("A step", "The loss asks only whether the pair is hard enough: every pair beyond the margin weighs the same (contrastive), or as much as there are pairs that it violates with (triplet)."),
            ("A slope that depends on this pair alone", "The loss looks at similarity in absolute terms (binomial deviance): moving the other pairs with --anchor-positives and --anchor-negatives changes nothing."),
            ("A curve that bends near the dashed lines", "The loss compares the pair with the anchor's others of the same side, as a softmax does (lifted structure, multi-similarity): the hardest pair takes most of the weight."),
            ("A curve that ends where the pairs of the other side are", "A miner or a margin compares positives with negatives: pairs that are easy enough are left out."),
            ("A weight below 0", "The loss pushes a positive pair apart that is far closer than the others (SupCon)."),
            ("A curve that never reaches 0", "The loss goes on pulling or pushing pairs that are already right."),
        ];
        html.Add($"""<dl class="facts reading">""");
        foreach ((string seen, string meaning) in lines)
        {
            html.Add($"<div><dt>{seen}</dt><dd>{meaning}</dd></div>");
        }
        html.Add($"</dl>");
    }

    private static string Count(int losses) => losses == 1 ? "the loss would" : string.Create(CultureInfo.InvariantCulture, $"{losses} losses");

    private static string List(IReadOnlyList<double> values) => string.Join(", ", values.Select(value => value.ToString("0.##", CultureInfo.InvariantCulture)));
}
