using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Hierarchical Triplet Loss (Ge et al., ECCV 2018): every triplet of a batch, with a margin of its own for each pair of classes.</summary>
/// <remarks>
/// <para>1 / (2 Z) Σ [D²_ap - D²_an + alpha_an]₊ over all Z triplets, where alpha is <see cref="PairBatch.Margin"/>, else <see cref="HierarchicalTripletOptions.InitialMargin"/>:
/// then it is the ordinary triplet loss. Distances are those of rows of length 1, D² = 2 - 2 S.</para>
/// <para>A margin depends on anchor and negative alone, so that sorted sums apply (<see cref="TripletCounts"/>): no list of triplets, O(n² log n) time, O(n²) memory.
/// The margin is a constant to the gradient. Duplicates at distance 0 have derivative 0 where the distance is not squared.</para>
/// </remarks>
/// <param name="options">Distance, reduction and the margin without a tree.</param>
public sealed class HierarchicalTripletLoss(HierarchicalTripletOptions options) : WeightedRowPairLoss
{
    // Of a distance, squared: below it two rows are one, and the root has no derivative.
    private const double Nothing = 1e-12;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        Tensor closeness = Closeness(rows.Similarity);
        return [Part(rows, closeness, Counts(rows, closeness))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Tensor closeness = Closeness(rows.Similarity);
        TripletCounts counts = Counts(rows, closeness);
        Tensor weights = counts.Negative - counts.Positive;
        return [new WeightedPart(Part(rows, closeness, counts), options.Distance == TripletDistance.SquaredEuclidean ? weights : weights * Slope(rows.Similarity))];
    }

    /// <summary>How many triplets are valid, and how many of them active.</summary>
    public (long Valid, long Active) Count(PairBatch pairs)
    {
        Tensor active = Counts(pairs, Closeness(pairs.Similarity)).Negative.To(DataType.Float64).Sum();
        return ((long)Valid(pairs).ToDouble(), (long)active.ToDouble());
    }

    /// <summary>Half of the squared distance, or of the distance, with the sign of a similarity and up to a constant.</summary>
    private Tensor Closeness(Tensor similarity) =>
        options.Distance == TripletDistance.SquaredEuclidean ? similarity : Squared(similarity).Clamp(Nothing, null).Sqrt() * -0.5;

    private static Tensor Slope(Tensor similarity)
    {
        Tensor squared = Squared(similarity);
        return (0.5 / squared.Clamp(Nothing, null).Sqrt()).MaskedFill(squared.LessThan(Nothing), 0);
    }

    private static Tensor Squared(Tensor similarity) => 2 - (similarity * 2);

    private Tensor Demanded(PairBatch rows, Tensor closeness) => rows.Margin is { } margin ? closeness + (margin * 0.5) : closeness + (options.InitialMargin * 0.5);

    private TripletCounts Counts(PairBatch rows, Tensor closeness) => TripletCounts.Of(closeness, rows.Positive, Demanded(rows, closeness), rows.Negative);

    private RowPart Part(PairBatch rows, Tensor closeness, TripletCounts counts)
    {
        // Products of counts and values nearly cancel; single precision would show.
        Tensor active = counts.Negative.To(DataType.Float64);
        Tensor sum = (active * Demanded(rows, closeness).To(DataType.Float64)).Sum() - (counts.Positive.To(DataType.Float64) * closeness.To(DataType.Float64)).Sum();
        Tensor count = options.Reduction == TripletReduction.AllTriplets ? Valid(rows) : active.Sum();
        return new RowPart(sum.To(rows.Similarity.Type), count.To(rows.Similarity.Type));
    }

    private static Tensor Valid(PairBatch rows) => (rows.Positive.Sum(1).To(DataType.Float64) * rows.Negative.Sum(1).To(DataType.Float64)).Sum();
}
