using System.Text;
using System.Text.Json;
using Semblance.Tests.Serving.Ingestion;

namespace Semblance.Tests.Serving.Reliability;

/// <summary>Sound requests, made from the examples of an OpenAPI document.</summary>
internal static class OpenApiRequests
{
    private const string Boundary = "fuzz-boundary";

    /// <summary>One request for each operation and media type.</summary>
    public static IReadOnlyList<FuzzRequest> Of(JsonElement document) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where operation.Name is "get" or "put" or "post" or "delete" or "patch"
           from request in Requests(path.Name, operation.Name.ToUpperInvariant(), operation.Value)
           select request,
    ];

    private static IEnumerable<FuzzRequest> Requests(string path, string method, JsonElement operation)
    {
        List<(string, string)> query = operation.TryGetProperty("parameters", out JsonElement parameters)
            ? [.. parameters.EnumerateArray().Where(one => one.GetProperty("in").GetString() == "query").Select(one => (one.GetProperty("name").GetString()!, ExampleOf(one)))]
            : [];
        FuzzRequest plain = new(method, path) { Query = query };
        if (!operation.TryGetProperty("requestBody", out JsonElement body))
        {
            yield return plain;
            yield break;
        }
        foreach (JsonProperty content in body.GetProperty("content").EnumerateObject())
        {
            yield return content.Name switch
            {
                "multipart/form-data" => plain.Copy() with { MediaType = $"{content.Name}; boundary={Boundary}", Body = Multipart(content.Value) },
                var type when type.StartsWith("image/", StringComparison.Ordinal) => plain.Copy() with { MediaType = "image/png", Body = DrawnImages.Png(1) },
                var type => plain.Copy() with { MediaType = type, Body = Encoding.UTF8.GetBytes(ExampleOf(content.Value)) },
            };
        }
    }

    private static string ExampleOf(JsonElement of) => of.TryGetProperty("example", out JsonElement example)
        ? example.ValueKind == JsonValueKind.String ? example.GetString()! : example.GetRawText()
        : of.TryGetProperty("examples", out JsonElement many) ? ExampleValue(many) : "1";

    private static string ExampleValue(JsonElement many)
    {
        JsonElement value = many.EnumerateObject().First().Value.GetProperty("value");
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
    }

    /// <summary>An image, and JSON for every other part that the schema names.</summary>
    private static byte[] Multipart(JsonElement content)
    {
        List<byte> body = [];
        Part(body, "image", "image/png", DrawnImages.Png(2));
        string[] parts = content.TryGetProperty("schema", out JsonElement schema) && schema.TryGetProperty("properties", out JsonElement properties)
            ? [.. properties.EnumerateObject().Select(property => property.Name).Where(name => name != "image")]
            : ["item"];
        foreach (string name in parts)
        {
            Part(body, name, "application/json", """{"tags":["a"],"payload":{"n":1}}"""u8.ToArray());
        }
        body.AddRange(Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"));
        return [.. body];
    }

    private static void Part(List<byte> body, string name, string type, byte[] bytes)
    {
        body.AddRange(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\nContent-Type: {type}\r\n\r\n"));
        body.AddRange(bytes);
        body.AddRange("\r\n"u8);
    }
}
