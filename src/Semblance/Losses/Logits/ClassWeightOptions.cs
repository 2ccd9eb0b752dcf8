namespace Semblance.Losses.Logits;

/// <summary>What the images of a class count for.</summary>
public enum ClassWeighting
{
    /// <summary>1, whatever the class.</summary>
    None,

    /// <summary>In proportion to 1 / n, n the training images of the class.</summary>
    InverseFrequency,

    /// <summary>In proportion to 1 / √n.</summary>
    SquareRoot,

    /// <summary>In proportion to (1 - beta) / (1 - beta^n), one over the effective number of images (Cui et al., CVPR 2019).</summary>
    EffectiveNumber,
}

/// <summary>Weights of classes. Their sum is the number of classes that have training images.</summary>
public sealed record ClassWeightOptions
{
    /// <summary>The rule.</summary>
    public ClassWeighting Kind { get; init; }

    /// <summary>beta of <see cref="ClassWeighting.EffectiveNumber"/>; within [0, 1). 0 weighs all classes alike, and weights tend to 1 / n towards 1.</summary>
    public double Beta { get; init => field = Require.Below(value, 0, 1); } = 0.9999;

    /// <summary>The weight of each class; 0 for a class without training images.</summary>
    /// <param name="counts">Training images of each class.</param>
    public double[] Of(IReadOnlyList<long> counts)
    {
        double[] raw = new ClassPrior(counts).PerClass(Raw, absent: 0);
        double unit = raw.Count(weight => weight > 0) / raw.Sum();
        return Array.ConvertAll(raw, weight => weight * unit);
    }

    private double Raw(long count) => Kind switch
    {
        ClassWeighting.InverseFrequency => 1.0 / count,
        ClassWeighting.SquareRoot => 1 / Math.Sqrt(count),
        ClassWeighting.EffectiveNumber => (1 - Beta) / OneMinusPower(count),
        _ => 1,
    };

    /// <summary>1 - beta^n without the loss of digits where beta^n is near 1.</summary>
    private double OneMinusPower(long count)
    {
        double exponent = count * Math.Log(Beta);
        // e^x - 1 = 2 sinh(x/2) e^(x/2), exact near 0.
        return exponent < -1 ? 1 - Math.Exp(exponent) : -2 * Math.Sinh(exponent / 2) * Math.Exp(exponent / 2);
    }
}

/// <summary>When weights of classes begin to count (deferred re-weighting, Cao et al., NeurIPS 2019).</summary>
public sealed record DeferOptions
{
    /// <summary>Passes over the training images before they do; until then every class has weight 1.</summary>
    public double Epoch { get; init => field = Require.NotNegative(value); } = 160;
}
