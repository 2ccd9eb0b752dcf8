using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>Linear attraction to positive proxies and repulsion from negative ones: the baseline variant of HHF.</summary>
/// <param name="alpha">Factor of the whole; above 0.</param>
/// <param name="hinge">Where repulsion stops; null for the plain form.</param>
/// <remarks>
/// Plain: mean+ alpha(1 - S) + mean- alpha(1 + S). With a hinge: mean+ alpha(1 - delta - S) + mean- alpha[S - zeta - delta]₊; the positive part has no hinge
/// and can be below 0. A mean over no pair is 0. Source: Xu et al., 2021, released code.
/// </remarks>
public sealed class LinearProxyLoss(double alpha, HashHinge? hinge = null) : IReachLoss
{
    private readonly double alpha = Require.Positive(alpha, nameof(alpha));

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor similarity = pairs.Similarity;
        Tensor pull = (hinge is null ? 1 : 1 - hinge.Slack) - similarity;
        Tensor push = hinge?.Repulsion(similarity) ?? (1 + similarity);
        return ((pull.MeanWhere(pairs.Positive) + push.MeanWhere(pairs.Negative)) * alpha).ConnectedTo(similarity);
    }

    PairReach? IReachLoss.Reach => hinge is null ? null : hinge.Reach with { KeepsPositives = true };

    double IReachLoss.Factor => alpha;
}
