using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>CosFace (Wang et al., CVPR 2018): softmax over scaled cosines in which the own class counts as less by a margin.</summary>
/// <param name="options">Margin and scale.</param>
/// <remarks>Pairs are rows × proxies. Cross-entropy of scale S, with S - margin on the row's own proxy (equation 4).</remarks>
public sealed class CosFaceLoss(CosFaceOptions options) : TargetSoftmaxLoss(options.Scale)
{
    /// <inheritdoc/>
    protected override Tensor Target(Tensor similarity) => similarity - options.Margin;
}

/// <summary>Settings of <see cref="CosFaceLoss"/>; the defaults are the paper's.</summary>
public sealed record CosFaceOptions : ProxyLossOptions
{
    /// <summary>What is taken from the cosine of the own class; at least 0.</summary>
    public double Margin { get; init => field = Require.NotNegative(value); } = 0.35;

    /// <summary>What cosines are multiplied by; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 64;

    private protected override IPairLoss Loss() => new CosFaceLoss(this);
}
