using System.Globalization;
using Semblance.Evaluation;
using Semblance.Training.Results;

namespace Semblance.Cli;

/// <summary>Scores that the caller demands.</summary>
internal sealed class Bounds
{
    private readonly IReadOnlyList<(string Metric, double Least)> demands;

    private Bounds(IReadOnlyList<(string, double)> demands) => this.demands = demands;

    /// <summary>Reads <c>metric=value</c>.</summary>
    /// <exception cref="ArgumentException">A text is not of that form.</exception>
    public static Bounds Parse(string[] texts) => new([.. texts.Select(ParseOne)]);

    /// <summary>A sentence for each demand that the first model misses.</summary>
    public IReadOnlyList<string> Missed(IReadOnlyList<ScoredModel> models) => [.. demands.Select(demand => Check(demand, models[0].Scores)).OfType<string>()];

    private static (string, double) ParseOne(string text)
    {
        string[] parts = text.Split('=');
        return parts.Length == 2 && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double least) && double.IsFinite(least)
            ? (parts[0], least)
            : throw new ArgumentException($"--require {text} is not of the form metric=value, such as recall@1=0.9.");
    }

    private static string? Check((string Metric, double Least) demand, IReadOnlyList<Score> scores)
    {
        Score[] found = [.. scores.Where(score => score.Name.Equals(demand.Metric, StringComparison.OrdinalIgnoreCase)).Take(1)];
        if (found.Length == 0)
        {
            throw new ArgumentException($"--require names {demand.Metric}, which was not measured; there are {string.Join(", ", scores.Select(score => score.Name).Distinct())}.");
        }
        return found[0].Value >= demand.Least ? null : string.Create(CultureInfo.InvariantCulture, $"{demand.Metric} is {found[0].Value:0.0000}; at least {demand.Least} was required.");
    }
}
