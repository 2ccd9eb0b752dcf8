using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>Scores of losses side by side, family by family.</summary>
/// <param name="Families">In the order of the comparison.</param>
public sealed record ComparisonTable(IReadOnlyList<FamilyTable> Families)
{
    /// <summary>Puts the scores of runs together.</summary>
    /// <param name="runs">Runs that have ended.</param>
    public static ComparisonTable Of(IReadOnlyList<PlannedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return new([.. runs.GroupBy(run => run.Family).Select(family => new FamilyTable(
            family.Key,
            [.. family.GroupBy(run => run.Loss).Select(Row).OrderBy(row => row.IsBaseline).ThenByDescending(row => row.Scores.Count == 0 ? 0 : row.Scores[0].Mean)]))]);
    }

    /// <summary>The table as JSON, with the value of every seed.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ComparisonJson.Default.ComparisonTable);

    /// <summary>The table as CSV: a line for each family, loss and metric.</summary>
    public string ToCsv()
    {
        StringBuilder text = new("data,loss,metric,seeds,mean,deviation,protocol\n");
        foreach ((FamilyTable family, LossRow row) in Families.SelectMany(family => family.Rows, (family, row) => (family, row)))
        {
            foreach (ComparedScore score in row.Scores)
            {
                string deviation = score.Deviation is { } known ? known.ToString("0.00000", CultureInfo.InvariantCulture) : "";
                text.Append(CultureInfo.InvariantCulture, $"{Cell(family.Name)},{Cell(row.Loss)},{score.Metric},{score.Values.Count},{score.Mean:0.00000},{deviation},{Cell(score.Protocol)}\n");
            }
        }
        return text.ToString();
    }

    private static string Cell(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static LossRow Row(IGrouping<string, PlannedRun> runs)
    {
        (int Seed, IReadOnlyList<NamedScore> Scores)[] all = [.. runs.OrderBy(run => run.Seed).Select(run => (run.Seed, run.Scores()))];
        ComparedScore[] scores =
        [
            .. all.SelectMany(run => run.Scores).Where(score => IsShown(score.Name)).GroupBy(score => (score.Name, score.Protocol))
                .Select(group => new ComparedScore(group.Key.Name, group.Key.Protocol, [.. group.Select(score => score.Value)])),
        ];
        return new LossRow(runs.Key, runs.First().IsBaseline, [.. all.Select(run => run.Seed)], scores);
    }

    private static bool IsShown(string metric) => metric.StartsWith("Recall@", StringComparison.Ordinal) || metric is "mAP@R";
}

/// <summary>The losses of one family, best first, the baseline last.</summary>
public sealed record FamilyTable(string Name, IReadOnlyList<LossRow> Rows);

/// <summary>One loss.</summary>
/// <param name="Loss">Its name.</param>
/// <param name="IsBaseline">Whether nothing was trained.</param>
/// <param name="Seeds">Seeds whose runs have ended.</param>
/// <param name="Scores">Recall at each K, then mAP@R.</param>
public sealed record LossRow(string Loss, bool IsBaseline, IReadOnlyList<int> Seeds, IReadOnlyList<ComparedScore> Scores);

/// <summary>A score over several seeds.</summary>
/// <param name="Metric">Such as <c>Recall@1</c>.</param>
/// <param name="Protocol">The protocol id.</param>
/// <param name="Values">One a seed.</param>
public sealed record ComparedScore(string Metric, string Protocol, IReadOnlyList<double> Values)
{
    /// <summary>Their mean.</summary>
    public double Mean => Values.Average();

    /// <summary>Their standard deviation, over n - 1; null for one seed.</summary>
    public double? Deviation => Values.Count < 2 ? null : Math.Sqrt(Values.Sum(value => (value - Mean) * (value - Mean)) / (Values.Count - 1));
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ComparisonTable))]
internal sealed partial class ComparisonJson : JsonSerializerContext;
