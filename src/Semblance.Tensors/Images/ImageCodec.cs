using System.Runtime.InteropServices;

namespace Semblance.Tensors.Images;

/// <summary>Reads and writes images through libvips and libjpeg-turbo.</summary>
/// <remarks>
/// The format is found by content, never by name. The EXIF orientation is applied, grey becomes RGB, 16 bits become 8, transparency lies on white, and of several
/// frames or pages the first is taken. Colour profiles are ignored. Every function may be called from any number of threads; each call works on the caller's thread.
/// </remarks>
public static unsafe class ImageCodec
{
    /// <summary>Images with more pixels are refused by their header unless the caller allows more.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    /// <summary>The versions of the libraries behind, for instance "libvips 8.14.1, libjpeg-turbo 2.1.5".</summary>
    public static string Versions()
    {
        byte* message = stackalloc byte[NativeImage.MessageBytes];
        int code = NativeImage.Versions(message, NativeImage.MessageBytes);
        string text = TextOf(message);
        return code == 0 ? text : throw new InvalidOperationException($"{text}. Reinstall it with 'apt-get install libvips-dev'.");
    }

    /// <summary>Reads the header only.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="info">Size and format.</param>
    /// <param name="problem">Why it failed.</param>
    /// <returns>Whether the header could be read. The pixel limit is not applied.</returns>
    public static bool TryProbe(ReadOnlySpan<byte> encoded, out ImageInfo info, out ImageProblem problem)
    {
        NativeImage.Info native = default;
        byte* message = stackalloc byte[NativeImage.MessageBytes];
        int code;
        fixed (byte* data = encoded)
        {
            code = NativeImage.Probe(data, (nuint)encoded.Length, &native, message, NativeImage.MessageBytes);
        }
        info = new(native.Width, native.Height, (ImageFormat)native.Format, native.Orientation);
        return Succeeded(code, message, out problem);
    }

    /// <summary>Reads the header only.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="name">The image in error messages, usually its path.</param>
    /// <exception cref="InvalidDataException">It is not an image, or its header is damaged.</exception>
    public static ImageInfo Probe(ReadOnlySpan<byte> encoded, string name) =>
        TryProbe(encoded, out ImageInfo info, out ImageProblem problem) ? info : throw new InvalidDataException(problem.Describe(name));

    /// <summary>Decodes a whole image.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="image">The pixels; null where it failed.</param>
    /// <param name="problem">Why it failed.</param>
    /// <param name="maxPixels">More pixels are refused before anything is decoded.</param>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RgbImage? image, out ImageProblem problem, long maxPixels = DefaultMaxPixels)
    {
        image = null;
        return TryProbe(encoded, out ImageInfo info, out problem)
            && WithinLimit(info, maxPixels, out problem)
            && TryRender(encoded, ImageView.Whole(info.Width, info.Height), out image, out problem, maxPixels);
    }

    /// <summary>Decodes a whole image.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="name">The image in error messages, usually its path.</param>
    /// <param name="maxPixels">More pixels are refused before anything is decoded.</param>
    /// <exception cref="InvalidDataException">It is not an image, too large, or damaged.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> encoded, string name, long maxPixels = DefaultMaxPixels) =>
        TryDecode(encoded, out RgbImage? image, out ImageProblem problem, maxPixels) ? image : throw new InvalidDataException(problem.Describe(name));

    /// <summary>Decodes an image so that its longer side has at most the given length; never enlarges. Large files are shrunk while they are decoded.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="maxSide">Pixels of the longer side.</param>
    /// <param name="name">The image in error messages, usually its path.</param>
    /// <param name="maxPixels">More pixels are refused before anything is decoded.</param>
    /// <exception cref="InvalidDataException">It is not an image, too large, or damaged.</exception>
    public static RgbImage Thumbnail(ReadOnlySpan<byte> encoded, int maxSide, string name, long maxPixels = DefaultMaxPixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 1);
        ImageInfo info = Probe(encoded, name);
        double scale = Math.Min(1.0, (double)maxSide / Math.Max(info.Width, info.Height));
        int width = Math.Max(1, (int)Math.Round(info.Width * scale)), height = Math.Max(1, (int)Math.Round(info.Height * scale));
        return WithinLimit(info, maxPixels, out ImageProblem problem)
            && TryRender(encoded, new(0, 0, info.Width, info.Height, width, height), out RgbImage? image, out problem, maxPixels)
            ? image : throw new InvalidDataException(problem.Describe(name));
    }

    /// <summary>Decodes a part of an image to bytes of the asked size; only the pixels that the part needs are decoded where the format allows.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="view">The part and the size of the result.</param>
    /// <param name="image">The result; null where it failed.</param>
    /// <param name="problem">Why it failed.</param>
    /// <param name="maxPixels">More pixels are refused before anything is decoded.</param>
    public static bool TryRender(ReadOnlySpan<byte> encoded, ImageView view, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RgbImage? image, out ImageProblem problem, long maxPixels = DefaultMaxPixels)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(3 * view.OutWidth * view.OutHeight));
        NativeImage.View native = ToNative(view, maxPixels);
        bool succeeded;
        fixed (byte* output = pixels)
        {
            succeeded = Render(encoded, &native, output, out problem);
        }
        image = succeeded ? new(view.OutWidth, view.OutHeight, pixels) : null;
        return succeeded;
    }

    /// <summary>Decodes a part of an image to normalised floats, channel by channel.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="view">The part and the size of the result.</param>
    /// <param name="normalization">Applied to every value.</param>
    /// <param name="output">3 × height × width values.</param>
    /// <param name="problem">Why it failed.</param>
    /// <param name="maxPixels">More pixels are refused before anything is decoded.</param>
    public static bool TryRender(ReadOnlySpan<byte> encoded, ImageView view, Normalization normalization, Span<float> output, out ImageProblem problem, long maxPixels = DefaultMaxPixels)
    {
        NativeImage.View native = ToNative(view, maxPixels, normalization, output.Length);
        fixed (float* target = output)
        {
            if (!Render(encoded, &native, target, out problem))
            {
                return false;
            }
        }
        normalization.Arrange(output);
        return true;
    }

    /// <summary>Resamples a part of a decoded image to normalised floats, channel by channel.</summary>
    /// <param name="image">The image.</param>
    /// <param name="view">The part and the size of the result.</param>
    /// <param name="normalization">Applied to every value.</param>
    /// <param name="output">3 × height × width values.</param>
    /// <exception cref="ArgumentException">The part lies outside the image.</exception>
    public static void Render(RgbImage image, ImageView view, Normalization normalization, Span<float> output)
    {
        ArgumentNullException.ThrowIfNull(image);
        NativeImage.View native = ToNative(view, DefaultMaxPixels, normalization, output.Length);
        fixed (float* target = output)
        {
            RenderPixels(image, &native, target);
        }
        normalization.Arrange(output);
    }

    /// <summary>Resamples a part of a decoded image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="view">The part and the size of the result.</param>
    /// <exception cref="ArgumentException">The part lies outside the image.</exception>
    public static RgbImage Render(RgbImage image, ImageView view)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(3 * view.OutWidth * view.OutHeight));
        NativeImage.View native = ToNative(view, DefaultMaxPixels);
        fixed (byte* output = pixels)
        {
            RenderPixels(image, &native, output);
        }
        return new(view.OutWidth, view.OutHeight, pixels);
    }

    /// <summary>Encodes an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="format">JPEG, PNG or WebP.</param>
    /// <param name="quality">1 to 100; PNG loses nothing and ignores it.</param>
    /// <exception cref="ArgumentException">Another format, or a quality outside its range.</exception>
    public static byte[] Encode(RgbImage image, ImageFormat format, int quality = 85)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (format is not (ImageFormat.Jpeg or ImageFormat.Png or ImageFormat.WebP))
        {
            throw new ArgumentException($"Images are written as JPEG, PNG or WebP, not as {format}.", nameof(format));
        }
        byte* message = stackalloc byte[NativeImage.MessageBytes];
        void* encoded = null;
        nuint size = 0;
        int code;
        fixed (byte* pixels = image.Pixels)
        {
            code = NativeImage.Encode(pixels, image.Width, image.Height, (int)format, quality, &encoded, &size, message, NativeImage.MessageBytes);
        }
        if (!Succeeded(code, message, out ImageProblem problem))
        {
            throw new InvalidOperationException($"An image of {image.Width} x {image.Height} pixels {problem.Message}.");
        }
        try
        {
            return new ReadOnlySpan<byte>(encoded, checked((int)size)).ToArray();
        }
        finally
        {
            NativeImage.Free(encoded);
        }
    }

    private static bool WithinLimit(ImageInfo info, long maxPixels, out ImageProblem problem)
    {
        bool within = (long)info.Width * info.Height <= maxPixels;
        problem = within ? default : new(ImageFault.TooLarge, $"{info.Width} x {info.Height} pixels are over the limit of {maxPixels}");
        return within;
    }

    private static bool Render(ReadOnlySpan<byte> encoded, NativeImage.View* view, void* output, out ImageProblem problem)
    {
        byte* message = stackalloc byte[NativeImage.MessageBytes];
        fixed (byte* data = encoded)
        {
            return Succeeded(NativeImage.Render(data, (nuint)encoded.Length, view, output, message, NativeImage.MessageBytes), message, out problem);
        }
    }

    private static void RenderPixels(RgbImage image, NativeImage.View* view, void* output)
    {
        byte* message = stackalloc byte[NativeImage.MessageBytes];
        fixed (byte* pixels = image.Pixels)
        {
            int code = NativeImage.RenderPixels(pixels, image.Width, image.Height, view, output, message, NativeImage.MessageBytes);
            if (!Succeeded(code, message, out ImageProblem problem))
            {
                throw new ArgumentException($"An image of {image.Width} x {image.Height} pixels: {problem.Message}.");
            }
        }
    }

    private static NativeImage.View ToNative(ImageView view, long maxPixels) => new()
    {
        X = view.X,
        Y = view.Y,
        Width = view.Width,
        Height = view.Height,
        OutWidth = view.OutWidth,
        OutHeight = view.OutHeight,
        Flip = view.Flip ? 1 : 0,
        MaxPixels = maxPixels,
    };

    private static NativeImage.View ToNative(ImageView view, long maxPixels, Normalization normalization, int length)
    {
        ArgumentNullException.ThrowIfNull(normalization);
        if (length != 3L * view.OutWidth * view.OutHeight)
        {
            throw new ArgumentException($"output has {length} values; 3 × {view.OutHeight} × {view.OutWidth} are needed.");
        }
        NativeImage.View native = ToNative(view, maxPixels);
        native.Layout = 1;
        for (int c = 0; c < 3; c++)
        {
            native.Scale[c] = 1f / (255f * normalization.Std[c]);
            native.Bias[c] = -normalization.Mean[c] / normalization.Std[c];
        }
        return native;
    }

    private static bool Succeeded(int code, byte* message, out ImageProblem problem)
    {
        problem = code == 0 ? default : new((ImageFault)code, TextOf(message));
        return code == 0;
    }

    private static string TextOf(byte* message) => Marshal.PtrToStringUTF8((nint)message) ?? "";
}
