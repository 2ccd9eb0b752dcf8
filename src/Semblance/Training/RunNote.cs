using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Data;
using Semblance.IO;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>What a run depended on beside its recipe: <c>run.json</c>.</summary>
/// <param name="Semblance">Version of this program.</param>
/// <param name="Torch">Version of libtorch.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="Threads">Threads of operators.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="DataHash">SHA-256 over images and labels, and over which images train with which labels where a recipe changes that.</param>
/// <param name="Images">Number of images.</param>
/// <param name="Classes">Names of the classes, by index.</param>
/// <param name="Started">When the run began.</param>
public sealed record RunNote(string Semblance, string Torch, string Runtime, int Threads, int Seed, string Data, string DataHash, int Images, IReadOnlyList<string> Classes, DateTimeOffset Started)
{
    /// <summary>SHA-256 over which images train, ask and are searched, and with which labels (<see cref="DataParts.Division"/>); null in notes of older runs.</summary>
    public string? Division { get; init; }

    /// <summary>Describes a run that is about to begin.</summary>
    public static RunNote Of(Recipe recipe, Dataset data, DataParts parts, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(parts);
        string version = typeof(RunNote).Assembly.GetName().Version!.ToString(3);
        return new RunNote(version, Tensors.Torch.Version, RuntimeInformation.FrameworkDescription, TrainingJob.OperatorThreads(recipe), recipe.Seed, data.Name, parts.HashOf(data), data.Count, data.ClassNames, now) { Division = parts.Division };
    }

    /// <summary>Reads the note of a run.</summary>
    /// <exception cref="InvalidDataException">The file is missing or is no note.</exception>
    public static RunNote Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RunNoteJson.Default.RunNote) ?? throw new JsonException("it is empty.");
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            throw new InvalidDataException($"{path} cannot be read as the note of a run: {exception.Message} Train again into a new folder.", exception);
        }
    }

    /// <summary>Writes the note beside and renames it.</summary>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, RunNoteJson.Default.RunNote));

    /// <summary>The facts as a page lists them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts() =>
    [
        new("Semblance", Semblance),
        new("libtorch", Torch),
        new(".NET", Runtime),
        new("threads", Threads.ToString(CultureInfo.InvariantCulture)),
        new("seed", Seed.ToString(CultureInfo.InvariantCulture)),
        new("data", string.Create(CultureInfo.InvariantCulture, $"{Data}, {Images} images, {Classes.Count} classes")),
        new("data hash", DataHash),
        new("started", Started.ToString("u", CultureInfo.InvariantCulture)),
    ];
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunNote))]
internal sealed partial class RunNoteJson : JsonSerializerContext;
