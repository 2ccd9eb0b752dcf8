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
    /// <param name="metrics">The scores that are compared, as names or patterns, the one that ranks the losses first.</param>
    public static ComparisonTable Of(IReadOnlyList<PlannedRun> runs, IReadOnlyList<string> metrics)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(metrics);
        return new([.. runs.GroupBy(run => run.Family).Select(family => new FamilyTable(family.Key, Rows([.. family], metrics)))]);
    }

    /// <summary>The table as JSON, with the value of every seed.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ComparisonJson.Default.ComparisonTable);

    /// <summary>The table as CSV: a line for each family, loss and metric.</summary>
    public string ToCsv()
    {
        StringBuilder text = new("data,loss,bits,metric,seeds,mean,deviation,protocol\n");
        foreach ((FamilyTable family, LossRow row) in Families.SelectMany(family => family.Rows, (family, row) => (family, row)))
        {
            foreach (ComparedScore score in row.Scores)
            {
                string deviation = score.Deviation is { } known ? known.ToString("0.00000", CultureInfo.InvariantCulture) : "";
                text.Append(CultureInfo.InvariantCulture, $"{Cell(family.Name)},{Cell(row.Loss)},{score.Bits},{score.Metric},{score.Values.Count},{score.Mean:0.00000},{deviation},{Cell(score.Protocol)}\n");
            }
        }
        return text.ToString();
    }

    private static string Cell(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static LossRow[] Rows(IReadOnlyList<PlannedRun> runs, IReadOnlyList<string> metrics) =>
        [.. runs.SelectMany(run => run.Scores(), (run, model) => (Run: run, Model: model)).GroupBy(entry => entry.Model.Name)
            .Select(entries => Row(entries.Key, [.. entries.OrderBy(entry => entry.Run.Bits).ThenBy(entry => entry.Run.Seed)], metrics))
            .OrderBy(row => row.IsBaseline).ThenByDescending(row => row.Scores.Count == 0 ? 0 : row.Scores[0].Mean)];

    private static LossRow Row(string name, IReadOnlyList<(PlannedRun Run, ModelScores Model)> entries, IReadOnlyList<string> metrics)
    {
        ComparedScore[] scores =
        [
            .. from metric in metrics
               from entry in entries
               from score in entry.Model.Scores
               where IsNamed(metric, score) && IsHeadline(score)
               group score.Value by (score.Name, score.Protocol, entry.Run.Bits) into values
               select new ComparedScore(values.Key.Name, values.Key.Protocol, [.. values]) { Bits = values.Key.Bits },
        ];
        return new LossRow(name, entries[0].Run.IsBaseline, [.. entries.Select(entry => entry.Run.Seed).Distinct().Order()], scores);
    }

    /// <summary>Whether a name or pattern of the comparison means a score.</summary>
    internal static bool IsNamed(string metric, NamedScore score) => NamePattern.IsFull(metric, score.Name);

    /// <summary>Of a score under several rules for ties, that of the expected value.</summary>
    private static bool IsHeadline(NamedScore score) => score.Name != "mAP" || score.Protocol.Contains("/ties=expected/", StringComparison.Ordinal);
}

/// <summary>The losses of one family, best first, the baseline last.</summary>
public sealed record FamilyTable(string Name, IReadOnlyList<LossRow> Rows);

/// <summary>One loss.</summary>
/// <param name="Loss">Its name.</param>
/// <param name="IsBaseline">Whether nothing was trained.</param>
/// <param name="Seeds">Seeds whose runs have ended.</param>
/// <param name="Scores">Metric by metric, each from short codes to long ones.</param>
public sealed record LossRow(string Loss, bool IsBaseline, IReadOnlyList<int> Seeds, IReadOnlyList<ComparedScore> Scores);

/// <summary>A score over several seeds.</summary>
/// <param name="Metric">Such as <c>Recall@1</c>.</param>
/// <param name="Protocol">The protocol id.</param>
/// <param name="Values">One a seed.</param>
public sealed record ComparedScore(string Metric, string Protocol, IReadOnlyList<double> Values)
{
    /// <summary>Length of the codes; null where the comparison does not go by it.</summary>
    public int? Bits { get; init; }

    /// <summary>What stands over its column: the metric, and the length of the codes.</summary>
    [JsonIgnore]
    public string Heading => Bits is { } bits ? string.Create(CultureInfo.InvariantCulture, $"{Metric}, {bits} bits") : Metric;

    /// <summary>Their mean.</summary>
    public double Mean => Values.Average();

    /// <summary>Their standard deviation, over n - 1; null for one seed.</summary>
    public double? Deviation => Values.Count < 2 ? null : Math.Sqrt(Values.Sum(value => (value - Mean) * (value - Mean)) / (Values.Count - 1));

    /// <summary>Half the width of the 95 % interval of the mean, by Student's distribution; null for one seed.</summary>
    public double? Interval95 => StudentT.HalfWidth95(Values);

    /// <summary>Whether a table has room for it; others are told where all are.</summary>
    [JsonIgnore]
    public bool IsHeadline => ScoredModel.IsHeadline(Metric);

    /// <summary>Between which means orders of equally distant items could lie; null where it is not known or nothing ties.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TieInterval? Ties { get; init; }
}

/// <summary>The score with equally distant items in the worst and in the best order: what an unstable sort can give.</summary>
/// <param name="Low">Relevant items last.</param>
/// <param name="High">Relevant items first.</param>
public sealed record TieInterval(double Low, double High);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ComparisonTable))]
internal sealed partial class ComparisonJson : JsonSerializerContext;
