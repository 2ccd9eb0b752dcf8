using Semblance.Reports;

namespace Semblance.Training.Curricula;

/// <summary>What the log of a run says of the stages of its curriculum.</summary>
internal static class StageSummary
{
    private const string Kind = "curriculum";

    /// <summary>The line of the log with which the stages begin.</summary>
    /// <param name="step">Steps of the optimizer so far.</param>
    /// <param name="times">When what begins.</param>
    /// <param name="parts">Images of each subset, and the share of right labels where that is known.</param>
    public static Metrics Line(long step, StageTimes times, IEnumerable<(int Subset, int Count, double? Right)> parts)
    {
        Dictionary<string, double> values = [];
        for (int stage = 1; stage <= times.Stages; stage++)
        {
            values[Stage(stage)] = times.StartOf(stage) + 1;
        }
        foreach ((int subset, int count, double? right) in parts)
        {
            values[Subset(subset)] = count;
            if (right is { } share)
            {
                values[Right(subset)] = share;
            }
        }
        return new Metrics(step + 1, Kind, 0, values);
    }

    /// <summary>The first step of the stages, from 1; 0 where the run has none. What was validated before is no candidate for the best.</summary>
    public static long FirstStep(IReadOnlyList<Metrics> log) => log.LastOrDefault(line => line.Kind == Kind)?.Step ?? 0;

    /// <summary>The stages of a log; null where the run has none.</summary>
    public static StageFigures? Of(IReadOnlyList<Metrics> log)
    {
        if (log.LastOrDefault(line => line.Kind == Kind) is not { } begun)
        {
            return null;
        }
        IReadOnlyDictionary<string, double> values = begun.Values;
        long last = log.Where(line => line.Kind == "train").Select(line => line.Step).DefaultIfEmpty(0).Max();
        long[] starts = [.. Enumerable.Range(1, 64).TakeWhile(stage => values.ContainsKey(Stage(stage))).Select(stage => (long)values[Stage(stage)])];
        int subsets = Enumerable.Range(0, 64).TakeWhile(subset => values.ContainsKey(Subset(subset))).Count();
        Metrics[] validated = [.. log.Where(line => line.Kind == "validate")];
        string? metric = validated.FirstOrDefault()?.Values.Keys.First();
        StageFigure Figure(string name, long first, long end, int drawn)
        {
            double[] counts = [.. Enumerable.Range(0, drawn).Select(subset => values[Subset(subset)])];
            double right = Enumerable.Range(0, drawn).Sum(subset => counts[subset] * values.GetValueOrDefault(Right(subset)));
            double[] scores = [.. validated.Where(line => line.Step >= first && line.Step <= end).Select(line => line.Values[metric!])];
            double? best = scores.Length == 0 ? null : metric == "loss" ? scores.Min() : scores.Max();
            return new StageFigure(name, first, end, (int)counts.Sum(), values.ContainsKey(Right(0)) ? right / Math.Max(1, counts.Sum()) : null, best, scores.Length == 0 ? null : scores[^1]);
        }
        StageFigure[] warmup = begun.Step > 1 ? [Figure("warm-up, all images", 1, begun.Step - 1, subsets)] : [];
        return new StageFigures([.. warmup, .. starts.Where(start => start <= last).Select((start, index) => Figure(FormattableString.Invariant($"stage {index + 1}"), start, index + 1 < starts.Length ? Math.Min(last, starts[index + 1] - 1) : last, Math.Min(index + 1, subsets)))], metric);
    }

    private static string Stage(int stage) => FormattableString.Invariant($"stage{stage}");

    private static string Subset(int subset) => FormattableString.Invariant($"subset{subset}");

    private static string Right(int subset) => FormattableString.Invariant($"subset{subset}-right");
}
