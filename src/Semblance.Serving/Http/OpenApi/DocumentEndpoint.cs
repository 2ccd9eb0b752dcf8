using System.Text;
using Microsoft.AspNetCore.Http;

namespace Semblance.Serving.Http.OpenApi;

/// <summary>The OpenAPI document over HTTP.</summary>
internal static class DocumentEndpoint
{
    /// <summary>The operation.</summary>
    public static IEnumerable<Operation> All() =>
    [
        new("GET", "/openapi/v1.json", "getOpenApi", "Gets this document.", GetAsync)
        {
            Group = "Service",
            Scope = null,
            Answers = [new(StatusCodes.Status200OK, "An OpenAPI 3.0 document.") { MediaTypes = ["application/json"] }],
        },
    ];

    private static async Task GetAsync(HttpContext context, SearchService service)
    {
        byte[] document = await service.Document.GetAsync(context.RequestServices).ConfigureAwait(false);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = document.Length;
        await context.Response.Body.WriteAsync(document, context.RequestAborted).ConfigureAwait(false);
    }
}

/// <summary>The document, once it was made.</summary>
internal sealed class KeptDocument
{
    private byte[]? _document;

    /// <summary>The document as JSON.</summary>
    public async Task<byte[]> GetAsync(IServiceProvider services) => _document ??= Encoding.UTF8.GetBytes(await ApiDocument.WriteAsync(services, CancellationToken.None).ConfigureAwait(false));
}
