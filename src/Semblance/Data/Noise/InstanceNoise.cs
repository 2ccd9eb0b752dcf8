using Semblance.Data.Loading;
using Semblance.Tensors.Images;

namespace Semblance.Data.Noise;

/// <summary>Wrong labels that depend on what an image looks like, so that alike images of a class are taken for the same other class (after Xia et al., NeurIPS 2020).</summary>
/// <remarks>
/// Each image has a rate of its own, drawn from a normal distribution around the asked one with deviation 0.1 and cut to 0..1. Each class has a matrix of normal numbers; the image's features times that of its class, through
/// a softmax over the other classes, say which class it is taken for. As features serve the pixels of the image squeezed to 8 × 8, standardised over the images; the published ones are all pixels of CIFAR.
/// </remarks>
public static class InstanceNoise
{
    /// <summary>Pixels across and down of what an image looks like.</summary>
    public const int Side = 8;

    private const double Deviation = 0.1;
    private const long Images = 0x696E7374;
    private const long Matrices = 0x6D617472;

    /// <summary>Draws what each label is observed as.</summary>
    /// <param name="labels">The right labels.</param>
    /// <param name="features">What each image looks like; images × width, row-major.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="rate">How likely a label is wrong on the average, 0 to 1; 0 leaves all right.</param>
    /// <param name="seed">The same seed spoils the same labels.</param>
    /// <exception cref="ArgumentException">Labels and features do not fit, or a label is outside the classes.</exception>
    public static int[] Observe(IReadOnlyList<int> labels, float[] features, int classes, double rate, int seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(features);
        _ = Require.InRange(rate, 0, 1, nameof(rate));
        if (classes < 2 || labels.Any(label => label < 0 || label >= classes))
        {
            throw new ArgumentException(classes < 2 ? "There is one class; this noise takes a class for another and needs two." : $"A label is outside 0..{classes - 1}.", nameof(labels));
        }
        int width = features.Length / Math.Max(1, labels.Count);
        if (width * labels.Count != features.Length || features.Any(value => !float.IsFinite(value)))
        {
            throw new ArgumentException($"{features.Length} feature values, all finite, do not make rows for {labels.Count} labels.", nameof(features));
        }
        int[] observed = [.. labels];
        foreach (IGrouping<int, int> members in Enumerable.Range(0, rate > 0 ? observed.Length : 0).GroupBy(image => labels[image]))
        {
            double[] matrix = Matrix(width, classes, new SeededRandom(seed, Matrices, members.Key));
            foreach (int image in members)
            {
                observed[image] = Draw(members.Key, features.AsSpan(image * width, width), matrix, classes, rate, new SeededRandom(seed, Images, image));
            }
        }
        return observed;
    }

    /// <summary>What images look like: their pixels squeezed to <see cref="Side"/> × <see cref="Side"/>, each value less its mean over the images and divided by its deviation.</summary>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    public static float[] FeaturesOf(Dataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        ImageTransform squeeze = new() { Size = Side, Stretch = true, Normalization = Normalization.None };
        float[] features = new float[images.Count * squeeze.Length];
        using DataLoader loader = new(images, squeeze);
        int row = 0;
        foreach (ImageBatch batch in loader.LoadAll(256))
        {
            batch.Pixels.AsSpan(0, batch.Count * squeeze.Length).CopyTo(features.AsSpan(row * squeeze.Length));
            row += batch.Count;
            batch.Dispose();
        }
        Standardise(features, squeeze.Length);
        return features;
    }

    private static int Draw(int label, ReadOnlySpan<float> features, double[] matrix, int classes, double rate, SeededRandom random)
    {
        double own = rate + (Deviation * random.NextNormal());
        while (own is < 0 or > 1)
        {
            own = rate + (Deviation * random.NextNormal());
        }
        if (random.NextDouble() >= own)
        {
            return label;
        }
        double[] weights = Softmax(label, features, matrix, classes);
        double left = random.NextDouble() * weights.Sum();
        int taken = Array.FindLastIndex(weights, weight => weight > 0);
        for (int other = 0; other < taken; other++)
        {
            left -= weights[other];
            if (left < 0)
            {
                return other;
            }
        }
        return taken;
    }

    /// <summary>How likely each class is, up to a factor; 0 for the class itself.</summary>
    private static double[] Softmax(int label, ReadOnlySpan<float> features, double[] matrix, int classes)
    {
        double[] scores = new double[classes];
        for (int k = 0; k < features.Length; k++)
        {
            for (int other = 0; other < classes; other++)
            {
                scores[other] += features[k] * matrix[(k * classes) + other];
            }
        }
        double most = Enumerable.Range(0, classes).Where(other => other != label).Max(other => scores[other]);
        return [.. scores.Select((score, other) => other == label ? 0 : Math.Exp(score - most))];
    }

    private static double[] Matrix(int width, int classes, SeededRandom random)
    {
        double[] matrix = new double[width * classes];
        foreach (ref double entry in matrix.AsSpan())
        {
            entry = random.NextNormal();
        }
        return matrix;
    }

    private static void Standardise(float[] features, int width)
    {
        int rows = features.Length / width;
        for (int column = 0; column < width; column++)
        {
            double sum = 0, squares = 0;
            for (int row = 0; row < rows; row++)
            {
                double value = features[(row * width) + column];
                (sum, squares) = (sum + value, squares + (value * value));
            }
            double mean = sum / rows, deviation = Math.Sqrt(Math.Max(0, (squares / rows) - (mean * mean)));
            for (int row = 0; row < rows; row++)
            {
                ref float value = ref features[(row * width) + column];
                value = (float)((value - mean) / Math.Max(deviation, 1e-6));
            }
        }
    }
}
