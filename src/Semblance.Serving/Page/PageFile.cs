using System.IO.Compression;
using System.Security.Cryptography;

namespace Semblance.Serving.Page;

/// <summary>A file of the page, as it is and compressed.</summary>
internal sealed class PageFile
{
    private readonly Lazy<byte[]> _brotli;
    private readonly Lazy<byte[]> _gzip;

    /// <summary>Wraps a file.</summary>
    /// <param name="name">Its path below the page.</param>
    /// <param name="content">Its bytes.</param>
    public PageFile(string name, byte[] content)
    {
        (Name, Content, MediaType) = (name, content, MediaTypeOf(name));
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"";
        _brotli = new Lazy<byte[]>(() => Compressed(stream => new BrotliStream(stream, CompressionLevel.SmallestSize)));
        _gzip = new Lazy<byte[]>(() => Compressed(stream => new GZipStream(stream, CompressionLevel.SmallestSize)));
    }

    /// <summary>Its path below the page.</summary>
    public string Name { get; }

    /// <summary>Its bytes.</summary>
    public byte[] Content { get; }

    /// <summary>What it is.</summary>
    public string MediaType { get; }

    /// <summary>Changes when the file does.</summary>
    public string ETag { get; }

    /// <summary>The bytes in a form that a browser takes, and the name of that form; null for the bytes as they are.</summary>
    /// <param name="accepted">What the browser takes: its header Accept-Encoding.</param>
    public (byte[] Bytes, string? Encoding) In(string accepted) =>
        !IsText ? (Content, null)
        : accepted.Contains("br", StringComparison.Ordinal) ? (_brotli.Value, "br")
        : accepted.Contains("gzip", StringComparison.Ordinal) ? (_gzip.Value, "gzip")
        : (Content, null);

    private bool IsText => MediaType.StartsWith("text/", StringComparison.Ordinal) || MediaType is "image/svg+xml" or "application/json" or "application/manifest+json";

    private static string MediaTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".txt" => "text/plain; charset=utf-8",
        ".json" => "application/json",
        ".webmanifest" => "application/manifest+json",
        ".png" => "image/png",
        ".ico" => "image/x-icon",
        ".woff2" => "font/woff2",
        _ => "application/octet-stream",
    };

    private byte[] Compressed(Func<Stream, Stream> into)
    {
        using MemoryStream bytes = new();
        using (Stream stream = into(bytes))
        {
            stream.Write(Content);
        }
        return bytes.ToArray();
    }
}
