using System.Security.Cryptography;
using Semblance.Reports;
using Semblance.Tensors.Images;

namespace Semblance.Deduplication;

/// <summary>What the file of an image says without looking at what it shows.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Modified">When the file was last changed, in UTC.</param>
public sealed record ImageFacts(int Width, int Height, long Bytes, DateTime Modified)
{
    /// <summary>Pixels of the image.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>Whether it is in shades of grey.</summary>
    public bool Grey { get; init; }

    /// <summary>SHA-256 of the file.</summary>
    internal byte[] Digest { get; private init; } = [];

    /// <summary>Reads what a file says; null where it is missing or no image.</summary>
    public static ImageFacts? Read(string path)
    {
        if (TryReadBytes(path) is not { } bytes || !ImageCodec.TryProbe(bytes, out ImageInfo info, out _))
        {
            return null;
        }
        return new ImageFacts(info.Width, info.Height, bytes.LongLength, File.GetLastWriteTimeUtc(path)) { Grey = IsGrey(bytes, info), Digest = SHA256.HashData(bytes) };
    }

    /// <summary>A small picture of an image file; null where it cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="side">Most pixels of its longer side.</param>
    internal static Thumbnail? ThumbnailOf(string path, int side)
    {
        try
        {
            return TryReadBytes(path) is { } bytes ? new Thumbnail(ImageCodec.Encode(ImageCodec.Thumbnail(bytes, side, path), ImageFormat.Jpeg, 80)) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static bool IsGrey(byte[] bytes, ImageInfo info)
    {
        const int Side = 32, Noise = 12;
        if (!ImageCodec.TryRender(bytes, new(0, 0, info.Width, info.Height, Side, Side), out RgbImage? small, out _))
        {
            return false;
        }
        byte[] pixels = small.Pixels;
        return Enumerable.Range(0, pixels.Length / 3).All(i => Math.Abs(pixels[3 * i] - pixels[(3 * i) + 1]) <= Noise && Math.Abs(pixels[(3 * i) + 1] - pixels[(3 * i) + 2]) <= Noise);
    }

    private static byte[]? TryReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
