using Semblance.Reports;

namespace Semblance.Tests.Reports;

/// <summary>Small pictures of simple things, drawn pixel by pixel: one shape and colour a class, varied by the seed.</summary>
internal static class SamplePictures
{
    public static readonly string[] Classes =
    [
        "ball", "box", "ring", "cross", "star", "kite", "moon", "leaf", "gear", "drop",
        "arrow", "heart", "flower", "wheel", "tile", "wave", "hexagon", "shield", "bolt", "bell",
    ];

    public static Thumbnail Draw(int kind, int seed)
    {
        const int Size = 72;
        Random random = new((kind * 7919) + seed);
        double turn = random.NextDouble() * 0.9;
        double scale = 0.62 + (0.3 * random.NextDouble());
        (double dx, double dy) = ((random.NextDouble() - 0.5) * 0.3, (random.NextDouble() - 0.5) * 0.3);
        double hue = (kind * 0.137) + (0.03 * random.NextDouble());
        double ground = random.NextDouble();
        return new Thumbnail(TinyPng.Encode(Size, Size, (px, py) =>
        {
            double cover = 0;
            for (int sample = 0; sample < 4; sample++)
            {
                double u = (((px + (0.25 + (0.5 * (sample & 1)))) / Size * 2) - 1 - dx) / scale;
                double v = (((py + (0.25 + (0.25 * (sample & 2)))) / Size * 2) - 1 - dy) / scale;
                (double x, double y) = ((u * Math.Cos(turn)) + (v * Math.Sin(turn)), (v * Math.Cos(turn)) - (u * Math.Sin(turn)));
                cover += IsInside(kind, x, y) ? 0.25 : 0;
            }
            double light = 0.75 + (0.25 * (1 - ((double)py / Size))) + (0.02 * random.NextDouble());
            (double r, double g, double b) back = Colour(ground, 0.18, 0.62 + (0.25 * py / Size));
            (double r, double g, double b) front = Colour(hue, 0.72, 0.85);
            return (Mix(back.r, front.r, cover, light), Mix(back.g, front.g, cover, light), Mix(back.b, front.b, cover, light));
        }));
    }

    private static byte Mix(double back, double front, double cover, double light) =>
        (byte)Math.Clamp(255 * light * ((back * (1 - cover)) + (front * cover)), 0, 255);

    private static bool IsInside(int kind, double x, double y)
    {
        double radius = Math.Sqrt((x * x) + (y * y));
        double angle = Math.Atan2(y, x);
        int arms = 3 + (kind % 6);
        return (kind % 7) switch
        {
            0 => radius < 0.8,
            1 => Math.Max(Math.Abs(x), Math.Abs(y)) < 0.65,
            2 => radius is > 0.45 and < 0.8,
            3 => Math.Min(Math.Abs(x), Math.Abs(y)) < 0.22 && radius < 0.85,
            4 => radius < 0.55 + (0.3 * Math.Cos(arms * angle)),
            5 => Math.Abs(x) + Math.Abs(y) < 0.8,
            _ => radius < 0.8 && Math.Sqrt(((x - 0.4) * (x - 0.4)) + (y * y)) > 0.6,
        };
    }

    private static (double R, double G, double B) Colour(double hue, double saturation, double value)
    {
        double Channel(double n)
        {
            double k = (n + (6 * (hue - Math.Floor(hue)))) % 6;
            return value - (value * saturation * Math.Max(0, Math.Min(1, Math.Min(k, 4 - k))));
        }
        return (Channel(5), Channel(3), Channel(1));
    }
}
