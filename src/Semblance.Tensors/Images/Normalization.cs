namespace Semblance.Tensors.Images;

/// <summary>Per-channel mean and standard deviation of pixel values in [0, 1]; a value v becomes (v - mean) / std. And the order of the channels.</summary>
public sealed record Normalization
{
    /// <summary>Mean and standard deviation of red, green and blue.</summary>
    /// <param name="mean">Three means.</param>
    /// <param name="std">Three standard deviations, above 0.</param>
    /// <param name="blueFirst">Whether the network sees blue, green and red instead of red, green and blue.</param>
    /// <exception cref="ArgumentException">Not three values each, or a standard deviation that is not above 0.</exception>
    public Normalization(IReadOnlyList<float> mean, IReadOnlyList<float> std, bool blueFirst = false)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(std);
        if (mean.Count != 3 || std.Count != 3 || std.Any(value => !(value > 0)))
        {
            throw new ArgumentException($"mean has {mean.Count} values and std {std.Count}; each needs three, and std above 0.");
        }
        Mean = mean;
        Std = std;
        BlueFirst = blueFirst;
    }

    /// <summary>Values stay in [0, 1].</summary>
    public static Normalization None { get; } = new([0f, 0f, 0f], [1f, 1f, 1f]);

    /// <summary>What networks pretrained on ImageNet expect.</summary>
    public static Normalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Values in [-1, 1]: what networks of the inception family expect that were ported from TensorFlow.</summary>
    public static Normalization Signed { get; } = new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    /// <summary>What networks from Caffe expect: blue, green and red in 0..255, less 104, 117 and 128.</summary>
    public static Normalization Caffe { get; } = new([128 / 255f, 117 / 255f, 104 / 255f], [1 / 255f, 1 / 255f, 1 / 255f], blueFirst: true);

    /// <summary>Means of red, green and blue.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>Standard deviations of red, green and blue.</summary>
    public IReadOnlyList<float> Std { get; }

    /// <summary>Whether the network sees blue, green and red; mean and deviation are in the order of red, green and blue all the same.</summary>
    public bool BlueFirst { get; }

    /// <summary>Puts normalised values into the order that the network sees.</summary>
    /// <param name="planes">The values of red, then those of green and of blue.</param>
    public void Arrange(Span<float> planes)
    {
        if (!BlueFirst)
        {
            return;
        }
        int plane = planes.Length / 3;
        Span<float> red = planes[..plane], blue = planes[(2 * plane)..];
        for (int i = 0; i < plane; i++)
        {
            (red[i], blue[i]) = (blue[i], red[i]);
        }
    }

    /// <summary>Equal by values.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(Normalization? other) => other is not null && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std) && BlueFirst == other.BlueFirst;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean[0], Mean[1], Mean[2], Std[0], Std[1], Std[2], BlueFirst);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"mean {Mean[0]} {Mean[1]} {Mean[2]}, std {Std[0]} {Std[1]} {Std[2]}{(BlueFirst ? ", blue first" : "")}");
}
