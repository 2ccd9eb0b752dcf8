using Semblance.Losses.Hashing;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Logistic loss of every pair, similar and dissimilar pairs averaged on their own: the pair variant of HHF.</summary>
/// <param name="hinge">Where attraction and repulsion stop; null for the plain form.</param>
/// <remarks>
/// Plain: mean+ (log(1 + e^S) - S) + mean- log(1 + e^S). With a hinge: mean+ [1 - delta - S]₊ + mean- [S - zeta - delta]₊. A mean over no pair is 0.
/// Source: Xu et al., 2021, released code, variant "DHN".
/// </remarks>
public sealed class PairLogisticLoss(HashHinge? hinge = null) : IReachLoss
{
    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor similarity = pairs.Similarity;
        Tensor pull = hinge?.Attraction(similarity) ?? (-similarity).Softplus();
        Tensor push = hinge?.Repulsion(similarity) ?? similarity.Softplus();
        return (pull.MeanWhere(pairs.Positive) + push.MeanWhere(pairs.Negative)).ConnectedTo(similarity);
    }

    PairReach? IReachLoss.Reach => hinge?.Reach;
}
