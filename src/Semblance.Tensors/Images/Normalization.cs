namespace Semblance.Tensors.Images;

/// <summary>Per-channel mean and standard deviation of pixel values in [0, 1]; a value v becomes (v - mean) / std.</summary>
public sealed record Normalization
{
    /// <summary>Mean and standard deviation of red, green and blue.</summary>
    /// <param name="mean">Three means.</param>
    /// <param name="std">Three standard deviations, above 0.</param>
    /// <exception cref="ArgumentException">Not three values each, or a standard deviation that is not above 0.</exception>
    public Normalization(IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(std);
        if (mean.Count != 3 || std.Count != 3 || std.Any(value => !(value > 0)))
        {
            throw new ArgumentException($"mean has {mean.Count} values and std {std.Count}; each needs three, and std above 0.");
        }
        Mean = mean;
        Std = std;
    }

    /// <summary>Values stay in [0, 1].</summary>
    public static Normalization None { get; } = new([0f, 0f, 0f], [1f, 1f, 1f]);

    /// <summary>What networks pretrained on ImageNet expect.</summary>
    public static Normalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Means of red, green and blue.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>Standard deviations of red, green and blue.</summary>
    public IReadOnlyList<float> Std { get; }

    /// <summary>Equal by values.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(Normalization? other) => other is not null && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean[0], Mean[1], Mean[2], Std[0], Std[1], Std[2]);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"mean {Mean[0]} {Mean[1]} {Mean[2]}, std {Std[0]} {Std[1]} {Std[2]}");
}
