using System.Globalization;

namespace Semblance.Reports.Sections;

/// <summary>Loss, validation scores and learning rate against the step.</summary>
internal static class TrainingSection
{
    public static void Write(ReportPage page, TrainingCurves training) => page.AddSection("training", "Training", () =>
    {
        page.Body.Add($"""<div class="charts">""");
        AddChart(page, training, "loss", "Loss", training.Losses, null);
        AddChart(page, training, "validation", "Validation", training.Validation, 0);
        AddChart(page, training, "learning-rate", "Learning rate", training.LearningRates, 0);
        page.Body.Add($"</div>");
    });

    /// <summary>Whether there is anything to show.</summary>
    public static bool HasContent(TrainingCurves training) =>
        training.Losses.Concat(training.Validation).Concat(training.LearningRates).Any(curve => curve.Steps.Count > 0);

    private static void AddChart(ReportPage page, TrainingCurves training, string id, string title, IReadOnlyList<Curve> curves, double? from)
    {
        Curve[] drawn = [.. curves.Where(curve => curve.Steps.Count > 0)];
        if (drawn.Length == 0)
        {
            return;
        }
        ChartSeries[] series = [.. Series(drawn)];
        ChartSpec chart = new(id, "line", new ChartAxis("step"), ValueAxis(title, drawn, from), series) { Marks = Marks(training.KeptStep) };
        string description = $"{title} against step. " + string.Join(" ", drawn.Select(Describe));
        string? note = series.Any(one => one.Mean is not null) ? "Faint: every value. Bold: running mean." : null;
        string? protocol = Protocol(drawn);
        page.AddChart(chart, drawn.Length == 1 && protocol is not null ? $"{title}: {drawn[0].Name}" : title, description, note, protocol);
    }

    private static ChartAxis ValueAxis(string title, Curve[] curves, double? from)
    {
        double[] values = [.. curves.SelectMany(curve => curve.Values).Where(double.IsFinite)];
        bool spansDecades = values.Length > 1 && values.Min() > 0 && values.Max() > 20 * values.Min();
        return new ChartAxis(curves.Length == 1 ? curves[0].Name : title.ToLowerInvariant(), from, CanBeLogarithmic: spansDecades ? true : null);
    }

    /// <summary>The curves with some points left out where they have very many; curves with the same steps lose the same ones.</summary>
    private static IEnumerable<ChartSeries> Series(Curve[] curves)
    {
        bool together = curves.All(curve => curve.Steps.SequenceEqual(curves[0].Steps));
        int[]? kept = together ? CurveThinning.Keep([.. curves.Select(curve => curve.Values)]) : null;
        return curves.Select(curve => Series(curve, kept ?? CurveThinning.Keep([curve.Values])));
    }

    private static ChartSeries Series(Curve curve, int[] kept)
    {
        double[]? means = curve.Values.Count >= RunningMean.LeastPoints && IsNoisy(curve.Values) ? RunningMean.Of(curve.Values) : null;
        return new ChartSeries(curve.Name, [.. kept.Select(i => (double)curve.Steps[i])], [.. kept.Select(i => Finite(curve.Values[i]))])
        {
            Mean = means is null ? null : [.. kept.Select(i => Finite(means[i]))],
        };
    }

    /// <summary>Whether a curve turns about as often as chance makes it; a schedule or a slow score does not.</summary>
    private static bool IsNoisy(IReadOnlyList<double> values)
    {
        int turns = 0;
        for (int i = 2; i < values.Count; i++)
        {
            turns += (values[i] - values[i - 1]) * (values[i - 1] - values[i - 2]) < 0 ? 1 : 0;
        }
        return turns > values.Count / 4;
    }

    private static ChartMark[]? Marks(long? keptStep) =>
        keptStep is long step ? [new ChartMark("x", step, string.Create(CultureInfo.InvariantCulture, $"kept: step {step}"))] : null;

    private static string? Protocol(Curve[] curves)
    {
        string[] protocols = [.. curves.Select(curve => curve.Protocol).OfType<string>().Distinct()];
        return protocols.Length == 0 ? null : string.Join("; ", protocols);
    }

    private static string Describe(Curve curve) => string.Create(CultureInfo.InvariantCulture,
        $"{curve.Name}: {curve.Values[0]:G4} at step {curve.Steps[0]}, {curve.Values[^1]:G4} at step {curve.Steps[^1]}.");

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
