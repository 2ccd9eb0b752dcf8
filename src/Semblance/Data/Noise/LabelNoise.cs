namespace Semblance.Data.Noise;

/// <summary>Labels as somebody who errs would have observed them.</summary>
public static class LabelNoise
{
    // Apart from the streams that divide the images, which may have the same seed.
    private const long Stream = 0x6E6F697365;

    /// <summary>Draws what each label is observed as; image by image, so that one more image does not change the others.</summary>
    /// <param name="labels">The right labels.</param>
    /// <param name="matrix">How often which class is taken for which.</param>
    /// <param name="seed">The same seed spoils the same labels.</param>
    /// <exception cref="ArgumentException">A label has no row in the matrix.</exception>
    public static int[] Observe(IReadOnlyList<int> labels, TransitionMatrix matrix, int seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(matrix);
        int[] observed = new int[labels.Count];
        for (int image = 0; image < observed.Length; image++)
        {
            int label = labels[image];
            observed[image] = label >= 0 && label < matrix.Classes
                ? matrix.Observe(label, new SeededRandom(seed, Stream, image).NextDouble())
                : throw new ArgumentException($"Label {label} of image {image} is outside 0..{matrix.Classes - 1}, the classes of the matrix.", nameof(labels));
        }
        return observed;
    }
}
