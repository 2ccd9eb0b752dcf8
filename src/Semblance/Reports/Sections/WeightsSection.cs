using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>Which pairs the loss worked on: their weights by similarity, early and late in the run, and how many there were.</summary>
internal static class WeightsSection
{
    public static void Write(ReportPage page, IReadOnlyList<TermWeights> terms) => page.AddSection("weights", "Pair weights", () =>
    {
        page.Body.Add($"""<p class="note">The weight of a pair is how strongly the loss pulls it together or pushes it apart, |dL/dS|. A pair without weight teaches nothing.</p>""");
        for (int k = 0; k < terms.Count; k++)
        {
            if (terms.Count > 1)
            {
                page.Body.Add($"<h3>{terms[k].Term}</h3>");
            }
            page.Body.Add($"""<div class="charts weights">""");
            AddPairs(page, terms[k], k);
            AddWeights(page, terms[k], $"weights-positive-{k}", "Weight of positives", batch => (batch.Positives, batch.PositiveWeights));
            AddWeights(page, terms[k], $"weights-negative-{k}", "Weight of negatives", batch => (batch.Negatives, batch.NegativeWeights));
            page.Body.Add($"</div>");
        }
    }, "Weights");

    private static ChartAxis Similarity => new("similarity", -1, 1);

    private static void AddPairs(ReportPage page, TermWeights term, int index)
    {
        BatchWeights last = term.Batches[^1];
        ChartSpec chart = new($"weights-pairs-{index}", "area", Similarity, new ChartAxis("share of the pairs", 0), [Shares(term, "positives", last.Positives), Shares(term, "negatives", last.Negatives)]);
        string title = string.Create(CultureInfo.InvariantCulture, $"Pairs of the batch at step {last.Step}");
        string note = string.Create(CultureInfo.InvariantCulture, $"{last.Positives.Sum():N0} positive and {last.Negatives.Sum():N0} negative pairs, each side as shares of its own. Where the two overlap, the loss has work left.");
        page.AddChart(chart, title, $"{title}, by similarity. {note}", note);
    }

    private static ChartSeries Shares(TermWeights term, string name, IReadOnlyList<long> counts)
    {
        double total = Math.Max(1, counts.Sum());
        return new ChartSeries(name, term.Similarity, [.. counts.Select(count => (double?)(count / total))]);
    }

    /// <summary>A curve a batch; a bin without pairs is a gap.</summary>
    private static void AddWeights(ReportPage page, TermWeights term, string id, string title, Func<BatchWeights, (IReadOnlyList<long> Counts, IReadOnlyList<double> Weights)> side)
    {
        ChartSeries[] series =
        [
            .. term.Batches.Select(batch => new ChartSeries(
                string.Create(CultureInfo.InvariantCulture, $"step {batch.Step}"),
                term.Similarity,
                [.. side(batch).Weights.Select((weight, bin) => side(batch).Counts[bin] > 0 && double.IsFinite(weight) ? weight : (double?)null)])),
        ];
        ChartSpec chart = new(id, "line", Similarity, new ChartAxis("mean weight", 0), series);
        page.AddChart(chart, title, $"{title} against similarity, mean over the pairs of a bin, at {string.Join(", ", series.Select(one => one.Name))}.", "Mean over the pairs of equal similarity; nothing is drawn where there are none.");
    }
}
