namespace Semblance.Data.Drawn;

/// <summary>What happens to a picture in the camera: blur, noise and rounding to bytes.</summary>
internal static class Film
{
    public static Vec[] Blur(Vec[] picture, int size, double share) => share <= 0 ? picture : Pass(Pass(picture, size, share, 1), size, share, size);

    public static byte[] Develop(Vec[] picture, double noise, DrawnRandom random)
    {
        byte[] bytes = new byte[picture.Length * 3];
        for (int i = 0; i < picture.Length; i++)
        {
            double common = random.Bell() * noise;
            bytes[3 * i] = Grain(picture[i].X, common, noise, random);
            bytes[(3 * i) + 1] = Grain(picture[i].Y, common, noise, random);
            bytes[(3 * i) + 2] = Grain(picture[i].Z, common, noise, random);
        }

        return bytes;
    }

    private static byte Grain(double light, double common, double noise, DrawnRandom random) =>
        (byte)Math.Clamp(Math.Round((255 * light) + common + ((random.Share() - 0.5) * noise)), 0, 255);

    /// <summary>Every pixel gives a quarter of <paramref name="share"/> to each neighbour at distance <paramref name="step"/>; a missing neighbour gives it back.</summary>
    private static Vec[] Pass(Vec[] picture, int size, double share, int step)
    {
        Vec[] blurred = new Vec[picture.Length];
        for (int i = 0; i < picture.Length; i++)
        {
            int place = i / step % size;
            Vec before = place > 0 ? picture[i - step] : picture[i];
            Vec after = place < size - 1 ? picture[i + step] : picture[i];
            blurred[i] = (picture[i] * (1 - (share / 2))) + ((before + after) * (share / 4));
        }

        return blurred;
    }
}
