namespace Semblance.Data.Loading.Changes;

/// <summary>Blurs by a Gaussian: across, then down; beyond the edge the last pixel goes on.</summary>
/// <remarks>The Gaussian itself, cut at three deviations. Image libraries take box filters for it, which come close.</remarks>
internal static class GaussianBlur
{
    public static void Apply(Planes image, double sigma)
    {
        float[] weights = Weights(sigma);
        float[] between = new float[image.Size * image.Size];
        for (int channel = 0; channel < 3; channel++)
        {
            Pass(image[channel], between, image.Size, weights, along: 1, across: image.Size);
            Pass(between, image[channel], image.Size, weights, along: image.Size, across: 1);
        }
    }

    private static float[] Weights(double sigma)
    {
        int reach = (int)Math.Ceiling(3 * sigma);
        double[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(k => Math.Exp(-0.5 * k * k / (sigma * sigma)))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => (float)(weight / sum))];
    }

    /// <summary>One direction: <paramref name="along"/> is the step to the next pixel in it, <paramref name="across"/> that to the next line.</summary>
    private static void Pass(ReadOnlySpan<float> from, Span<float> to, int size, float[] weights, int along, int across)
    {
        int reach = weights.Length / 2;
        for (int line = 0; line < size; line++)
        {
            for (int at = 0; at < size; at++)
            {
                float sum = 0;
                for (int k = -reach; k <= reach; k++)
                {
                    sum += weights[k + reach] * from[(line * across) + (Math.Clamp(at + k, 0, size - 1) * along)];
                }
                to[(line * across) + (at * along)] = sum;
            }
        }
    }
}
