using System.Globalization;
using Semblance.Reports;
using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>Curves and numbers of the runs of a table, averaged over seeds.</summary>
internal static class RunCharts
{
    private const int MostHistograms = 24;

    /// <summary>Sections of charts about scores.</summary>
    public static IReadOnlyList<ComparedCharts> Of(RunTable table, string metric, string suffix) =>
    [
        new($"bits{suffix}", $"{metric} by code length", [.. ByBits(table, metric, suffix)]),
        new($"curves{suffix}", "Precision and recall",
        [
            .. Alike(ByLength(table, $"by-radius{suffix}", "By Hamming radius", CurveNames.ByRadius, "recall", "precision", "radius",
                "One point a radius, growing from left to right. A query that finds nothing within a radius counts there with precision 0.")),
            .. Alike(ByLength(table, $"by-rank{suffix}", "By rank", CurveNames.ByRank, "recall", "precision", "rank", "One point a rank, thinned out; equal distances are in the order of the database.")),
        ]),
        new($"top{suffix}", "The top of the ranking", [.. Alike(PrecisionAt(table, suffix)), .. Alike(RecallAt(table, suffix))]),
        new($"classes{suffix}", "Classes", Styled(table, RunClassCharts.Of(table, suffix))),
    ];

    /// <summary>Numbers about codes, a row for each method and length.</summary>
    public static IReadOnlyList<ComparedRow> Statistics(RunTable table)
    {
        ComparedRow[] rows = [.. table.Rows.Where(row => row.Bits is not null).Select(Statistics)];
        return [.. rows.Where(row => row.Cells.Count > 0)];
    }

    /// <summary>Distances of pairs and balance of bits at the greatest code length.</summary>
    public static IReadOnlyList<ComparedChart> Codes(RunTable table, string suffix)
    {
        int? longest = table.Rows.Max(row => row.Bits);
        RunRow[] rows = [.. table.Rows.Where(row => row.Bits is not null && row.Bits == longest)];
        ComparedLine[] balance = Styled(table, rows.Select(Sorted).OfType<ComparedLine>());
        IEnumerable<ComparedChart> histograms = rows.Select((row, k) => Histogram(row, string.Create(CultureInfo.InvariantCulture, $"distances{suffix}-{k}"))).OfType<ComparedChart>().Take(MostHistograms);
        return balance.Length == 0 ? [.. histograms] :
        [
            new($"balance{suffix}", string.Create(CultureInfo.InvariantCulture, $"Balance of the bits, {longest} bits"), "bit, by its share of ones", "share of ones", balance) { Range = (0, longest - 1, 0, 1), Note = "A flat line at one half is best; a bit at 0 or 1 says nothing." },
            .. histograms,
        ];
    }

    private static ComparedRow Statistics(RunRow row)
    {
        IReadOnlyDictionary<string, double>[] kept = [.. row.Sources.Select(source => source.Details?.Statistics).OfType<IReadOnlyDictionary<string, double>>()];
        string[] names = [.. kept.SelectMany(one => one.Keys).Distinct()];
        return new ComparedRow(row.Method, row.IsBaseline, [.. names.Select(name => Cell(name, [.. kept.Where(one => one.ContainsKey(name)).Select(one => one[name])]))]) { Bits = row.Bits, Seeds = kept.Length };
    }

    private static ComparedCell Cell(string name, double[] values) => new(name, "", values.Average(), StudentT.HalfWidth95(values), values);

    /// <summary>The metric against code length, where there are several lengths.</summary>
    private static IEnumerable<ComparedChart> ByBits(RunTable table, string metric, string suffix)
    {
        int[] lengths = [.. table.Rows.Select(row => row.Bits).OfType<int>().Distinct().Order()];
        if (lengths.Length < 2)
        {
            yield break;
        }
        IEnumerable<ComparedLine> lines = table.Rows.GroupBy(row => row.Method).Select(method =>
        {
            (int Place, ComparedScore Score)[] points = [.. method.Where(row => row.Bits is not null).Select(row => (Array.IndexOf(lengths, row.Bits!.Value), ScoreOf(row, metric, table.Protocol))).Where(point => point.Item2 is not null).Select(point => (point.Item1, point.Item2!))];
            return new ComparedLine(method.Key, [.. points.Select(point => (double)point.Place)], [.. points.Select(point => point.Score.Mean)])
            {
                Spread = [.. points.Select(point => point.Score.Interval95)],
                Points = [.. points.Select(point => Bits(lengths[point.Place]))],
            };
        });
        ComparedLine[] drawn = Styled(table, lines.Where(line => line.X.Count > 0));
        double highest = drawn.SelectMany(line => line.Y.Zip(line.Spread!, (mean, half) => mean + (half ?? 0))).DefaultIfEmpty(1).Max();
        yield return new ComparedChart($"by-bits{suffix}", $"{metric} against code length", "bits", metric, drawn)
        {
            Places = [.. lengths.Select(length => length.ToString(CultureInfo.InvariantCulture))],
            Range = (null, null, 0, RoundUp(highest)),
            Note = "Bars: 95 % interval of the mean over the seeds; a point without a bar is one seed.",
            Protocol = table.Protocol,
        };
    }

    /// <summary>Charts of one kind with one height, so that code lengths compare by eye.</summary>
    private static IEnumerable<ComparedChart> Alike(IEnumerable<ComparedChart> charts)
    {
        ComparedChart[] all = [.. charts];
        double highest = all.SelectMany(chart => chart.Lines).SelectMany(line => line.Y.Select((value, k) => value + (line.Spread?[k] ?? 0))).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        return all.Select(chart => chart with { Range = chart.Range with { ToY = RoundUp(Math.Min(1, highest)) } });
    }

    /// <summary>The next round number, so that no bar leaves the chart.</summary>
    private static double RoundUp(double value)
    {
        double step = value > 0.5 ? 0.1 : value > 0.1 ? 0.05 : 0.01;
        return Math.Round(step * Math.Ceiling(value / step), 4);
    }

    private static ComparedScore? ScoreOf(RunRow row, string metric, string protocol) => row.Scores.FirstOrDefault(score => score.Metric == metric && score.Protocol == protocol);

    /// <summary>A chart for each code length, a line for each method: the mean over its seeds, point by point.</summary>
    private static IEnumerable<ComparedChart> ByLength(RunTable table, string id, string title, string curve, string x, string y, string at, string note)
    {
        foreach (IGrouping<int?, RunRow> length in table.Rows.GroupBy(row => row.Bits).OrderBy(group => group.Key))
        {
            // Curves have protocols as well, and only those of one stand in a chart.
            foreach (IGrouping<string, (RunRow Row, NamedCurve[] Curves)> protocol in length.Select(row => (row, CurvesOf(row, curve))).Where(entry => entry.Item2.Length > 0).GroupBy(entry => entry.Item2[0].Protocol))
            {
                ComparedLine[] lines = Styled(table, protocol.Select(entry => Line(entry.Row, entry.Curves, x, y, at)).OfType<ComparedLine>());
                if (lines.Length > 0)
                {
                    yield return new ComparedChart(string.Create(CultureInfo.InvariantCulture, $"{id}-{length.Key}"), $"{title}{(length.Key is { } bits ? $", {Bits(bits)}" : "")}", x, y, lines) { Range = (0, 1, 0, 1), Note = note, Protocol = protocol.Key };
                }
            }
        }
    }

    /// <summary>Precision within the first N: as it was kept, else from the scores.</summary>
    private static IEnumerable<ComparedChart> PrecisionAt(RunTable table, string suffix)
    {
        foreach (IGrouping<int?, RunRow> length in table.Rows.GroupBy(row => row.Bits).OrderBy(group => group.Key))
        {
            (RunRow Row, NamedCurve[] Curves)[] kept = [.. length.Select(row => (row, CurvesOf(row, CurveNames.PrecisionAt))).Where(entry => entry.Item2.Length > 0)];
            double[] cutoffs = [.. kept.SelectMany(entry => entry.Curves[0].Column("n") ?? []).Distinct().Order()];
            ComparedLine[] lines = Styled(table, kept.GroupBy(entry => entry.Curves[0].Protocol).Take(1).SelectMany(protocol => protocol).Select(entry => Ladder(entry.Row, entry.Curves, cutoffs)).OfType<ComparedLine>());
            if (lines.Length > 0)
            {
                string title = length.Key is { } bits ? $"Precision at N, {Bits(bits)}" : "Precision at N";
                yield return new ComparedChart(string.Create(CultureInfo.InvariantCulture, $"precision-at{suffix}-{length.Key}"), title, "N", "precision", lines)
                {
                    Places = [.. cutoffs.Select(cutoff => cutoff.ToString("N0", CultureInfo.InvariantCulture))],
                    Range = (null, null, 0, 1),
                    Note = "Expected over orders of equal distances.",
                    Protocol = kept[0].Curves[0].Protocol,
                };
            }
        }
    }

    private static ComparedLine? Ladder(RunRow row, NamedCurve[] curves, double[] cutoffs)
    {
        double[]? at = curves[0].Column("n");
        double[]? mean = Mean(curves, "precision", at?.Length ?? -1);
        return at is null || mean is null ? null : new ComparedLine(row.Method, [.. at.Select(cutoff => (double)Array.IndexOf(cutoffs, cutoff))], mean) { Points = [.. at.Select(cutoff => string.Create(CultureInfo.InvariantCulture, $"{cutoff:N0}"))] };
    }

    /// <summary>Recall at K from the scores, which every run keeps: a chart for each rule of protocols and each code length.</summary>
    private static IEnumerable<ComparedChart> RecallAt(RunTable table, string suffix)
    {
        int count = 0;
        foreach (IGrouping<int?, RunRow> length in table.Rows.GroupBy(row => row.Bits).OrderBy(group => group.Key))
        {
            var scores = length.SelectMany(row => row.Scores, (row, score) => (Row: row, Score: score, K: CutoffOf(score.Metric))).Where(entry => entry.K > 0)
                .GroupBy(entry => entry.Score.Protocol.Replace(string.Create(CultureInfo.InvariantCulture, $"cut=top-{entry.K}"), "cut=top-K", StringComparison.Ordinal));
            foreach (var protocol in scores)
            {
                int[] cutoffs = [.. protocol.Select(entry => entry.K).Distinct().Order()];
                if (cutoffs.Length < 2)
                {
                    continue;
                }
                string title = length.Key is { } bits ? $"Recall at K, {Bits(bits)}" : "Recall at K";
                ComparedLine[] lines = Styled(table, protocol.GroupBy(entry => entry.Row).Select(row => new ComparedLine(row.Key.Method, [.. row.OrderBy(entry => entry.K).Select(entry => (double)Array.IndexOf(cutoffs, entry.K))], [.. row.OrderBy(entry => entry.K).Select(entry => entry.Score.Mean)])
                {
                    Spread = [.. row.OrderBy(entry => entry.K).Select(entry => entry.Score.Interval95)],
                    Points = [.. row.OrderBy(entry => entry.K).Select(entry => entry.K.ToString(CultureInfo.InvariantCulture))],
                }));
                yield return new ComparedChart(string.Create(CultureInfo.InvariantCulture, $"recall-at{suffix}-{count++}"), title, "K", "recall", lines)
                {
                    Places = [.. cutoffs.Select(cutoff => cutoff.ToString(CultureInfo.InvariantCulture))],
                    Range = (null, null, 0, 1),
                    Note = "Bars: 95 % interval of the mean over the seeds.",
                    Protocol = protocol.Key,
                };
            }
        }
    }

    private static int CutoffOf(string metric) => metric.StartsWith("Recall@", StringComparison.Ordinal) && int.TryParse(metric["Recall@".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int k) ? k : 0;

    private static NamedCurve[] CurvesOf(RunRow row, string name) => [.. row.Sources.Select(source => source.Details?.Curve(name)).OfType<NamedCurve>()];

    private static ComparedLine? Line(RunRow row, NamedCurve[] curves, string x, string y, string at)
    {
        double[]? places = curves[0].Column(at);
        double[]? alongX = Mean(curves, x, places?.Length ?? -1), alongY = Mean(curves, y, places?.Length ?? -1);
        return places is null || alongX is null || alongY is null
            ? null
            : new ComparedLine(row.Method, alongX, alongY) { Points = [.. places.Zip(alongX, (place, share) => string.Create(CultureInfo.InvariantCulture, $"{at} {place:N0}, {x} {share:0.000}"))] };
    }

    /// <summary>The mean of a column over runs, those left out that have it at other places.</summary>
    private static double[]? Mean(NamedCurve[] curves, string column, int length)
    {
        double[][] kept = [.. curves.Select(curve => curve.Column(column)).OfType<double[]>().Where(values => values.Length == length)];
        return kept.Length == 0 ? null : [.. Enumerable.Range(0, length).Select(k => kept.Average(values => values[k]))];
    }

    private static ComparedLine? Sorted(RunRow row)
    {
        double[][] shares = [.. CurvesOf(row, CurveNames.Bits).Select(curve => curve.Column("ones")).OfType<double[]>().Where(values => values.Length == row.Bits).Select(values => values.Order().ToArray())];
        return shares.Length == 0 ? null : new ComparedLine(row.Method, [.. Enumerable.Range(0, shares[0].Length).Select(bit => (double)bit)], [.. Enumerable.Range(0, shares[0].Length).Select(bit => shares.Average(values => values[bit]))]);
    }

    private static ComparedChart? Histogram(RunRow row, string id)
    {
        NamedCurve[] curves = CurvesOf(row, CurveNames.Distances);
        double[]? distances = curves.Length == 0 ? null : curves[0].Column("distance");
        if (distances is null || Mean(curves, "relevant", distances.Length) is not { } relevant || Mean(curves, "irrelevant", distances.Length) is not { } irrelevant)
        {
            return null;
        }
        ComparedLine Shares(string name, double[] counts)
        {
            double total = Math.Max(1e-300, counts.Sum());
            return new ComparedLine(name, distances, [.. counts.Select(count => count / total)]);
        }
        return new ComparedChart(id, $"Distances of pairs: {HtmlRunComparison.LabelOf(row, true)}", "Hamming distance", "share of the pairs", [Shares("belong together", relevant), Shares("do not", irrelevant)])
        {
            IsArea = true,
            Range = (0, distances[^1], 0, null),
        };
    }

    /// <summary>Lines in the order of the table, each with the look that its method has in every chart.</summary>
    private static ComparedLine[] Styled(RunTable table, IEnumerable<ComparedLine> lines)
    {
        string[] methods = [.. table.Rows.Select(row => row.Method).Distinct()];
        return [.. lines.Select(line => line with { Style = Array.IndexOf(methods, line.Name) }).OrderBy(line => line.Style)];
    }

    private static ComparedChart[] Styled(RunTable table, IEnumerable<ComparedChart> charts) => [.. charts.Select(chart => chart with { Lines = Styled(table, chart.Lines) })];

    private static string Bits(int bits) => string.Create(CultureInfo.InvariantCulture, $"{bits} bits");
}
