using System.Globalization;
using Semblance.Evaluation.Classification;

namespace Semblance.Reports.Sections;

/// <summary>Accuracy class by class from the most to the fewest training images, calibration and confusion.</summary>
internal static class ClassificationSection
{
    private const int MostConfusions = 12;

    // More names than these do not fit below an axis.
    private const int MostNames = 12;

    public static void Write(ReportPage page, ClassificationFigures figures) => page.AddSection("classification", "Classification", () =>
    {
        ClassLine[] lines = [.. LinesOf(figures).OrderByDescending(line => line.Trained).ThenBy(line => line.Label)];
        page.Body.Add($"""<div class="charts">""");
        AddBars(page, figures, lines);
        if (figures.Single is { Reliability.Count: > 0 } calibrated)
        {
            AddReliability(page, calibrated);
        }
        page.Body.Add($"</div>");
        if (figures.Single is { } scores)
        {
            ConfusionMap.Write(page, figures.Names, scores, [.. lines.Select(line => line.Label)]);
            AddConfusions(page, figures.Names, scores);
        }
        AddTable(page, figures, lines);
    });

    /// <summary>What is told of one class: its accuracy or average precision, and its precision where there is one.</summary>
    private sealed record ClassLine(int Label, string Name, long Trained, int Queries, double Value, double? Precision);

    private static IEnumerable<ClassLine> LinesOf(ClassificationFigures figures) => figures.Single is { } single
        ? single.ByClass.Select(row => new ClassLine(row.Label, figures.Names[row.Label], row.Trained, row.Items, row.Accuracy, row.Precision))
        : figures.Several?.ByClass.Select(row => new ClassLine(row.Label, figures.Names[row.Label], row.Trained, row.Items, row.AveragePrecision, null)) ?? [];

    private static string ValueName(ClassificationFigures figures) => figures.Single is null ? "average precision" : "accuracy";

    private static string ProtocolOf(ClassificationFigures figures) => figures.Single?.ClassProtocolId ?? figures.Several!.ProtocolId;

    private static void AddBars(ReportPage page, ClassificationFigures figures, ClassLine[] lines)
    {
        ChartSeries series = new(ValueName(figures), [.. Enumerable.Range(0, lines.Length).Select(place => (double)place)], [.. lines.Select(line => double.IsFinite(line.Value) ? line.Value : (double?)null)])
        {
            Points = [.. lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Name}: {line.Trained:N0} training images, {line.Queries:N0} queries"))],
        };
        ChartSpec chart = new("class-accuracy", "bars", new ChartAxis("class, from the most training images to the fewest", 0, lines.Length - 1) { Names = lines.Length <= MostNames ? [.. lines.Select(line => line.Name)] : null }, new ChartAxis(ValueName(figures), 0, 1), [series]) { Marks = [.. Borders(figures.Single, lines)] };
        string most = lines.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"From {lines[0].Name} with {lines[0].Trained:N0} training images to {lines[^1].Name} with {lines[^1].Trained:N0}.");
        page.AddChart(chart, $"{Capital(ValueName(figures))} by class", $"The {ValueName(figures)} of {lines.Length} classes, from the one with the most training images to the one with the fewest. {most}", most, ProtocolOf(figures));
    }

    /// <summary>Where medium and few begin, if the classes lie in that order.</summary>
    private static IEnumerable<ChartMark> Borders(ClassificationScores? scores, ClassLine[] lines)
    {
        if (scores is null || scores.Options.Groups.Rule == ShotRule.Thirds)
        {
            yield break;
        }
        long[] counts = [.. scores.ByClass.Select(row => row.Trained)];
        int[] groups = [.. lines.Select(line => scores.Options.Groups.Of(line.Label, counts))];
        for (int group = 1; group < ShotGroups.Names.Count; group++)
        {
            int first = Array.IndexOf(groups, group);
            if (first > 0)
            {
                yield return new ChartMark("x", first - 0.5, ShotGroups.Names[group]);
            }
        }
    }

    private static void AddReliability(ReportPage page, ClassificationScores scores)
    {
        ReliabilityBin[] bins = [.. scores.Reliability.Where(bin => bin.Items > 0)];
        ChartSeries model = new("queries", [.. bins.Select(bin => bin.Confidence)], [.. bins.Select(bin => (double?)bin.Accuracy)])
        {
            Points = [.. bins.Select(bin => string.Create(CultureInfo.InvariantCulture, $"{bin.Items:N0} queries with confidence {bin.From:0.00} to {bin.To:0.00}"))],
        };
        ChartSeries ideal = new("as sure as right", [0, 1], [0, 1]) { Style = 4 };
        ChartSpec chart = new("reliability", "line", new ChartAxis("confidence", 0, 1), new ChartAxis("share that is right", 0, 1), [model, ideal]);
        string error = string.Create(CultureInfo.InvariantCulture, $"Expected calibration error {scores.CalibrationError:0.000}.");
        page.AddChart(chart, "Reliability", $"The share of right predictions against the confidence of the model, in {scores.Reliability.Count} bins. {error}",
            $"{error} Below the line the model is surer than it is right.", scores.CalibrationProtocolId);
    }

    private static void AddConfusions(ReportPage page, IReadOnlyList<string> names, ClassificationScores scores)
    {
        ConfusionCell[] worst = [.. scores.Confusion.Where(cell => cell.Label != cell.Predicted).OrderByDescending(cell => cell.Count).ThenBy(cell => cell.Label).ThenBy(cell => cell.Predicted).Take(MostConfusions)];
        if (worst.Length == 0)
        {
            return;
        }
        Html html = page.Body;
        html.Add($"""<h3>Most frequent confusions</h3><div class="scroll" role="region" aria-label="Most frequent confusions" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Class</th><th scope="col">taken for</th><th scope="col">queries</th><th scope="col">of its queries</th></tr></thead><tbody>""");
        foreach (ConfusionCell cell in worst)
        {
            double share = (double)cell.Count / scores.ByClass[cell.Label].Items;
            html.Add($"""<tr><th scope="row" dir="auto">{names[cell.Label]}</th><td dir="auto">{names[cell.Predicted]}</td><td data-value="{cell.Count}">{cell.Count:N0}</td>""");
            AddShare(html, share);
            html.Add($"</tr>\n");
        }
        html.Add($"</tbody></table></div>");
    }

    private static void AddTable(ReportPage page, ClassificationFigures figures, ClassLine[] lines)
    {
        Html html = page.Body;
        html.Add($"""<h3>Class by class</h3><div class="scroll tall" role="region" aria-label="Class by class" tabindex="0"><table class="sortable"><thead><tr><th scope="col">Class</th><th scope="col">training images</th><th scope="col">queries</th><th scope="col">{ValueName(figures)}</th>""");
        if (figures.Single is not null)
        {
            html.Add($"""<th scope="col">precision</th>""");
        }
        html.Add($"</tr></thead><tbody>");
        foreach (ClassLine line in lines)
        {
            html.Add($"""<tr><th scope="row" dir="auto">{line.Name}</th><td data-value="{line.Trained}">{line.Trained:N0}</td><td data-value="{line.Queries}">{line.Queries:N0}</td>""");
            AddShare(html, line.Value);
            if (line.Precision is { } precision)
            {
                AddShare(html, precision);
            }
            html.Add($"</tr>\n");
        }
        html.Add($"</tbody></table></div>");
        page.AddProtocol(ProtocolOf(figures));
    }

    private static void AddShare(Html html, double share)
    {
        if (!double.IsFinite(share))
        {
            html.Add($"""<td data-value="-1"><span class="missing">none</span></td>""");
            return;
        }
        html.Add($"""<td data-value="{share:R}"><span class="number">{share:0.000}</span>""");
        Bar.Write(html, share);
        html.Add($"</td>");
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
