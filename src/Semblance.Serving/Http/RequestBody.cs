using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Semblance.Serving.Http;

/// <summary>Reads bodies under limits.</summary>
internal static class RequestBody
{
    /// <summary>The media type of a body, in lower case; empty where there is none.</summary>
    public static string MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) ? type.MediaType.ToString().ToLowerInvariant() : "";

    /// <summary>Reads JSON.</summary>
    /// <exception cref="RefusedException">It is of another media type, too large, or not what was asked for.</exception>
    public static async Task<T> JsonAsync<T>(HttpContext context, JsonTypeInfo<T> type, int maxBytes)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            throw WrongMediaType(context.Request, "application/json");
        }
        Limit(context, maxBytes);
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.BodyReader, type, context.RequestAborted).ConfigureAwait(false) ?? throw new RefusedException(StatusCodes.Status400BadRequest, "the body is null; send a JSON object.");
        }
        catch (JsonException fault)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, JsonFaults.Explain(fault, type));
        }
    }

    /// <summary>Reads all bytes.</summary>
    /// <exception cref="RefusedException">There are none, or too many.</exception>
    public static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpContext context, int maxBytes)
    {
        Limit(context, maxBytes);
        ArrayBufferWriter<byte> bytes = new((int)Math.Clamp(context.Request.ContentLength ?? 0, 4096, maxBytes));
        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            if (bytes.WrittenCount + read.Buffer.Length > maxBytes)
            {
                throw TooLarge(maxBytes);
            }
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                bytes.Write(part.Span);
            }
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return bytes.WrittenMemory;
            }
        }
    }

    /// <summary>Refuses a body by its length before it is read, and lets the server stop one that hides it.</summary>
    public static void Limit(HttpContext context, long maxBytes)
    {
        if (context.Request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes, context.Request.ContentLength);
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = maxBytes;
        }
    }

    /// <summary>The error of a body of another kind.</summary>
    public static RefusedException WrongMediaType(HttpRequest request, string needed) => new(
        StatusCodes.Status415UnsupportedMediaType,
        $"the body is {(request.ContentType is { Length: > 0 } type ? type : "of no media type")}; {needed} is needed. Set the header Content-Type.");

    private static RefusedException TooLarge(long maxBytes, long? found = null) => new(
        StatusCodes.Status413PayloadTooLarge, $"the body has {(found is { } bytes ? $"{bytes} bytes" : "more bytes than it may have")}; {maxBytes} are allowed. Send less at once.");
}
