using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Half the squared distance of positive pairs, and half of what negative pairs lack of a margin: mean s D² / 2 + (1 - s) [m - D²]₊ / 2 (DSH, Liu et al., CVPR 2016).</summary>
/// <param name="margin">m, a squared distance; above 0. DSH has 2 K for K bits.</param>
/// <remarks>
/// Similarities are negated squared distances (<see cref="PairMeasure.SquaredDistance"/>). The mean runs over all pairs that are positive or negative; the derivative at the margin is 0.
/// Unlike <see cref="ContrastiveLoss"/>, rows have any length and the margin is not squared apart.
/// </remarks>
public sealed class SquaredDistanceBandLoss(double margin) : WeightedRowPairLoss
{
    private readonly double margin = Require.Positive(margin, nameof(margin));

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows) => [Part(rows)];

    /// <inheritdoc/>
    /// <remarks>-1/2 on positives, 1/2 on negatives within the margin.</remarks>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Tensor near = rows.Similarity.GreaterThan(-margin).And(rows.Negative);
        return [new WeightedPart(Part(rows), (near.To(rows.Similarity.Type) - rows.Positive.To(rows.Similarity.Type)) / 2)];
    }

    private RowPart Part(PairBatch rows)
    {
        Tensor sum = (rows.Similarity + margin).Relu().SumWhere(rows.Negative) - rows.Similarity.SumWhere(rows.Positive);
        return new RowPart(sum / 2, rows.Positive.Or(rows.Negative).Sum().To(sum.Type));
    }
}
