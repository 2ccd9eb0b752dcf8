using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Multi-similarity loss (Wang et al., CVPR 2019, equation 15).</summary>
/// <remarks>
/// Per anchor: log(1 + Σ+ e^(-alpha(S - lambda))) / alpha + log(1 + Σ- e^(beta(S - lambda))) / beta, averaged over all anchors. An anchor
/// without positives or without negatives contributes its other half only; behind <see cref="MultiSimilarityMiner"/>, nothing.
/// A NaN among the similarities makes the loss NaN.
/// </remarks>
public sealed class MultiSimilarityLoss(MultiSimilarityOptions options) : WeightedRowPairLoss
{
    private const int References = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        (Tensor pull, Tensor push) = Exponents(rows);
        return [Part(rows, pull.LogOnePlusSumExp(rows.Positive, References), push.LogOnePlusSumExp(rows.Negative, References))];
    }

    /// <inheritdoc/>
    /// <remarks>A softmax with an extra 1 below: e^x / (1 + Σ e^x), negative on positives; its sum over an anchor is below 1 on either side.</remarks>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        (Tensor pull, Tensor push) = Exponents(rows);
        (Tensor pulls, Tensor pullShare) = pull.LogOnePlusSumExpWithShare(rows.Positive);
        (Tensor pushes, Tensor pushShare) = push.LogOnePlusSumExpWithShare(rows.Negative);
        pushShare.SubtractInPlace(pullShare);
        return [new WeightedPart(Part(rows, pulls, pushes), pushShare)];
    }

    private RowPart Part(PairBatch rows, Tensor pulls, Tensor pushes) => RowPart.OverAnchors(((pulls / options.Alpha) + (pushes / options.Beta)).Sum(), rows);

    private (Tensor Pull, Tensor Push) Exponents(PairBatch pairs)
    {
        Tensor shifted = pairs.Similarity - options.Base;
        return (shifted * -options.Alpha, shifted * options.Beta);
    }
}
