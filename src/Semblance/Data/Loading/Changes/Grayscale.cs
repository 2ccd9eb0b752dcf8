namespace Semblance.Data.Loading.Changes;

/// <summary>Takes the colours out of an image; it keeps three equal planes.</summary>
internal static class Grayscale
{
    public static void Apply(Planes image)
    {
        for (int pixel = 0; pixel < image.Size * image.Size; pixel++)
        {
            image[0][pixel] = image[1][pixel] = image[2][pixel] = image.Grey(pixel);
        }
    }
}
