using Semblance.Tensors.Images;

namespace Semblance.Data.Stores;

/// <summary>Where the images of a data set are. Reading is safe from any number of threads.</summary>
public abstract class ImageStore
{
    /// <summary>Number of images.</summary>
    public abstract int Count { get; }

    /// <summary>Whether an image is kept as pixels, without a file format.</summary>
    public virtual bool HoldsPixels => false;

    /// <summary>The image in messages.</summary>
    /// <param name="place">0 to <see cref="Count"/> - 1.</param>
    public abstract string Describe(int place);

    /// <summary>The bytes of the image.</summary>
    /// <param name="place">0 to <see cref="Count"/> - 1.</param>
    public abstract ReadOnlyMemory<byte> Read(int place);

    /// <summary>Turns bytes that were read into pixels; only where <see cref="HoldsPixels"/>.</summary>
    /// <param name="bytes">What <see cref="Read"/> gave.</param>
    public virtual RgbImage Pixels(ReadOnlySpan<byte> bytes) => throw new NotSupportedException("This store holds image files; decode them.");
}
