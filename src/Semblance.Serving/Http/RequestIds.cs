using Microsoft.AspNetCore.Http;

namespace Semblance.Serving.Http;

/// <summary>The name of a request in answers and logs: what the caller sent as <c>X-Request-Id</c>, or a new one.</summary>
internal static class RequestIds
{
    /// <summary>The header that carries it both ways.</summary>
    public const string Header = "X-Request-Id";

    private const int MaxLength = 128;

    /// <summary>Names a request, and echoes the name in the answer.</summary>
    public static void Give(HttpContext context)
    {
        string? sent = context.Request.Headers[Header];
        if (sent is { Length: > 0 and <= MaxLength } && sent.AsSpan().IndexOfAnyExcept(Harmless) < 0)
        {
            context.TraceIdentifier = sent;
        }
        context.Response.Headers[Header] = context.TraceIdentifier;
    }

    /// <summary>What can stand in a header, a log and a page without harm.</summary>
    private static readonly System.Buffers.SearchValues<char> Harmless =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=");
}
