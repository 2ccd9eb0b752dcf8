using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Triplet loss: an anchor's positives are to be nearer than its negatives, by a margin.</summary>
/// <remarks>
/// Σ [d(a, p) - d(a, n) + margin]₊ over the mined triplets, or Σ log(1 + e^(d(a, p) - d(a, n) + margin)), divided by their number or by that of those above 0. Weights are
/// counts: of the negatives that violate a positive, and of the positives that a negative violates; see <see cref="TripletSums"/>. Source: Schroff et al., CVPR 2015,
/// equation 3; the mining over a whole batch and the soft form: Hermans et al., 2017. An anchor without positives or without negatives has no triplet.
/// </remarks>
public sealed class TripletLoss(TripletOptions options) : WeightedRowPairLoss
{
    private readonly TripletRule rule = options.Rule;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        (TripletSum sum, Tensor scores) = Sum(rows);
        return [sum.Part(scores, options.Reduction)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        (TripletSum sum, Tensor scores) = Sum(rows);
        return [new WeightedPart(sum.Part(scores, options.Reduction), options.Distance.ToSimilarity(sum.Weights, scores))];
    }

    private (TripletSum Sum, Tensor Scores) Sum(PairBatch rows)
    {
        Tensor scores = options.Distance.Scores(rows.Similarity);
        return (TripletSums.Of(scores, rows.Positive, rows.Negative, rule), scores);
    }
}

/// <summary>Settings of <see cref="TripletLoss"/>; distance and margin are those of Schroff et al., CVPR 2015.</summary>
public sealed record TripletOptions : IPairLossOptions
{
    /// <summary>By how much a negative must be farther than a positive; finite.</summary>
    public double Margin { get; init => field = Require.Finite(value); } = 0.2;

    /// <summary>What is compared.</summary>
    public PairDistance Distance { get; init; } = PairDistance.SquaredEuclidean;

    /// <summary>Which triplets count.</summary>
    public TripletMining Mining { get; init; }

    /// <summary>Semi-hard mining keeps negatives that are farther than the positive by at most this; above 0. Null takes <see cref="Margin"/>.</summary>
    public double? MinerMargin { get; init => field = value is { } margin ? Require.Positive(margin) : null; }

    /// <summary>log(1 + e^x) in place of [x]₊.</summary>
    public bool Smooth { get; init; }

    /// <summary>Whether the negative is compared with the nearer of anchor and positive; see <see cref="SwappedTripletLoss"/>.</summary>
    public bool Swap { get; init; }

    /// <summary>What the sum is divided by.</summary>
    public TripletAverage Reduction { get; init; }

    internal TripletRule Rule => new(Margin, Mining, MinerMargin ?? Margin, Smooth);

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => Swap ? new SwappedTripletLoss(this) : new TripletLoss(this);

    /// <inheritdoc/>
    public PairTermOptions Pairs(PairTermOptions given) => Distance.Require(given);
}
