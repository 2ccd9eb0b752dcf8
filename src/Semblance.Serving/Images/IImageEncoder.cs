using Semblance.Encoders;

namespace Semblance.Serving.Images;

/// <summary>A part of an image, as shares of its upright width and height: 0 to 1.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Width, above 0.</param>
/// <param name="Height">Height, above 0.</param>
public readonly record struct ImageRegion(double X, double Y, double Width, double Height);

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
    /// <exception cref="InvalidDataException">It is no image, too large, damaged, or took too long.</exception>
    /// <exception cref="EncoderBusyException">Too many images wait already.</exception>
    Task<ReadOnlyMemory<ulong>> EncodeAsync(ReadOnlyMemory<byte> image, string name, ImageRegion? region = null, CancellationToken cancellation = default);
}

/// <summary>Too many images wait to be encoded; the same call may work later.</summary>
public sealed class EncoderBusyException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>When to try again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
