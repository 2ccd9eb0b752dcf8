using Semblance.Losses.Pairs;

namespace Semblance.Losses.Proxies;

/// <summary>Proxy-NCA (Movshovitz-Attias et al., ICCV 2017): softmax over the negative squared distances to one proxy a class.</summary>
/// <param name="options">Scale, and what stands in the denominator.</param>
/// <remarks>
/// Pairs are rows × proxies, cosines; a squared distance is 2 - 2 S. Per own proxy p: -log(e^(-scale d_p) / Σ e^(-scale d)), the sum over the negatives and, unless the original is asked
/// for, over p. HHF's variant is <see cref="Hashing.HhfProxyNcaLoss"/>.
/// </remarks>
public sealed class ProxyNcaLoss(ProxyNcaOptions options) : TargetSoftmaxLoss(2 * options.Scale, options.PositiveInDenominator);

/// <summary>Settings of <see cref="ProxyNcaLoss"/>; the defaults are those of the common implementations.</summary>
public sealed record ProxyNcaOptions : ProxyLossOptions
{
    /// <summary>What squared distances are multiplied by; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 1;

    /// <summary>Whether the own proxy stands in the denominator; the original leaves it out, which lets the loss go below 0.</summary>
    public bool PositiveInDenominator { get; init; } = true;

    private protected override IPairLoss Loss() => new ProxyNcaLoss(this);
}
