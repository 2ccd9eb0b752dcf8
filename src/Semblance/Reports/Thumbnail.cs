namespace Semblance.Reports;

/// <summary>A small picture to put into a page: the bytes of a JPEG, PNG, WebP or GIF file.</summary>
public sealed class Thumbnail
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string _mediaType;

    /// <summary>Takes the bytes of an image file as they are.</summary>
    /// <exception cref="ArgumentException">The bytes are not such a file.</exception>
    public Thumbnail(ReadOnlyMemory<byte> bytes)
    {
        _mediaType = MediaTypeOf(bytes.Span)
            ?? throw new ArgumentException($"The {bytes.Length} bytes given are no JPEG, PNG, WebP or GIF file; a page can show only those.", nameof(bytes));
        _bytes = bytes;
    }

    /// <summary>The bytes of the file in base 64.</summary>
    internal string Base64 => Convert.ToBase64String(_bytes.Span);

    /// <summary>The picture as an address that holds all of it.</summary>
    internal string DataUri => $"data:{_mediaType};base64,{Base64}";

    private static string? MediaTypeOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : bytes.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G']) ? "image/png"
        : bytes.StartsWith("RIFF"u8) && bytes.Length > 12 && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : bytes.StartsWith("GIF8"u8) ? "image/gif"
        : null;
}
