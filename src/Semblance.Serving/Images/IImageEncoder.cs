using System.Globalization;
using Semblance.Encoders;
using Semblance.Tensors.Images;

namespace Semblance.Serving.Images;

/// <summary>A part of an image, as shares of its upright width and height: 0 to 1.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Width, above 0.</param>
/// <param name="Height">Height, above 0.</param>
public readonly record struct ImageRegion(double X, double Y, double Width, double Height)
{
    // What shares lose in decimal digits on their way through text.
    private const double Slack = 1e-6;

    /// <summary>Refuses a region that is no part of an image.</summary>
    /// <exception cref="ArgumentException">It has no size, or reaches outside the image.</exception>
    public void Require()
    {
        if (!(X >= 0 && Y >= 0 && Width > 0 && Height > 0 && X < 1 && Y < 1 && X + Width <= 1 + Slack && Y + Height <= 1 + Slack))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The region {X:R},{Y:R},{Width:R},{Height:R} is no part of an image; left, top, width and height are shares of it between 0 and 1, width and height above 0."));
        }
    }

    /// <summary>The whole pixels that a region touches, at their own size.</summary>
    /// <param name="info">The image.</param>
    internal ImageView Of(ImageInfo info)
    {
        (int left, int width) = Span(X, Width, info.Width);
        (int top, int height) = Span(Y, Height, info.Height);
        return new ImageView(left, top, width, height, width, height);
    }

    private static (int Start, int Length) Span(double start, double length, int pixels)
    {
        int first = Math.Min(pixels - 1, (int)Math.Floor((start * pixels) + Slack));
        int end = Math.Clamp((int)Math.Ceiling(((start + length) * pixels) - Slack), first + 1, pixels);
        return (first, end - first);
    }
}

/// <summary>Turns images that people send into codes. May be called by any number of requests at the same time.</summary>
public interface IImageEncoder : IAsyncDisposable
{
    /// <summary>Bits of a code.</summary>
    int Bits { get; }

    /// <summary>Which model it is.</summary>
    EncodedNote Note { get; }

    /// <summary>The code of an image.</summary>
    /// <param name="image">The bytes of the file.</param>
    /// <param name="name">The image in messages.</param>
    /// <param name="region">The part to look at; null for all of it.</param>
    /// <param name="cancellation">Gives up the place in the queue.</param>
    /// <returns>Words of the code.</returns>
    /// <exception cref="ArgumentException">The region is no part of an image.</exception>
    /// <exception cref="InvalidDataException">It is no image, too large, damaged, or took too long; <see cref="ImageRefusals.Of"/> tells which.</exception>
    /// <exception cref="EncoderBusyException">Too many images wait already.</exception>
    /// <exception cref="SemblanceException">The model failed.</exception>
    Task<ReadOnlyMemory<ulong>> EncodeAsync(ReadOnlyMemory<byte> image, string name, ImageRegion? region = null, CancellationToken cancellation = default);
}

/// <summary>Too many images wait to be encoded; the same call may work later.</summary>
public sealed class EncoderBusyException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>When to try again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
