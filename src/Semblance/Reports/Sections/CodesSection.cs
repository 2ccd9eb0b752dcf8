using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>What the codes look like: how far apart pairs are, and how often each bit is set.</summary>
internal static class CodesSection
{
    public static void Write(ReportPage page, DistanceHistogram? distances, BitBalance? bits) => page.AddSection("codes", "Codes", () =>
    {
        page.Body.Add($"""<div class="charts">""");
        if (distances is not null)
        {
            AddDistances(page, distances);
        }
        if (bits is not null)
        {
            AddBits(page, bits);
        }
        if (bits?.Correlation.Count > 0)
        {
            AddCorrelation(page, bits);
        }
        page.Body.Add($"</div>");
        foreach ((string name, double value, string meaning) in bits?.Numbers ?? [])
        {
            page.Body.Add($"""<p class="note">{name}: <strong>{value:0.###}</strong>. {meaning}</p>""");
        }
    });

    private static void AddDistances(ReportPage page, DistanceHistogram distances)
    {
        ChartSeries relevant = Shares("belong together", distances.Relevant);
        ChartSeries irrelevant = Shares("do not", distances.Irrelevant);
        ChartSpec chart = new("distances", "area", new ChartAxis("Hamming distance", 0, distances.Relevant.Count - 1), new ChartAxis("share of the pairs", 0), [relevant, irrelevant]);
        string description = string.Create(CultureInfo.InvariantCulture,
            $"Distances of pairs. Pairs that belong together: mean {Mean(distances.Relevant):0.0}. Pairs that do not: mean {Mean(distances.Irrelevant):0.0}.");
        page.AddChart(chart, "Distances of pairs", description, "The less the two overlap, the better a radius separates them. Each is drawn as shares of its own pairs.");
    }

    private static ChartSeries Shares(string name, IReadOnlyList<long> counts)
    {
        double total = Math.Max(1, counts.Sum());
        return new ChartSeries(name, [.. Enumerable.Range(0, counts.Count).Select(distance => (double)distance)], [.. counts.Select(count => (double?)(count / total))]);
    }

    private static double Mean(IReadOnlyList<long> counts) =>
        counts.Select((count, distance) => (double)count * distance).Sum() / Math.Max(1, counts.Sum());

    private static void AddBits(ReportPage page, BitBalance bits)
    {
        ChartSeries means = new("share of ones", [.. Enumerable.Range(0, bits.Means.Count).Select(bit => (double)bit)], [.. bits.Means.Select(mean => (double?)mean)])
        {
            Points = [.. Enumerable.Range(0, bits.Means.Count).Select(bit => string.Create(CultureInfo.InvariantCulture, $"bit {bit}"))],
        };
        ChartSpec chart = new("bits", "bars", new ChartAxis("bit", 0, bits.Means.Count - 1), new ChartAxis("share of ones", 0, 1), [means]) { Base = 0.5, Marks = [new ChartMark("y", 0.5, "")] };
        int constant = bits.Means.Count(mean => mean is 0 or 1);
        string note = string.Create(CultureInfo.InvariantCulture, $"Over {bits.Codes:N0} codes; the dashed line is balance. {Constant(constant, bits.Means.Count)}");
        page.AddChart(chart, "Balance of the bits", "The share of codes in which each bit is 1. " + note, note);
    }

    private static void AddCorrelation(ReportPage page, BitBalance bits)
    {
        ChartSeries series = new("mean absolute correlation", [.. Enumerable.Range(0, bits.Correlation.Count).Select(bit => (double)bit)], [.. bits.Correlation.Select(value => (double?)value)])
        {
            Points = [.. Enumerable.Range(0, bits.Correlation.Count).Select(bit => string.Create(CultureInfo.InvariantCulture, $"bit {bit}"))],
        };
        ChartSpec chart = new("bit-correlation", "bars", new ChartAxis("bit", 0, bits.Correlation.Count - 1), new ChartAxis("mean absolute correlation", 0), [series]);
        page.AddChart(chart, "Correlation of the bits", "For each bit the mean absolute correlation with the other bits.", "The less, the more each bit adds. A bit that never changes has none.");
    }

    private static string Constant(int constant, int bits) => constant switch
    {
        0 => "No bit is constant.",
        1 => string.Create(CultureInfo.InvariantCulture, $"1 of {bits} bits is constant and says nothing."),
        _ => string.Create(CultureInfo.InvariantCulture, $"{constant} of {bits} bits are constant and say nothing."),
    };
}
