using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Semblance.Serving.Security;

/// <summary>Headers that tell browsers what an answer may do.</summary>
public static class SecurityHeaders
{
    /// <summary>What the page may load and do: its own scripts, styles and images, nothing inline, nothing from elsewhere, in no frame.</summary>
    public const string PagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>What data may load and do, were it ever shown as a page: nothing.</summary>
    public const string DataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

    /// <summary>For the files of the page.</summary>
    /// <param name="response">Not yet begun.</param>
    public static void ForPage(HttpResponse response) => Set(response, PagePolicy);

    /// <summary>For JSON and everything else that is no page.</summary>
    /// <param name="response">Not yet begun.</param>
    public static void ForData(HttpResponse response) => Set(response, DataPolicy);

    /// <summary>For an image of an item: its media type is what the content shows, a browser may not take it for anything else, and other sites may not embed it.</summary>
    /// <param name="response">Not yet begun.</param>
    /// <param name="contentType">Of an image.</param>
    /// <param name="id">The item, for the name under which the image is saved.</param>
    public static void ForImage(HttpResponse response, string contentType, string id)
    {
        Set(response, DataPolicy);
        response.ContentType = contentType.StartsWith("image/", StringComparison.Ordinal) && !contentType.Contains("svg", StringComparison.OrdinalIgnoreCase) ? contentType : "application/octet-stream";
        response.Headers.ContentDisposition = new StringValues($"inline; filename=\"{SafeText.FileName(id)}\"");
    }

    private static void Set(HttpResponse response, string policy)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.Headers.ContentSecurityPolicy = policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "DENY";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
