using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Semblance.Serving.Http;

/// <summary>A body of multipart/form-data with an image and JSON that goes with it.</summary>
internal sealed class MultipartImage
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "multipart/form-data";

    private const string ImagePart = "image";
    private const int Overhead = 64 << 10;
    private ReadOnlyMemory<byte>? _json;

    /// <summary>The image; null where there is no such part.</summary>
    public ReadOnlyMemory<byte>? Image { get; private set; }

    /// <summary>Reads the parts, in any order.</summary>
    /// <param name="context">The request.</param>
    /// <param name="jsonPart">The name of the part that is JSON.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="RefusedException">A part is not known, comes twice or is too large.</exception>
    public static async Task<MultipartImage> ReadAsync(HttpContext context, string jsonPart, SearchServiceOptions options)
    {
        string? boundary = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type) ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 200)
        {
            throw new ArgumentException("the header Content-Type names no boundary of the parts; let the client library write it.");
        }
        RequestBody.Limit(context, (long)options.MaxImageBytes + options.MaxJsonBytes + Overhead);
        MultipartImage result = new();
        try
        {
            MultipartReader reader = new(boundary, context.Request.Body);
            while (await reader.ReadNextSectionAsync(context.RequestAborted).ConfigureAwait(false) is { } section)
            {
                await result.TakeAsync(section, jsonPart, options, context.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is InvalidDataException || (fault is IOException and not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested))
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, $"the parts of the body cannot be told apart: {fault.Message} Let a client library write the body.");
        }
        return result;
    }

    /// <summary>The JSON; null where there is no such part.</summary>
    /// <exception cref="RefusedException">It is not what was asked for.</exception>
    public T? Json<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return _json is { } json ? JsonSerializer.Deserialize(json.Span, type) : null;
        }
        catch (JsonException fault)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, JsonFaults.Explain(fault, type));
        }
    }

    private async Task TakeAsync(MultipartSection section, string jsonPart, SearchServiceOptions options, CancellationToken cancellation)
    {
        string name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition) ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString() : "";
        bool isImage = name == ImagePart;
        if (!isImage && name != jsonPart)
        {
            throw new ArgumentException($"the body has a part \"{(name.Length <= 40 ? name : name[..40] + "…")}\"; \"{ImagePart}\" and \"{jsonPart}\" are known. Leave it out.");
        }
        if ((isImage ? Image : _json) is not null)
        {
            throw new ArgumentException($"the body has the part \"{name}\" twice; give it once.");
        }
        ReadOnlyMemory<byte> bytes = await BytesAsync(section.Body, name, isImage ? options.MaxImageBytes : options.MaxJsonBytes, cancellation).ConfigureAwait(false);
        if (isImage)
        {
            Image = bytes;
        }
        else
        {
            _json = bytes;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(Stream body, string name, int maxBytes, CancellationToken cancellation)
    {
        System.Buffers.ArrayBufferWriter<byte> bytes = new(4096);
        while (true)
        {
            int read = await body.ReadAsync(bytes.GetMemory(4096), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return bytes.WrittenMemory;
            }
            bytes.Advance(read);
            if (bytes.WrittenCount > maxBytes)
            {
                throw new RefusedException(StatusCodes.Status413PayloadTooLarge, $"the part \"{name}\" has more than {maxBytes} bytes, which are allowed. Send less at once.");
            }
        }
    }
}
