using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Semblance.Serving.Http.Messages;

namespace Semblance.Serving.Http.OpenApi;

/// <summary>Writes what an operation takes and answers into the OpenAPI document.</summary>
/// <param name="context">Of the framework; makes schemas.</param>
internal sealed class OperationDescriber(OpenApiOperationTransformerContext context)
{
    /// <summary>The name of the security scheme of keys in the header Authorization.</summary>
    public const string Bearer = "bearer";

    /// <summary>The name of the security scheme of keys in a header of their own.</summary>
    public const string Header = "apiKey";

    private const string Json = "application/json";
    private static readonly OpenApiSchema Bytes = new() { Type = JsonSchemaType.String, Format = "binary" };

    /// <summary>Describes an operation.</summary>
    /// <param name="described">Where to write it.</param>
    /// <param name="operation">What it is.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task DescribeAsync(OpenApiOperation described, Operation operation, CancellationToken cancellation)
    {
        (described.OperationId, described.Summary, described.Description) = (operation.Id, operation.Summary, operation.Description);
        described.Tags = new HashSet<OpenApiTagReference> { new(operation.Group, context.Document) };
        described.Parameters = operation.Query.Count == 0 ? null : [.. operation.Query.Select(Parameter)];
        described.RequestBody = operation.Bodies.Count == 0 ? null : await BodyAsync(operation.Bodies, cancellation).ConfigureAwait(false);
        described.Responses = await ResponsesAsync(operation, cancellation).ConfigureAwait(false);
        if (operation.Scope is not null)
        {
            described.Security = [.. new[] { Bearer, Header }.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] })];
        }
    }

    private static IOpenApiParameter Parameter(QueryParameter parameter)
    {
        OpenApiSchema one = parameter.Kind switch
        {
            ParameterKind.Whole => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
            ParameterKind.Truth => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            _ => new OpenApiSchema { Type = JsonSchemaType.String },
        };
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Text,
            Required = parameter.Required,
            Schema = parameter.Many ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one,
            Example = parameter.Example is not { } example ? null
                : parameter.Kind == ParameterKind.Whole ? JsonValue.Create(int.Parse(example, CultureInfo.InvariantCulture)) : JsonValue.Create(example),
        };
    }

    private async Task<OpenApiRequestBody> BodyAsync(IReadOnlyList<BodyForm> forms, CancellationToken cancellation)
    {
        Dictionary<string, OpenApiMediaType> content = [];
        foreach (BodyForm form in forms)
        {
            content[form.MediaType] = form switch
            {
                { Part: { } part, Type: { } type } => Multipart(part, await SchemaAsync(type, cancellation).ConfigureAwait(false), form.Example),
                { Type: { } type } => new OpenApiMediaType { Schema = await SchemaAsync(type, cancellation).ConfigureAwait(false), Example = Parsed(form.Example) },
                _ => new OpenApiMediaType { Schema = Bytes },
            };
        }
        return new OpenApiRequestBody { Required = true, Content = content };
    }

    private static OpenApiMediaType Multipart(string part, IOpenApiSchema schema, string? example) => new()
    {
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "image" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["image"] = Bytes, [part] = schema },
        },
        Example = example is null ? null : new JsonObject { [part] = Parsed(example) },
        Encoding = new Dictionary<string, OpenApiEncoding> { ["image"] = new() { ContentType = "image/*" }, [part] = new() { ContentType = Json } },
    };

    private async Task<OpenApiResponses> ResponsesAsync(Operation operation, CancellationToken cancellation)
    {
        OpenApiResponses responses = [];
        foreach (Answer answer in operation.Answers)
        {
            responses[Text(answer.Status)] = new OpenApiResponse { Description = answer.Text, Content = await ContentAsync(answer, cancellation).ConfigureAwait(false) };
        }
        IOpenApiSchema problem = await SchemaAsync(typeof(ProblemMessage), cancellation).ConfigureAwait(false);
        foreach (int status in OperationProblems.Of(operation).Order())
        {
            responses[Text(status)] = new OpenApiResponse
            {
                Description = $"{ReasonPhrases.GetReasonPhrase(status)}: {OperationProblems.Meaning(status)}",
                Content = new Dictionary<string, OpenApiMediaType> { [Problems.MediaType] = new OpenApiMediaType { Schema = problem } },
                Headers = OperationProblems.RetriesLater(status) ? new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = new OpenApiHeader { Description = "Seconds after which to try again.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } } } : null,
            };
        }
        return responses;
    }

    private async Task<Dictionary<string, OpenApiMediaType>?> ContentAsync(Answer answer, CancellationToken cancellation)
    {
        if (answer.Type is { } type)
        {
            return new Dictionary<string, OpenApiMediaType> { [Json] = new OpenApiMediaType { Schema = await SchemaAsync(type, cancellation).ConfigureAwait(false) } };
        }
        return answer.MediaTypes.Count == 0 ? null
            : answer.MediaTypes.ToDictionary(media => media, media => (OpenApiMediaType)new OpenApiMediaType { Schema = media.StartsWith("text/", StringComparison.Ordinal) ? new OpenApiSchema { Type = JsonSchemaType.String } : Bytes });
    }

    /// <summary>The schema of a type, kept once among the components of the document.</summary>
    private async Task<IOpenApiSchema> SchemaAsync(Type type, CancellationToken cancellation)
    {
        string name = SharedSchemas.NameOf(type);
        if (context.Document!.Components?.Schemas?.ContainsKey(name) != true)
        {
            context.Document.AddComponent(name, await context.GetOrCreateSchemaAsync(type, null, cancellation).ConfigureAwait(false));
        }
        return new OpenApiSchemaReference(name, context.Document);
    }

    private static JsonNode? Parsed(string? json) => json is null ? null : JsonNode.Parse(json);

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
