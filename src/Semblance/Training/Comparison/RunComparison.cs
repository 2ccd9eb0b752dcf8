using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>How runs are put side by side.</summary>
public sealed record RunComparisonOptions
{
    /// <summary>The score that comes first and by which rows are ordered; null for mAP of codes, Recall@1 of embeddings, or what all runs have.</summary>
    public string? Metric { get; init; }

    /// <summary>Whether runs that have not ended are left out; otherwise they are refused.</summary>
    public bool Partial { get; init; }
}

/// <summary>Runs side by side: seeds of one method in one row, scores of one protocol in one table.</summary>
public sealed record RunComparison
{
    /// <summary>The score that comes first.</summary>
    public required string Metric { get; init; }

    /// <summary>One a protocol of <see cref="Metric"/>.</summary>
    public required IReadOnlyList<RunTable> Tables { get; init; }

    /// <summary>What a reader must know: different protocols, runs left out, runs that kept less than others.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The runs.</summary>
    [JsonIgnore]
    public IReadOnlyList<FinishedRun> Runs { get; init; } = [];

    /// <summary>Reads run folders and puts them side by side.</summary>
    /// <param name="runFolders">Folders that a training wrote; see <see cref="RunFinder"/> for others.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="InvalidDataException">A folder holds no run or one that has not ended, two runs are the same seed of a method, or the runs have no score in common.</exception>
    /// <exception cref="ArgumentException">No folder was given, or the metric is one that a run does not have.</exception>
    public static RunComparison Of(IReadOnlyList<string> runFolders, RunComparisonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(runFolders);
        options ??= new();
        string[] unfinished = options.Partial ? [.. runFolders.Where(IsUnfinished)] : [];
        FinishedRun[] runs = [.. runFolders.Except(unfinished).Select(FinishedRun.Load)];
        if (runs.Length == 0)
        {
            throw unfinished.Length == 0
                ? new ArgumentException("No run was given. Name the folders of runs, or a folder that holds some.")
                : new InvalidDataException($"None of the {unfinished.Length} runs has ended, so there is nothing to compare. The first is {unfinished[0]}; continue it with 'semblance train --resume --out {unfinished[0]}'.");
        }
        string metric = RunMetrics.Choose(runs, options.Metric);
        RunTable[] tables = [.. RunGrouping.Tables(runs, metric)];
        return new RunComparison { Metric = metric, Tables = tables, Runs = runs, Notes = [.. RunNotes.Of(runs, tables, metric, unfinished)] };
    }

    /// <summary>The tables as JSON, with the value of every seed.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunComparisonJson.Default.RunComparison);

    /// <summary>The tables as CSV: a line for each row and score.</summary>
    public string ToCsv()
    {
        StringBuilder text = new("table,method,bits,baseline,metric,seeds,mean,low95,high95,ties_low,ties_high,protocol\n");
        for (int table = 0; table < Tables.Count; table++)
        {
            foreach ((RunRow row, ComparedScore score) in Tables[table].Rows.SelectMany(row => row.Scores, (row, score) => (row, score)))
            {
                double? low = score.Mean - score.Interval95, high = score.Mean + score.Interval95;
                text.Append(CultureInfo.InvariantCulture, $"{table + 1},{Cell(row.Method)},{row.Bits},{(row.IsBaseline ? 1 : 0)},{Cell(score.Metric)},{score.Values.Count},");
                text.Append(CultureInfo.InvariantCulture, $"{score.Mean:0.00000},{low:0.00000},{high:0.00000},{score.Ties?.Low:0.00000},{score.Ties?.High:0.00000},{Cell(score.Protocol)}\n");
            }
        }
        return text.ToString();
    }

    private static bool IsUnfinished(string folder) => File.Exists(Path.Combine(folder, "recipe.yaml")) && !File.Exists(Path.Combine(folder, "scores.json"));

    private static string Cell(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

/// <summary>Rows whose first score is of one protocol.</summary>
/// <param name="Protocol">The protocol id of the first score.</param>
/// <param name="Rows">The best method first, its code lengths ascending; baselines last.</param>
public sealed record RunTable(string Protocol, IReadOnlyList<RunRow> Rows);

/// <summary>A method at one code length.</summary>
/// <param name="Method">Name of the recipe, with the settings by which it differs from others of that name.</param>
/// <param name="Bits">Length of codes; null for embeddings.</param>
/// <param name="IsBaseline">Whether it is there to compare with.</param>
/// <param name="Seeds">One a run.</param>
/// <param name="Scores">The metric that was chosen first.</param>
public sealed record RunRow(string Method, int? Bits, bool IsBaseline, IReadOnlyList<int> Seeds, IReadOnlyList<ComparedScore> Scores)
{
    /// <summary>The runs of the row, seed by seed, and the name of the model in each.</summary>
    [JsonIgnore]
    public IReadOnlyList<RunModel> Sources { get; init; } = [];
}

/// <summary>A model or baseline of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Scores">Its scores.</param>
public sealed record RunModel(FinishedRun Run, ModelScores Scores)
{
    /// <summary>What is kept of it beside the scores; null for nothing.</summary>
    internal ModelDetails? Details => Run.DetailsOf(Scores.Name);

    /// <summary>Whether it is what the run trained, as it came out of training.</summary>
    internal bool IsMain => !Scores.IsBaseline && ReferenceEquals(Scores, Run.Models[0]);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunComparison))]
internal sealed partial class RunComparisonJson : JsonSerializerContext;
