using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>An operation of an OpenAPI document.</summary>
internal sealed record ApiOperation(string Path, string Method, JsonElement Json)
{
    public string Id => Json.GetProperty("operationId").GetString()!;

    public bool HasBody => Json.TryGetProperty("requestBody", out _);

    public IEnumerable<int> Statuses => Json.GetProperty("responses").EnumerateObject().Select(response => int.Parse(response.Name, CultureInfo.InvariantCulture));

    /// <summary>The parameters that must be there, with a value to try.</summary>
    public IEnumerable<(string Name, string Example)> Required => !Json.TryGetProperty("parameters", out JsonElement parameters) ? []
        : parameters.EnumerateArray().Where(parameter => parameter.TryGetProperty("required", out JsonElement required) && required.GetBoolean())
            .Select(parameter => (parameter.GetProperty("name").GetString()!, parameter.GetProperty("example").ToString()));
}

/// <summary>An OpenAPI document, and whether an answer is one that it describes.</summary>
internal sealed class ApiDescription
{
    private readonly JsonElement _document;

    public ApiDescription(Reply reply) => _document = reply.Done();

    /// <summary>All operations.</summary>
    public IReadOnlyList<ApiOperation> Operations =>
        [.. _document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => new ApiOperation(path.Name, method.Name, method.Value)))];

    /// <summary>Fails unless status, media type and body are described.</summary>
    public void Check(ApiOperation operation, Reply reply)
    {
        string place = $"{operation.Id} {reply.Status}";
        Assert.True(operation.Json.GetProperty("responses").TryGetProperty($"{reply.Status}", out JsonElement response), $"{place} is not described: {reply.Text}");
        if (!response.TryGetProperty("content", out JsonElement content))
        {
            Assert.True(reply.Text.Length == 0, $"{place} has a body that is not described: {reply.Text}");
            return;
        }
        Assert.True(content.TryGetProperty(reply.MediaType, out JsonElement form), $"{place} is {reply.MediaType}, which is not described");
        if (reply.MediaType.EndsWith("json", StringComparison.Ordinal) && form.GetProperty("schema").TryGetProperty("$ref", out _))
        {
            Check(form.GetProperty("schema"), reply.Json, place);
        }
    }

    private void Check(JsonElement schema, JsonElement value, string place)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            Check(_document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]), value, place);
            return;
        }
        if (value.ValueKind == JsonValueKind.Null)
        {
            Assert.True(!schema.TryGetProperty("type", out _) || (schema.TryGetProperty("nullable", out JsonElement nullable) && nullable.GetBoolean()), $"{place} is null");
            return;
        }
        foreach (JsonElement part in schema.TryGetProperty("allOf", out JsonElement all) ? all.EnumerateArray() : [])
        {
            Check(part, value, place);
        }
        if (schema.TryGetProperty("type", out JsonElement type))
        {
            Assert.True(type.GetString() == TypeOf(value) || (type.GetString() == "number" && TypeOf(value) == "integer"), $"{place} is {TypeOf(value)}; {type} is described");
        }
        if (value.ValueKind == JsonValueKind.Object)
        {
            CheckMembers(schema, value, place);
        }
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out JsonElement items))
        {
            foreach (JsonElement element in value.EnumerateArray())
            {
                Check(items, element, place + "[]");
            }
        }
    }

    private void CheckMembers(JsonElement schema, JsonElement value, string place)
    {
        foreach (JsonElement name in schema.TryGetProperty("required", out JsonElement required) ? required.EnumerateArray() : [])
        {
            Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{place} lacks {name}");
        }
        if (!schema.TryGetProperty("properties", out JsonElement properties))
        {
            return;
        }
        foreach (JsonProperty member in value.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(member.Name, out JsonElement described), $"{place} has {member.Name}, which is not described");
            Check(described, member.Value, $"{place}.{member.Name}");
        }
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        _ => "boolean",
    };
}
