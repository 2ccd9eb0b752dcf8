using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>DSH (Liu et al., CVPR 2016): squared distances with a margin, plus α mean | |x| - 1 |.</summary>
/// <remarks>Released α 0.1; the paper has 0.01.</remarks>
public sealed record DshOptions : BankHashOptions
{
    /// <summary>m, the squared distance from which on dissimilar images are left alone; null is 2 K for K bits.</summary>
    public double? Margin { get; init => field = value is { } margin ? Require.Positive(margin) : null; }

    /// <inheritdoc/>
    public override IPairLoss Metric(int bits) => new SquaredDistanceBandLoss(Margin ?? (2.0 * bits));

    /// <inheritdoc/>
    public override IQuantizer Quantizer(TermContext context) => new CornerQuantizer();

    private protected override PairTermOptions Pairs(PairTermOptions given) => given with { Measure = PairMeasure.SquaredDistance };
}
