using Semblance.Tensors.Images;

namespace Semblance.Tests;

/// <summary>Class folders of small noisy pictures: each class is a stripe of its own direction and colour, quickly drawn and learnable in seconds.</summary>
internal static class TinySet
{
    /// <summary>Writes <c>class-k/NN.png</c>.</summary>
    /// <returns>The folder.</returns>
    public static string Write(string folder, int classes = 4, int each = 12, int pixels = 16, int seed = 1)
    {
        for (int label = 0; label < classes; label++)
        {
            string inner = Path.Combine(folder, $"class-{label}");
            Directory.CreateDirectory(inner);
            for (int k = 0; k < each; k++)
            {
                File.WriteAllBytes(Path.Combine(inner, $"{k:00}.png"), ImageCodec.Encode(Picture(label, classes, pixels, new Random((seed * 1_000_003) + (label * 1009) + k)), ImageFormat.Png));
            }
        }
        return folder;
    }

    private static RgbImage Picture(int label, int classes, int side, Random random)
    {
        byte[] pixels = new byte[3 * side * side];
        double angle = Math.PI * label / classes, shift = random.NextDouble() * 6, light = 0.6 + (0.4 * random.NextDouble());
        for (int at = 0; at < side * side; at++)
        {
            double wave = Math.Sin((((at % side) * Math.Cos(angle)) + ((at / side) * Math.Sin(angle)) + shift) * 1.1);
            for (int channel = 0; channel < 3; channel++)
            {
                double value = 128 + (90 * light * wave) + (25 * (random.NextDouble() - 0.5)) + (channel == label % 3 ? 20 : 0);
                pixels[(3 * at) + channel] = (byte)Math.Clamp(value, 0, 255);
            }
        }
        return new RgbImage(side, side, pixels);
    }
}
