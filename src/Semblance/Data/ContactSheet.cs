using Semblance.Tensors.Images;

namespace Semblance.Data;

/// <summary>Images of a data set in rows on white, small, to look at.</summary>
public static class ContactSheet
{
    private const int Gap = 4;

    /// <summary>Draws the sheet.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="images">Which images, in order; at least one.</param>
    /// <param name="side">Pixels of the longer side of each; smaller ones are enlarged.</param>
    /// <param name="columns">Images in a row.</param>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    public static RgbImage Of(Dataset data, IReadOnlyList<int> images, int side = 96, int columns = 8)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        int across = Math.Min(columns, images.Count), down = ((images.Count - 1) / columns) + 1, cell = side + Gap;
        int width = (across * cell) + Gap, height = (down * cell) + Gap;
        byte[] sheet = new byte[3 * width * height];
        Array.Fill(sheet, byte.MaxValue);
        for (int i = 0; i < images.Count; i++)
        {
            Paste(Fit(data.Decode(images[i]), side), sheet, width, Gap + (i % columns * cell), Gap + (i / columns * cell), side);
        }
        return new(width, height, sheet);
    }

    private static RgbImage Fit(RgbImage image, int side)
    {
        double scale = (double)side / Math.Max(image.Width, image.Height);
        int width = Math.Max(1, (int)Math.Round(image.Width * scale)), height = Math.Max(1, (int)Math.Round(image.Height * scale));
        return ImageCodec.Render(image, new(0, 0, image.Width, image.Height, width, height));
    }

    /// <summary>Puts an image into the middle of its cell.</summary>
    private static void Paste(RgbImage image, byte[] sheet, int width, int left, int top, int side)
    {
        (left, top) = (left + ((side - image.Width) / 2), top + ((side - image.Height) / 2));
        for (int y = 0; y < image.Height; y++)
        {
            image.Pixels.AsSpan(3 * y * image.Width, 3 * image.Width).CopyTo(sheet.AsSpan(3 * (((top + y) * width) + left)));
        }
    }
}
