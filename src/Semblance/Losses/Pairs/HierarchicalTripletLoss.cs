using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Hierarchical Triplet Loss (Ge et al., ECCV 2018): every triplet of a batch, with a margin of its own for each pair of classes.</summary>
/// <remarks>
/// 1 / (2 Z) Σ [D²_ap - D²_an + alpha_an]₊ over all Z triplets, where alpha is <see cref="PairBatch.Margin"/>, else <see cref="HierarchicalTripletOptions.InitialMargin"/>: then it
/// is the ordinary triplet loss. A margin depends on anchor and negative alone, so that it is taken from the negative's score and the sums over triplets are those of
/// <see cref="TripletSums"/>: no list of triplets, O(n² log n) time, O(n²) memory. The margin is a constant to the gradient.
/// </remarks>
/// <param name="options">Distance, reduction and the margin without a tree.</param>
public sealed class HierarchicalTripletLoss(HierarchicalTripletOptions options) : WeightedRowPairLoss
{
    private static readonly TripletRule Hinge = new(Margin: 0);

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        Tensor demanded = Scores(rows).Demanded;
        return [Half(Sum(rows, demanded).Part(demanded, options.Reduction))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        (Tensor scores, Tensor demanded) = Scores(rows);
        TripletSum sum = Sum(rows, demanded);
        return [new WeightedPart(Half(sum.Part(demanded, options.Reduction)), options.Distance.ToSimilarity(sum.Weights, scores) * 0.5)];
    }

    /// <summary>How many triplets are valid, and how many of them are above 0.</summary>
    public (long Valid, long Active) Count(PairBatch pairs)
    {
        TripletSum sum = Sum(pairs, Scores(pairs).Demanded);
        return (sum.Count, sum.Nonzero);
    }

    private static RowPart Half(RowPart part) => part with { Sum = part.Sum * 0.5 };

    private static TripletSum Sum(PairBatch rows, Tensor demanded) => TripletSums.Of(demanded, rows.Positive, rows.Negative, Hinge);

    /// <summary>Distances, and the same with a negative's brought nearer by its margin.</summary>
    private (Tensor Scores, Tensor Demanded) Scores(PairBatch rows)
    {
        Tensor scores = options.Distance.Scores(rows.Similarity);
        Tensor margins = rows.Margin ?? scores.Detach().FullLike(options.InitialMargin);
        return (scores, scores - margins.MaskedFill(rows.Negative.Not(), 0));
    }
}
