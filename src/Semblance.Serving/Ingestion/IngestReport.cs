using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Serving.Ingestion;

/// <summary>What a pass over a folder did.</summary>
public sealed record IngestReport
{
    /// <summary>Files that were new.</summary>
    public int Added { get; init; }

    /// <summary>Files whose content had changed.</summary>
    public int Changed { get; init; }

    /// <summary>Files with known content under another path.</summary>
    public int Moved { get; init; }

    /// <summary>Files that are gone.</summary>
    public int Deleted { get; init; }

    /// <summary>Files that were as the store had them.</summary>
    public int Unchanged { get; init; }

    /// <summary>Files that may still be growing and wait.</summary>
    public int Waiting { get; init; }

    /// <summary>Files that could not be read, each in a sentence. What the store had of them stays.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Whether anything was written.</summary>
    [JsonIgnore]
    public bool Any => Added + Changed + Moved + Deleted > 0;

    /// <summary>As JSON in one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, IngestJson.Default.IngestReport);

    /// <summary>The counts in a line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Added} added, {Changed} changed, {Moved} moved, {Deleted} deleted, {Unchanged} unchanged{(Waiting > 0 ? $", {Waiting} still being written" : "")}, {Refused.Count} not readable");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IngestReport))]
internal sealed partial class IngestJson : JsonSerializerContext;
