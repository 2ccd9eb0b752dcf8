namespace Semblance.Tensors.Images;

/// <summary>A part of an image and the size to which it is resampled.</summary>
/// <param name="X">Left edge in pixels of the shown image; need not be whole.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width of the part, above 0.</param>
/// <param name="Height">Height of the part, above 0.</param>
/// <param name="OutWidth">Pixels across of the result.</param>
/// <param name="OutHeight">Pixels down of the result.</param>
/// <param name="Flip">Mirror left and right.</param>
/// <remarks>Resampling is a triangle filter, widened when shrinking (antialiased) and bilinear when enlarging.</remarks>
public readonly record struct ImageView(double X, double Y, double Width, double Height, int OutWidth, int OutHeight, bool Flip = false)
{
    /// <summary>The whole image, at its own size.</summary>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    public static ImageView Whole(int width, int height) => new(0, 0, width, height, width, height);
}
