using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Smooth-AP (Brown et al., ECCV 2020, equation 8): average precision with ranks counted by sigmoids.</summary>
/// <remarks>
/// Per anchor: 1 - the mean over its positives p of (1 + Σ+ g) / (1 + Σ+ g + Σ- g), with g = 1 / (1 + e^((S_p - S) / t)) and p itself left out of the sum.
/// Averaged over the anchors with positives. Ranks are compared positive by positive: time in proportion to pairs times positives of an anchor.
/// A positive may be pushed behind another one that gains more by it.
/// </remarks>
public sealed class SmoothApLoss(SmoothApOptions options) : WeightedRowPairLoss
{
    private const int References = 1;
    private const double OfItself = 0.5; // g of a positive against itself, whose derivative is 0.

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        Tensor total = rows.Similarity.Narrow(References, 0, 0).Sum(References, keepDimension: true);
        foreach ((Tensor index, Tensor exists) in PositiveSlots.Of(rows))
        {
            Tensor ahead = Ahead(rows, index);
            Tensor hits = Hits(ahead, rows), misses = Misses(ahead, rows);
            total = total + (misses / (hits + misses)).MaskedFill(exists.Not(), 0);
        }
        return [Part(rows, total)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Tensor total = Tensor.Zeros([rows.Anchors, 1], rows.Similarity.Type, rows.Similarity.Device), weights = rows.Similarity.ZerosLike();
        foreach ((Tensor index, Tensor exists) in PositiveSlots.Of(rows))
        {
            Tensor ahead = Ahead(rows, index);
            Tensor hits = Hits(ahead, rows), misses = Misses(ahead, rows), square = (hits + misses).Square();
            total = total + (misses / (hits + misses)).MaskedFill(exists.Not(), 0);
            Tensor slope = (1 - ahead) * ahead * rows.Negative.Where(hits / square, rows.Positive.Where(-misses / square, rows.Similarity.ZerosLike()));
            slope = slope.MaskedFill(exists.Not(), 0);
            weights = (weights + slope).ScatterAdd(References, index, -slope.Sum(References, keepDimension: true));
        }
        return [new WeightedPart(Part(rows, total), weights / (Positives(rows) * options.Temperature))];
    }

    /// <summary>How far each reference is ahead of a positive: 0 far behind, 1 far ahead.</summary>
    private Tensor Ahead(PairBatch rows, Tensor index) => ((rows.Similarity - rows.Similarity.Gather(References, index)) / options.Temperature).Sigmoid();

    private static Tensor Hits(Tensor ahead, PairBatch rows) => ahead.MaskedFill(rows.Positive.Not(), 0).Sum(References, keepDimension: true) + (1 - OfItself);

    private static Tensor Misses(Tensor ahead, PairBatch rows) => ahead.MaskedFill(rows.Negative.Not(), 0).Sum(References, keepDimension: true);

    private static Tensor Positives(PairBatch rows) => rows.Positive.Sum(References, keepDimension: true).To(rows.Similarity.Type).Clamp(1, null);

    private static RowPart Part(PairBatch rows, Tensor misses) =>
        new((misses / Positives(rows)).Sum(), rows.Positive.Any(References).Sum().To(misses.Type));
}

/// <summary>Settings of <see cref="SmoothApLoss"/>; the default is the paper's.</summary>
public sealed record SmoothApOptions : IPairLossOptions
{
    /// <summary>t, the width of the step that counts ranks; above 0. Smaller is nearer to average precision and has fewer pairs with a derivative.</summary>
    public double Temperature { get; init => field = Require.Positive(value); } = 0.01;

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new SmoothApLoss(this);
}
