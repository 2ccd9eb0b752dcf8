namespace Semblance.Data.Loading.Changes;

/// <summary>Shears, shifts and turns an image inside its frame; each pixel takes the value of the nearest one, and what comes in is grey.</summary>
internal static class Geometry
{
    // The fill that published policies were found with.
    private const float Fill = 128 / 255f;

    /// <summary>Rows move to the left in proportion to their distance from the top edge.</summary>
    public static void ShearX(Planes image, double amount) => Map(image, 1, amount, 0, 0, 1, 0);

    /// <summary>Columns move up in proportion to their distance from the left edge.</summary>
    public static void ShearY(Planes image, double amount) => Map(image, 1, 0, 0, amount, 1, 0);

    /// <summary>All moves to the left by a part of the width.</summary>
    public static void TranslateX(Planes image, double part) => Map(image, 1, 0, part * image.Size, 0, 1, 0);

    /// <summary>All moves up by a part of the height.</summary>
    public static void TranslateY(Planes image, double part) => Map(image, 1, 0, 0, 0, 1, part * image.Size);

    /// <summary>All turns about the middle, against the clock.</summary>
    public static void Rotate(Planes image, double degrees)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        double middle = image.Size / 2.0;
        Map(image, cos, -sin, middle - (middle * cos) + (middle * sin), sin, cos, middle - (middle * sin) - (middle * cos));
    }

    /// <summary>The pixel with its middle at (x, y) comes from (ax + by + c, dx + ey + f).</summary>
    private static void Map(Planes image, double a, double b, double c, double d, double e, double f)
    {
        int size = image.Size;
        float[] before = image.Values.ToArray();
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                int fromX = (int)Math.Floor((a * (x + 0.5)) + (b * (y + 0.5)) + c), fromY = (int)Math.Floor((d * (x + 0.5)) + (e * (y + 0.5)) + f);
                bool inside = fromX >= 0 && fromX < size && fromY >= 0 && fromY < size;
                for (int channel = 0; channel < 3; channel++)
                {
                    image[channel][(y * size) + x] = inside ? before[(channel * size * size) + (fromY * size) + fromX] : Fill;
                }
            }
        }
    }
}
