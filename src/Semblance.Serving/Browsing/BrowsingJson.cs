using System.Text.Json.Serialization;

namespace Semblance.Serving.Browsing;

/// <summary>How requests and answers of browsing, and lines of the file of judgments, are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TagsResponse))]
[JsonSerializable(typeof(MapResponse))]
[JsonSerializable(typeof(ClustersResponse))]
[JsonSerializable(typeof(DuplicatesResponse))]
[JsonSerializable(typeof(JudgmentsResponse))]
[JsonSerializable(typeof(JudgmentRequest))]
[JsonSerializable(typeof(JudgedPair))]
[JsonSerializable(typeof(JudgmentLine))]
internal sealed partial class BrowsingJson : JsonSerializerContext;

/// <summary>A line of the file of judgments; without <see cref="Relevant"/> it takes an earlier one back.</summary>
internal sealed record JudgmentLine(JudgedQuery Query, string Item, DateTimeOffset Time, bool? Relevant = null);
