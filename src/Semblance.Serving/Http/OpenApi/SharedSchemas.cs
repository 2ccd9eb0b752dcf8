using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;

namespace Semblance.Serving.Http.OpenApi;

/// <summary>Gives every kind of object one name in the document, so that a client that is made of it has one type for it.</summary>
internal static class SharedSchemas
{
    private const string Key = "semblance-name";
    private const string Suffix = "Message";

    /// <summary>The name of a type among the components of the document.</summary>
    public static string NameOf(Type type) => type.Name.EndsWith(Suffix, StringComparison.Ordinal) ? type.Name[..^Suffix.Length] : type.Name;

    /// <summary>Notes of which type a schema is.</summary>
    public static void Note(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object)
        {
            schema.Metadata ??= new Dictionary<string, object>();
            schema.Metadata[Key] = NameOf(type.Type);
        }
    }

    /// <summary>Replaces the schemas within others by references.</summary>
    public static void Share(OpenApiDocument document)
    {
        foreach (IOpenApiSchema schema in document.Components?.Schemas?.Values.ToArray() ?? [])
        {
            ShareWithin(document, (OpenApiSchema)schema);
        }
    }

    private static void ShareWithin(OpenApiDocument document, OpenApiSchema schema)
    {
        foreach ((string name, IOpenApiSchema member) in schema.Properties?.ToArray() ?? [])
        {
            IOpenApiSchema shared = Shared(document, member);
            schema.Properties![name] = ReferenceEquals(shared, member) || schema.Required?.Contains(name) == true ? shared : OrNull(shared);
        }
        if (schema.Items is { } items)
        {
            schema.Items = Shared(document, items);
        }
    }

    private static OpenApiSchema OrNull(IOpenApiSchema schema) => new() { Type = JsonSchemaType.Object | JsonSchemaType.Null, AllOf = [schema] };

    private static IOpenApiSchema Shared(OpenApiDocument document, IOpenApiSchema found)
    {
        if (found is not OpenApiSchema schema)
        {
            return found;
        }
        ShareWithin(document, schema);
        if (schema.Metadata?.TryGetValue(Key, out object? name) != true)
        {
            return schema;
        }
        if (!document.Components!.Schemas!.ContainsKey((string)name!))
        {
            document.AddComponent((string)name!, schema);
        }
        return new OpenApiSchemaReference((string)name!, document);
    }
}
