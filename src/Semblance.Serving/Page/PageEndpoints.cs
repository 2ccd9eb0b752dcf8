using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Semblance.Serving.Security;

namespace Semblance.Serving.Page;

/// <summary>The page over HTTP.</summary>
internal static class PageEndpoints
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>Maps the page and its files.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="files">The files.</param>
    /// <param name="around">Goes around every request.</param>
    public static void Map(IEndpointRouteBuilder routes, IReadOnlyList<PageFile> files, Func<HttpContext, Func<HttpContext, Task>, Task> around)
    {
        foreach (PageFile file in files)
        {
            if (file.Name == PageFiles.Index)
            {
                routes.MapMethods("/", Methods, context => around(context, _ => IndexAsync(context, file)));
            }
            else
            {
                routes.MapMethods("/" + file.Name, Methods, context => around(context, _ => SendAsync(context, file)));
            }
        }
    }

    /// <summary>The page names its files beside itself, which needs a path that ends in a slash.</summary>
    private static Task IndexAsync(HttpContext context, PageFile file)
    {
        if (context.Request.Path.Value is not { } path || path.EndsWith('/'))
        {
            return SendAsync(context, file);
        }
        context.Response.Redirect(context.Request.PathBase + path + "/" + context.Request.QueryString);
        return Task.CompletedTask;
    }

    private static async Task SendAsync(HttpContext context, PageFile file)
    {
        HttpResponse response = context.Response;
        SecurityHeaders.ForPage(response);
        response.Headers.ETag = file.ETag;
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(file.ETag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        (byte[] bytes, string? encoding) = file.In(context.Request.Headers.AcceptEncoding.ToString());
        (response.ContentType, response.ContentLength) = (file.MediaType, bytes.Length);
        if (encoding is not null)
        {
            response.Headers.ContentEncoding = encoding;
        }
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
