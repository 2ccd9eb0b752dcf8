using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Semblance.Serving.Http.OpenApi;

/// <summary>The OpenAPI document of the service: made from its operations once, when somebody asks for it.</summary>
internal static class ApiDocument
{
    /// <summary>The name under which the framework keeps it; one that no other document of an application has.</summary>
    public const string Name = "semblance-v1";

    private const string Description =
        "Search for similar images by code, by item, by image or by a part of one, in an index or a database; and the items that are searched. "
        + "Codes are hexadecimal, the first byte first. Ids are texts, also where the index has numbers. Every failure is a problem (RFC 9457) with a sentence in \"detail\".";

    /// <summary>Adds what makes the document.</summary>
    public static void Add(IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
        options.ShouldInclude = description => OperationOf(description) is not null;
        options.AddSchemaTransformer((schema, context, _) =>
        {
            PlainNumbers(schema, context.JsonTypeInfo.Type);
            SharedSchemas.Note(schema, context.JsonTypeInfo);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((described, context, cancellation) => new OperationDescriber(context).DescribeAsync(described, OperationOf(context.Description)!, cancellation));
        options.AddDocumentTransformer((document, _, _) =>
        {
            Finish(document);
            return Task.CompletedTask;
        });
    });

    /// <summary>The document as JSON.</summary>
    public static async Task<string> WriteAsync(IServiceProvider services, CancellationToken cancellation)
    {
        IOpenApiDocumentProvider provider = services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        OpenApiDocument document = await provider.GetOpenApiDocumentAsync(cancellation).ConfigureAwait(false);
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, cancellation).ConfigureAwait(false);
    }

    private static Operation? OperationOf(ApiDescription description) => description.ActionDescriptor.EndpointMetadata.OfType<Operation>().FirstOrDefault();

    private static void Finish(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "Semblance search", Version = "1", Description = Description, License = new OpenApiLicense { Name = "Apache-2.0" } };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        SharedSchemas.Share(document);
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [OperationDescriber.Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, where the service has keys." },
            [OperationDescriber.Header] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key", Description = "The same key in a header of its own." },
        };
    }

    /// <summary>The service takes numbers as numbers only, which the settings of an application need not say.</summary>
    private static void PlainNumbers(OpenApiSchema schema, Type type)
    {
        Type kind = Nullable.GetUnderlyingType(type) ?? type;
        if ((kind == typeof(int) || kind == typeof(long) || kind == typeof(double)) && schema.Type is { } found)
        {
            (schema.Type, schema.Pattern) = (found & ~JsonSchemaType.String, null);
        }
    }
}
