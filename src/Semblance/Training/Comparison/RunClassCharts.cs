using System.Globalization;
using Semblance.Reports;
using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>Accuracy by class and calibration of the runs of a table, averaged over seeds.</summary>
internal static class RunClassCharts
{
    /// <summary>Charts of the rows that tell classes; of those with the protocol that the first of them has.</summary>
    public static IEnumerable<ComparedChart> Of(RunTable table, string suffix)
    {
        (RunRow Row, NamedCurve[] Curves)[] classes = Kept(table, CurveNames.Classes, "accuracy"), bins = Kept(table, CurveNames.Reliability, "confidence");
        if (classes.Length > 0)
        {
            double[] trained = classes[0].Curves[0].Column("train")!;
            int[] order = [.. Enumerable.Range(0, trained.Length).OrderByDescending(label => trained[label])];
            yield return new ComparedChart($"class-accuracy{suffix}", "Accuracy by class", "class, from the most training images to the fewest", "accuracy", [.. classes.Select(entry => ByClass(entry.Row, entry.Curves, trained, order)).OfType<ComparedLine>()])
            {
                Range = (0, Math.Max(1, order.Length - 1), 0, 1),
                Note = "In the order of the first method's first run, whose training images a point tells.",
                Protocol = classes[0].Curves[0].Protocol,
            };
        }
        if (bins.Length > 0)
        {
            yield return new ComparedChart($"reliability{suffix}", "Reliability", "confidence", "share that is right", [.. bins.Select(entry => Reliability(entry.Row, entry.Curves)).OfType<ComparedLine>()])
            {
                Range = (0, 1, 0, 1),
                Note = "Where a line lies below the diagonal, its method is surer than it is right.",
                Protocol = bins[0].Curves[0].Protocol,
            };
        }
    }

    private static (RunRow Row, NamedCurve[] Curves)[] Kept(RunTable table, string name, string column)
    {
        (RunRow Row, NamedCurve[] Curves)[] kept = [.. table.Rows.Select(row => (row, row.Sources.Select(source => source.Details?.Curve(name)).OfType<NamedCurve>().Where(curve => curve.Column(column) is not null).ToArray())).Where(entry => entry.Item2.Length > 0)];
        return [.. kept.Where(entry => entry.Curves[0].Protocol == kept[0].Curves[0].Protocol)];
    }

    private static ComparedLine? ByClass(RunRow row, NamedCurve[] curves, double[] trained, int[] order)
    {
        IReadOnlyList<string>? names = row.Sources[0].Run.Note?.Classes;
        double[][] seeds = [.. curves.Select(curve => curve.Column("accuracy")!).Where(values => values.Length == trained.Length)];
        return seeds.Length == 0 ? null : new ComparedLine(row.Method, [.. Enumerable.Range(0, order.Length).Select(place => (double)place)], [.. order.Select(label => seeds.Average(values => values[label]))])
        {
            Points = [.. order.Select(label => string.Create(CultureInfo.InvariantCulture, $"{names?.ElementAtOrDefault(label) ?? $"class {label}"}, {trained[label]:N0} training images"))],
        };
    }

    /// <summary>Bin by bin the means over the seeds that have queries there.</summary>
    private static ComparedLine? Reliability(RunRow row, NamedCurve[] curves)
    {
        double[][] confidence = [.. curves.Select(curve => curve.Column("confidence")!)], accuracy = [.. curves.Select(curve => curve.Column("accuracy")!)];
        double Mean(double[][] seeds, int bin) => seeds.Where(values => values.Length > bin && double.IsFinite(values[bin])).Select(values => values[bin]).DefaultIfEmpty(double.NaN).Average();
        int[] bins = [.. Enumerable.Range(0, confidence[0].Length).Where(bin => double.IsFinite(Mean(confidence, bin)))];
        return bins.Length == 0 ? null : new ComparedLine(row.Method, [.. bins.Select(bin => Mean(confidence, bin))], [.. bins.Select(bin => Mean(accuracy, bin))]);
    }
}
