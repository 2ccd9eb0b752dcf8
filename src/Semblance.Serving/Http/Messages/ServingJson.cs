using System.Text.Json.Serialization;

namespace Semblance.Serving.Http.Messages;

/// <summary>How messages are read and written: strictly, and without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(CodeSearchRequest))]
[JsonSerializable(typeof(IdSearchRequest))]
[JsonSerializable(typeof(ImageSearchRequest))]
[JsonSerializable(typeof(UrlSearchRequest))]
[JsonSerializable(typeof(BatchSearchRequest))]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(BatchSearchResponse))]
[JsonSerializable(typeof(ItemMessage))]
[JsonSerializable(typeof(ItemDetails))]
[JsonSerializable(typeof(ItemContent))]
[JsonSerializable(typeof(ItemBatchRequest))]
[JsonSerializable(typeof(ItemBatchResponse))]
[JsonSerializable(typeof(ItemPage))]
[JsonSerializable(typeof(InfoResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(ProblemMessage))]
internal sealed partial class ServingJson : JsonSerializerContext;
