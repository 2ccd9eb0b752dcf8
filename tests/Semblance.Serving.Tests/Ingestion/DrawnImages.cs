using Semblance.Tensors.Images;

namespace Semblance.Tests.Serving.Ingestion;

/// <summary>Pictures that differ, each drawn from a number.</summary>
internal static class DrawnImages
{
    /// <summary>Waves whose directions and colours come from the number.</summary>
    public static byte[] Png(int number, int width = 48, int height = 40)
    {
        Random random = new(number);
        double[] wave = [.. Enumerable.Range(0, 9).Select(_ => (random.NextDouble() - 0.5) * 0.7)];
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i / 3 % width, y = i / 3 / width, c = i % 3;
            pixels[i] = (byte)(128 + (120 * Math.Sin((x * wave[c]) + (y * wave[c + 3]) + (9 * wave[c + 6]))));
        }
        return ImageCodec.Encode(new RgbImage(width, height, pixels), ImageFormat.Png);
    }

    /// <summary>Writes one into a folder.</summary>
    public static void Write(string folder, string id, int number)
    {
        string path = Path.Combine(folder, id);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Png(number));
    }
}
