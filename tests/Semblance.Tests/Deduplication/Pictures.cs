using Semblance.Data;
using Semblance.Tensors.Images;
using Semblance.Tests.Data;

namespace Semblance.Tests.Deduplication;

/// <summary>Pictures that are as different from each other as photographs are, and copies of them.</summary>
internal static class Pictures
{
    /// <summary>Coloured waves of random directions.</summary>
    public static RgbImage Make(int seed, int width = 160, int height = 120)
    {
        Random random = new(seed);
        double[] waves = [.. Enumerable.Range(0, 6 * 5).Select(_ => random.NextDouble())];
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            double x = (double)(i / 3 % width) / width, y = (double)(i / 3 / width) / height, sum = 100 + (50 * waves[i % 3]);
            for (int wave = 0; wave < 6; wave++)
            {
                ReadOnlySpan<double> w = waves.AsSpan(5 * wave, 5);
                sum += 45 * (w[3] + 0.3) * Math.Sin((14 * (w[0] - 0.5) * x) + (14 * (w[1] - 0.5) * y) + (6.3 * w[2]) + (w[4] * (i % 3)));
            }
            pixels[i] = (byte)Math.Clamp(sum, 0, 255);
        }
        return new RgbImage(width, height, pixels);
    }

    public static RgbImage Flat(byte red, byte green, byte blue, int width = 90, int height = 60) =>
        new(width, height, [.. Enumerable.Range(0, width * height).SelectMany(_ => new[] { red, green, blue })]);

    public static RgbImage Resized(RgbImage image, double scale) =>
        ImageCodec.Render(image, new ImageView(0, 0, image.Width, image.Height, (int)(image.Width * scale), (int)(image.Height * scale)));

    public static RgbImage Cropped(RgbImage image, double share)
    {
        int dx = (int)Math.Round(image.Width * share / 2), dy = (int)Math.Round(image.Height * share / 2);
        return ImageCodec.Render(image, new ImageView(dx, dy, image.Width - (2 * dx), image.Height - (2 * dy), image.Width - (2 * dx), image.Height - (2 * dy)));
    }

    public static RgbImage Recompressed(RgbImage image, int quality) => ImageCodec.Decode(ImageCodec.Encode(image, ImageFormat.Jpeg, quality), "recompressed");

    public static RgbImage InGrey(RgbImage image)
    {
        byte[] pixels = [.. image.Pixels];
        for (int i = 0; i < pixels.Length; i += 3)
        {
            pixels[i] = pixels[i + 1] = pixels[i + 2] = (byte)((0.299 * pixels[i]) + (0.587 * pixels[i + 1]) + (0.114 * pixels[i + 2]));
        }
        return new RgbImage(image.Width, image.Height, pixels);
    }

    public static byte[] Jpeg(RgbImage image, int quality = 85) => ImageCodec.Encode(image, ImageFormat.Jpeg, quality);

    /// <summary>A folder of three pictures, copies of two of them, and two files that are no images.</summary>
    public static ImageTree Folder()
    {
        ImageTree tree = new();
        tree.Write("a/one.jpg", Jpeg(Make(1)));
        tree.Write("a/one-small.jpg", Jpeg(Resized(Make(1), 0.5)));
        tree.Write("b/one-again.jpg", Jpeg(Make(1)));
        tree.Write("b/two.jpg", Jpeg(Make(2)));
        tree.Write("b/two-poor.jpg", Jpeg(Make(2), 40));
        tree.Write("three.png", ImageCodec.Encode(Make(3), ImageFormat.Png));
        tree.Write("broken.jpg", Jpeg(Make(4)).AsSpan(0, 200));
        tree.Write("empty.png", []);
        return tree;
    }

    public static Dataset Open(ImageTree tree) => DatasetSource.Open(tree.Path, DatasetKind.Images, new DatasetOptions { Lenient = true });
}
