using System.Globalization;
using Semblance.Serving.Security;
using Semblance.Tensors.Images;

namespace Semblance.Serving.Images;

/// <summary>The gate through which images from outside come: what is too large, no image or too slow is refused with a sentence, and a bounded number is decoded at a time.</summary>
/// <remarks>
/// The format is found by content; only JPEG, PNG, WebP, GIF and TIFF reach a decoder. The header is read first and an image with too many pixels is not decoded.
/// Refusals are <see cref="InvalidDataException"/>s, of which <see cref="ImageRefusals.Of"/> tells the reason.
/// </remarks>
public sealed class ImageIntake : IDisposable
{
    private readonly DecodePool _pool;

    /// <summary>Starts the threads that decode.</summary>
    /// <param name="limits">What is accepted; null for the defaults.</param>
    /// <param name="threads">Threads that decode; 0 for one a processor, at least two.</param>
    public ImageIntake(ImageLimits? limits = null, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Limits = limits ?? new();
        Threads = threads > 0 ? threads : Math.Max(2, Environment.ProcessorCount);
        _pool = new DecodePool(Threads, Limits.DecodeTime);
    }

    /// <summary>What is accepted.</summary>
    public ImageLimits Limits { get; }

    /// <summary>Threads that decode.</summary>
    public int Threads { get; }

    /// <summary>Images that are decoded now.</summary>
    internal int Running => _pool.Running;

    /// <summary>The format of an image file by its first bytes.</summary>
    /// <param name="image">The file.</param>
    /// <returns><see cref="ImageFormat.Unknown"/> where it is none of the formats that are read.</returns>
    public static ImageFormat FormatOf(ReadOnlySpan<byte> image) => image switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        _ when image.StartsWith("GIF87a"u8) || image.StartsWith("GIF89a"u8) => ImageFormat.Gif,
        _ when image.Length >= 12 && image.StartsWith("RIFF"u8) && image[8..].StartsWith("WEBP"u8) => ImageFormat.WebP,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff,
        _ => ImageFormat.Unknown,
    };

    /// <summary>Refuses what needs no decoder to be refused: nothing, too many bytes, and files that are no image by their first bytes.</summary>
    /// <param name="image">The bytes of the file.</param>
    /// <param name="name">The image in messages.</param>
    /// <exception cref="InvalidDataException">It is refused.</exception>
    public ImageFormat Require(ReadOnlySpan<byte> image, string name)
    {
        if (image.IsEmpty)
        {
            throw ImageRefusals.Make(ImageRefusal.Empty, $"{SafeText.Line(name)}: the file is empty (0 bytes). Send the bytes of an image.");
        }
        RequireLength(image.Length, name);
        ImageFormat format = FormatOf(image);
        return format != ImageFormat.Unknown
            ? format
            : throw ImageRefusals.Make(ImageRefusal.NotAnImage, $"{SafeText.Line(name)}: not an image by its content (JPEG, PNG, WebP, GIF and TIFF are read). Convert the file, or send another.");
    }

    /// <summary>Refuses a length above the limit, before or while the bytes are read.</summary>
    /// <param name="bytes">Bytes that are promised or were read.</param>
    /// <param name="name">The image in messages.</param>
    /// <exception cref="InvalidDataException">It is above the limit.</exception>
    public void RequireLength(long bytes, string name)
    {
        if (bytes > Limits.MaxBytes)
        {
            throw ImageRefusals.Make(ImageRefusal.TooManyBytes, string.Create(CultureInfo.InvariantCulture, $"{SafeText.Line(name)}: {bytes} bytes are over the limit of {Limits.MaxBytes}. Shrink the image, or raise the limit of the service."));
        }
    }

    /// <summary>Reads the header of an image.</summary>
    /// <param name="image">The bytes of the file.</param>
    /// <param name="name">The image in messages.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="InvalidDataException">It is refused.</exception>
    /// <exception cref="EncoderBusyException">All threads are held by images that take too long.</exception>
    public Task<ImageInfo> InspectAsync(ReadOnlyMemory<byte> image, string name, CancellationToken cancellation = default) => ReadAsync(image, name, (_, info) => info, cancellation);

    /// <summary>Decodes an image on one of the threads.</summary>
    /// <param name="image">The bytes of the file.</param>
    /// <param name="name">The image in messages.</param>
    /// <param name="read">Decodes bytes whose header has been read; a result that nobody waits for any more is disposed of.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="InvalidDataException">It is refused.</exception>
    /// <exception cref="EncoderBusyException">All threads are held by images that take too long.</exception>
    public Task<T> ReadAsync<T>(ReadOnlyMemory<byte> image, string name, Func<ReadOnlyMemory<byte>, ImageInfo, T> read, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(read);
        Require(image.Span, name);
        string clean = SafeText.Line(name);
        return _pool.RunAsync(clean, () => read(image, Inspect(image.Span, clean)), cancellation);
    }

    /// <summary>Decodes an image that is fetched by the thread that decodes it, so that nothing is in memory while it waits.</summary>
    /// <param name="fetch">Gives the bytes of the file; null where it is gone.</param>
    /// <param name="name">The image in messages.</param>
    /// <param name="read">Decodes bytes whose header has been read.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>Null where the file is gone.</returns>
    internal Task<T?> ReadAsync<T>(Func<byte[]?> fetch, string name, Func<ReadOnlyMemory<byte>, ImageInfo, T> read, CancellationToken cancellation)
        where T : class
    {
        string clean = SafeText.Line(name);
        return _pool.RunAsync(clean, () =>
        {
            if (fetch() is not { } image)
            {
                return null;
            }
            Require(image, clean);
            return read(image, Inspect(image, clean));
        }, cancellation);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _pool.Dispose();

    /// <summary>The refusal of an image that a decoder could not read.</summary>
    internal static InvalidDataException Refuse(ImageProblem problem, string name) => ImageRefusals.Make(
        problem.Fault switch
        {
            ImageFault.Empty => ImageRefusal.Empty,
            ImageFault.Unknown => ImageRefusal.NotAnImage,
            ImageFault.TooLarge => ImageRefusal.TooManyPixels,
            _ => ImageRefusal.Damaged,
        },
        problem.Describe(name));

    private ImageInfo Inspect(ReadOnlySpan<byte> image, string name)
    {
        if (!ImageCodec.TryProbe(image, out ImageInfo info, out ImageProblem problem))
        {
            throw Refuse(problem, name);
        }
        return info.Width > 0 && info.Height > 0 && (long)info.Width * info.Height <= Limits.MaxPixels
            ? info
            : throw ImageRefusals.Make(ImageRefusal.TooManyPixels, string.Create(CultureInfo.InvariantCulture, $"{name}: {info.Width} x {info.Height} pixels are over the limit of {Limits.MaxPixels}. Shrink the image, or raise the limit of the service."));
    }
}
