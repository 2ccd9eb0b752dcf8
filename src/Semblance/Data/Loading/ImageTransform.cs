using System.Globalization;
using System.Runtime.CompilerServices;
using Semblance.Tensors.Images;

namespace Semblance.Data.Loading;

/// <summary>From an image of any size to the pixels that a network sees.</summary>
/// <remarks>
/// Without augmentation the shorter side is resized to <see cref="Resize"/> and the centre of <see cref="Size"/> is cut out; positions are
/// rounded as torchvision's Resize and CenterCrop round them. Resampling is an antialiased triangle filter.
/// </remarks>
public sealed record ImageTransform
{
    /// <summary>Pixels across and down of the result.</summary>
    public int Size { get; init => field = AtLeast(value, 1); } = 224;

    /// <summary>Pixels of the shorter side before the centre is cut out; 0 for 8/7 of <see cref="Size"/> from 64 pixels up, and <see cref="Size"/> itself below.</summary>
    public int Resize { get; init => field = AtLeast(value, 0); }

    /// <summary>Whether the whole image is squeezed into the square, shape lost, instead of its centre being cut out.</summary>
    public bool Stretch { get; init; }

    /// <summary>What is done to the values at the end.</summary>
    public Normalization Normalization { get; init; } = Normalization.ImageNet;

    /// <summary>Random changes for training; null for none.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Images with more pixels are refused before they are decoded.</summary>
    public long MaxPixels { get; init; } = ImageCodec.DefaultMaxPixels;

    /// <summary><see cref="Resize"/> with its default resolved; never below <see cref="Size"/>.</summary>
    public int ShorterSide => Math.Max(Size, Resize > 0 ? Resize : Size >= 64 ? (int)Math.Round(Size * 8 / 7.0) : Size);

    /// <summary>Number of floats of one image.</summary>
    public int Length => checked(3 * Size * Size);

    /// <summary>Everything that the result depends on, as text; the key of caches.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"size {Size}, {(Stretch ? "stretched" : $"resize {ShorterSide}")}, {Normalization}, {Augmentation?.ToString() ?? "no augmentation"}");

    /// <summary>The part of an image that is seen without augmentation.</summary>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    public ImageView CentreView(int width, int height)
    {
        if (Stretch)
        {
            return new(0, 0, width, height, Size, Size);
        }
        (int resizedWidth, int resizedHeight) = width <= height
            ? (ShorterSide, (int)((long)ShorterSide * height / width))
            : ((int)((long)ShorterSide * width / height), ShorterSide);
        double scaleX = (double)width / resizedWidth, scaleY = (double)height / resizedHeight;
        double left = Math.Round((resizedWidth - Size) / 2.0), top = Math.Round((resizedHeight - Size) / 2.0);
        return new(left * scaleX, top * scaleY, Size * scaleX, Size * scaleY, Size, Size);
    }

    /// <summary>What the network sees of an image file, without augmentation.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="info">What its header says.</param>
    /// <param name="view">The part that is seen: <see cref="CentreView"/> of the image or of a part of it.</param>
    /// <param name="output"><see cref="Length"/> values.</param>
    /// <param name="problem">Why it failed.</param>
    /// <param name="maxPixels">More pixels are refused before anything is decoded.</param>
    /// <remarks>Gives the same bits as a <see cref="DataLoader"/> gives for the file.</remarks>
    public bool TryRender(ReadOnlySpan<byte> encoded, ImageInfo info, ImageView view, Span<float> output, out ImageProblem problem, long maxPixels)
    {
        if (!IsSmall(info))
        {
            return ImageCodec.TryRender(encoded, view, Normalization, output, out problem, maxPixels);
        }
        if (!ImageCodec.TryDecode(encoded, out RgbImage? image, out problem, maxPixels))
        {
            return false;
        }
        ImageCodec.Render(image, view, Normalization, output);
        return true;
    }

    /// <summary>Images up to this size are decoded whole, so that a cached image gives the same pixels as a decoded one.</summary>
    internal static bool IsSmall(ImageInfo info) => (long)info.Width * info.Height <= 128 * 128;

    internal static int AtLeast(int value, int minimum, [CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, minimum, name);
        return value;
    }
}
