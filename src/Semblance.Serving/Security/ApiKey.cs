using System.Text.Json.Serialization;

namespace Semblance.Serving.Security;

/// <summary>What a key may do.</summary>
public enum AccessScope
{
    /// <summary>Search and look.</summary>
    [JsonStringEnumMemberName("read")]
    Read,

    /// <summary>Change items and judgments as well; whoever may write may read.</summary>
    [JsonStringEnumMemberName("write")]
    Write,
}

/// <summary>An API key as the file of keys holds it: enough to recognise the key, and not to make it.</summary>
public sealed record ApiKey
{
    /// <summary>Whose key it is; unique in the file.</summary>
    public required string Name { get; init; }

    /// <summary>Its public part: eight hexadecimal digits, the beginning of the key and what logs say.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the secret part, as 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What it may do.</summary>
    public AccessScope Scope { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Requests a minute; null for what the service allows.</summary>
    public int? Rate { get; init; }

    /// <summary>Whether it works at a time.</summary>
    /// <param name="now">The time.</param>
    public bool WorksAt(DateTimeOffset now) => Expires is not { } end || now < end;

    /// <summary>Whether it may do something.</summary>
    /// <param name="scope">What is needed.</param>
    public bool May(AccessScope scope) => Scope >= scope;
}

/// <summary>A file of keys.</summary>
internal sealed record ApiKeyList
{
    public int Version { get; init; } = 1;

    public IReadOnlyList<ApiKey> Keys { get; init; } = [];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true, WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ApiKeyList))]
internal sealed partial class ApiKeyJson : JsonSerializerContext;
