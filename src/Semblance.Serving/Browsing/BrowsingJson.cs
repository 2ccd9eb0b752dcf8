using System.Text.Json.Serialization;

namespace Semblance.Serving.Browsing;

/// <summary>How requests and answers of browsing, and lines of the file of judgments, are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TagsAnswer))]
[JsonSerializable(typeof(MapAnswer))]
[JsonSerializable(typeof(ClustersAnswer))]
[JsonSerializable(typeof(DuplicatesAnswer))]
[JsonSerializable(typeof(JudgmentsAnswer))]
[JsonSerializable(typeof(JudgmentRequest))]
[JsonSerializable(typeof(JudgmentLine))]
internal sealed partial class BrowsingJson : JsonSerializerContext;

/// <summary>A line of the file of judgments; without <see cref="Relevant"/> it takes an earlier one back.</summary>
internal sealed record JudgmentLine(JudgedQuery Query, string Item, bool? Relevant, DateTimeOffset Time);
