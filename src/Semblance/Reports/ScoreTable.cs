using System.Globalization;
using Semblance.Evaluation;

namespace Semblance.Reports;

/// <summary>A score as a table shows it.</summary>
/// <param name="Score">The score and its protocol; higher is better.</param>
/// <param name="Spread">Its standard deviation over several seeds, where there were several.</param>
public sealed record ReportScore(Score Score, double? Spread = null)
{
    internal string Metric => Score.Name;

    internal double Value => Score.Value;

    internal string Protocol => Score.ProtocolId;
}

/// <summary>The scores of one model or baseline.</summary>
/// <param name="Name">What was scored.</param>
/// <param name="Scores">Its scores; one that others have and this one lacks is shown as missing.</param>
/// <param name="IsBaseline">Whether this is only there to compare with.</param>
public sealed record ScoreRow(string Name, IReadOnlyList<ReportScore> Scores, bool IsBaseline = false);

/// <summary>Scores of models beside those of baselines.</summary>
/// <param name="Rows">The models first, then the baselines.</param>
public sealed record ScoreTable(IReadOnlyList<ScoreRow> Rows)
{
    /// <summary>What the numbers count, said below the table; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>A sentence that sets the first score of the first model against the best baseline.</summary>
    /// <returns>The sentence; empty where no model has a score.</returns>
    public string Describe()
    {
        ScoreRow? model = Rows.FirstOrDefault(row => !row.IsBaseline);
        ReportScore? score = model?.Scores.Count > 0 ? model.Scores[0] : null;
        if (model is null || score is null)
        {
            return "";
        }
        string reached = string.Create(CultureInfo.InvariantCulture, $"{model.Name} reaches {score.Metric} {score.Value:0.000}");
        return BestBaseline(score) is var (name, value)
            ? reached + string.Create(CultureInfo.InvariantCulture, $"; the best baseline, {name}, {value:0.000}.")
            : reached + ".";
    }

    /// <summary>The baseline that is best at the metric of a score under the same protocol; null where none has it.</summary>
    internal (string Name, double Value)? BestBaseline(ReportScore score) =>
        Rows.Where(row => row.IsBaseline)
            .SelectMany(row => row.Scores, (row, other) => (row.Name, Score: other))
            .Where(other => other.Score.Metric == score.Metric && other.Score.Protocol == score.Protocol)
            .OrderByDescending(other => other.Score.Value)
            .Select(other => ((string, double)?)(other.Name, other.Score.Value))
            .FirstOrDefault();
}
