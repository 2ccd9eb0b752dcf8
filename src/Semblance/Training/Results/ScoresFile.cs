using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.IO;

namespace Semblance.Training.Results;

/// <summary>Scores of one model in <c>scores.json</c>.</summary>
/// <param name="Name">The model's or the baseline's.</param>
/// <param name="IsBaseline">Whether it is there to compare with.</param>
/// <param name="Scores">Every number, with its protocol.</param>
/// <param name="Queries">Number of queries.</param>
/// <param name="QueriesWithoutPositives">Queries without a relevant image in the database.</param>
/// <param name="Codes">What is known of codes beside the scores; null for embeddings.</param>
public sealed record ModelScores(string Name, bool IsBaseline, IReadOnlyList<NamedScore> Scores, int Queries = 0, int QueriesWithoutPositives = 0, CodeStatistics? Codes = null);

/// <summary>A number with its protocol.</summary>
public sealed record NamedScore(string Name, double Value, string Protocol);

/// <summary>Reads and writes <c>scores.json</c>.</summary>
public static class ScoresFile
{
    /// <summary>Writes the scores of all models.</summary>
    public static void Write(string path, RunResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        AtomicFile.WriteText(path, ToJson(results.Models));
    }

    /// <summary>The scores of all models as JSON.</summary>
    public static string ToJson(IReadOnlyList<ScoredModel> scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        ModelScores[] models = [.. scored.Select(model => new ModelScores(model.Name, model.IsBaseline, [.. model.Scores.Select(score => new NamedScore(score.Name, score.Value, score.ProtocolId))], model.Queries, model.QueriesWithoutPositives, model.Codes is { } codes ? CodeStatistics.Of(codes) : null))];
        return JsonSerializer.Serialize(models, ScoresJson.Default.ModelScoresArray);
    }

    /// <summary>Reads scores.</summary>
    /// <exception cref="InvalidDataException">The file is not one of scores.</exception>
    public static IReadOnlyList<ModelScores> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ScoresJson.Default.ModelScoresArray) ?? [];
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is not a file of scores: {exception.Message} Write it anew with 'semblance evaluate'.", exception);
        }
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ModelScores[]))]
internal sealed partial class ScoresJson : JsonSerializerContext;
