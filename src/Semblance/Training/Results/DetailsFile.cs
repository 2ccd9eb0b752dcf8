using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.IO;

namespace Semblance.Training.Results;

/// <summary>Reads and writes <c>details.json</c>.</summary>
/// <remarks>Statistics, curves and columns go by name: a reader takes those that it knows. Only another meaning of what is there makes another version.</remarks>
public static class DetailsFile
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    /// <summary>Writes what is kept of a run.</summary>
    public static void Write(string path, RunDetails details) => AtomicFile.WriteText(path, JsonSerializer.Serialize(details, DetailsJson.Default.RunDetails));

    /// <summary>Reads what a run kept.</summary>
    /// <returns>Null where the run is of a time before there was such a file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or of a newer version.</exception>
    public static RunDetails? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            RunDetails details = JsonSerializer.Deserialize(File.ReadAllBytes(path), DetailsJson.Default.RunDetails) ?? throw new JsonException("it is empty.");
            return details.Version is >= 1 and <= Version
                ? details
                : throw new InvalidDataException($"{path} is of version {details.Version}; this program reads up to {Version}. Use a newer Semblance, or write it anew with 'semblance evaluate'.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is not a file of details: {exception.Message} Write it anew with 'semblance evaluate'.", exception);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunDetails))]
internal sealed partial class DetailsJson : JsonSerializerContext;
