using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Multi-similarity loss (Wang et al., CVPR 2019, equation 15).</summary>
/// <remarks>
/// Per anchor: log(1 + Σ+ e^(-alpha(S - lambda))) / alpha + log(1 + Σ- e^(beta(S - lambda))) / beta, averaged over all anchors. An anchor
/// without positives or without negatives contributes its other half only; behind <see cref="MultiSimilarityMiner"/>, nothing.
/// A NaN among the similarities makes the loss NaN.
/// </remarks>
public sealed class MultiSimilarityLoss(MultiSimilarityOptions options) : IWeightedPairLoss
{
    private const int References = 1;

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        (Tensor pull, Tensor push) = Exponents(pairs);
        Tensor perAnchor = (pull.LogOnePlusSumExp(pairs.Positive, References) / options.Alpha) + (push.LogOnePlusSumExp(pairs.Negative, References) / options.Beta);
        return (perAnchor.Sum() / Divisor(pairs)).ConnectedTo(pairs.Similarity);
    }

    /// <inheritdoc/>
    /// <remarks>A softmax with an extra 1 below: e^x / (1 + Σ e^x), negative on positives; its sum over an anchor is below 1 on either side.</remarks>
    public Tensor Weights(PairBatch pairs)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        (Tensor pull, Tensor push) = Exponents(pairs);
        return (Share(push, pairs.Negative) - Share(pull, pairs.Positive)) / Divisor(pairs);
    }

    private static Tensor Share(Tensor exponents, Tensor mask) =>
        (exponents - exponents.LogOnePlusSumExp(mask, References).Unsqueeze(References)).MaskedFill(mask.Not(), double.NegativeInfinity).Exp();

    private static double Divisor(PairBatch pairs) => Math.Max(1, pairs.Anchors);

    private (Tensor Pull, Tensor Push) Exponents(PairBatch pairs)
    {
        Tensor shifted = pairs.Similarity - options.Base;
        return (shifted * -options.Alpha, shifted * options.Beta);
    }
}
