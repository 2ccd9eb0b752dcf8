namespace Semblance.Data.Loading.Changes;

/// <summary>Changes of value that look at the pixel itself, at all values of its plane, or at its neighbours.</summary>
internal static class Tones
{
    public static void Invert(Planes image) => Each(image, value => 1 - value);

    /// <summary>Inverts values from a threshold on, 0 to 256 steps.</summary>
    public static void Solarize(Planes image, double threshold) => Each(image, value => Planes.Step(value) < threshold ? value : 1 - value);

    /// <summary>Keeps the highest bits of each value.</summary>
    public static void Posterize(Planes image, int bits) => Each(image, value => (Planes.Step(value) & (0xFF << (8 - bits))) / 255f);

    public static void Brightness(Planes image, float factor) => Each(image, value => value * factor);

    /// <summary>Moves all values away from, or towards, the mean grey of the image.</summary>
    public static void Contrast(Planes image, float factor)
    {
        float mean = image.MeanGrey();
        Each(image, value => mean + ((value - mean) * factor));
    }

    /// <summary>Moves colours away from, or towards, the grey of their pixel.</summary>
    public static void Colour(Planes image, float factor)
    {
        for (int pixel = 0; pixel < image.Size * image.Size; pixel++)
        {
            float grey = image.Grey(pixel);
            for (int channel = 0; channel < 3; channel++)
            {
                image[channel][pixel] = Math.Clamp(grey + ((image[channel][pixel] - grey) * factor), 0, 1);
            }
        }
    }

    /// <summary>Moves values away from, or towards, the mean of their neighbourhood, in which the pixel itself counts five times; the border stays.</summary>
    public static void Sharpness(Planes image, float factor)
    {
        int size = image.Size;
        for (int channel = 0; channel < 3; channel++)
        {
            Span<float> plane = image[channel];
            float[] before = plane.ToArray();
            for (int y = 1; y < size - 1; y++)
            {
                for (int x = 1; x < size - 1; x++)
                {
                    int at = (y * size) + x;
                    float sum = before[at - size - 1] + before[at - size] + before[at - size + 1] + before[at - 1] + (5 * before[at]) + before[at + 1] + before[at + size - 1] + before[at + size] + before[at + size + 1];
                    plane[at] = Math.Clamp((sum / 13) + ((before[at] - (sum / 13)) * factor), 0, 1);
                }
            }
        }
    }

    /// <summary>Stretches each plane to the whole range.</summary>
    public static void AutoContrast(Planes image)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            Span<float> plane = image[channel];
            float low = 1, high = 0;
            foreach (float value in plane)
            {
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }
            if (high > low)
            {
                foreach (ref float value in plane)
                {
                    value = (value - low) / (high - low);
                }
            }
        }
    }

    /// <summary>Spreads the values of each plane so that all steps are about equally frequent.</summary>
    public static void Equalize(Planes image)
    {
        Span<int> counts = stackalloc int[256];
        for (int channel = 0; channel < 3; channel++)
        {
            Span<float> plane = image[channel];
            counts.Clear();
            foreach (float value in plane)
            {
                counts[Planes.Step(value)]++;
            }
            int step = (plane.Length - counts[LastUsed(counts)]) / 255;
            if (step == 0)
            {
                continue;
            }
            // What lies below a value, half a step on, tells the value that it becomes.
            for (int value = 0, below = step / 2; value < 256; value++)
            {
                (counts[value], below) = (Math.Min(255, below / step), below + counts[value]);
            }
            foreach (ref float value in plane)
            {
                value = counts[Planes.Step(value)] / 255f;
            }
        }
    }

    private static int LastUsed(ReadOnlySpan<int> counts)
    {
        int last = counts.Length - 1;
        while (last > 0 && counts[last] == 0)
        {
            last--;
        }
        return last;
    }

    private static void Each(Planes image, Func<float, float> change)
    {
        foreach (ref float value in image.Values)
        {
            value = Math.Clamp(change(value), 0, 1);
        }
    }
}
