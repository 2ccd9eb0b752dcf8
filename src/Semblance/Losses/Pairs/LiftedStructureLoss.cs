using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Lifted structure loss in its generalised form (Hermans et al., 2017, equation 4): all positives and all negatives of an anchor at once.</summary>
/// <remarks>
/// Per anchor [log Σ+ e^(D - p) + log Σ- e^(q - D)]₊, averaged over all anchors; with cosines [log Σ+ e^(p - S) + log Σ- e^(S - q)]₊. The logarithm of an empty side
/// counts as 0. Weights are the shares of a softmax over the anchor's side, blind to a shift of all its similarities.
/// </remarks>
public sealed class LiftedStructureLoss(LiftedStructureOptions options) : WeightedRowPairLoss
{
    private const int References = 1;
    private readonly double positiveBound = options.Distance.Bound(options.PositiveBound);
    private readonly double negativeBound = options.Distance.Bound(options.NegativeBound);

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        Tensor scores = options.Distance.Scores(rows.Similarity);
        (Tensor pull, Tensor push) = Sides(rows, scores);
        return [RowPart.OverAnchors((pull + push).Relu().Sum(), rows)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Tensor scores = options.Distance.Scores(rows.Similarity);
        (Tensor pull, Tensor push) = Sides(rows, scores);
        Tensor sum = pull + push;
        Tensor weights = (scores - positiveBound).ShareOf(pull, rows.Positive) - (negativeBound - scores).ShareOf(push, rows.Negative);
        Tensor active = sum.GreaterThan(0).Unsqueeze(References);
        return [new WeightedPart(RowPart.OverAnchors(sum.Relu().Sum(), rows), options.Distance.ToSimilarity(weights.MaskedFill(active.Not(), 0), scores))];
    }

    private (Tensor Pull, Tensor Push) Sides(PairBatch rows, Tensor scores) =>
        ((scores - positiveBound).LogSumExpOrZero(rows.Positive), (negativeBound - scores).LogSumExpOrZero(rows.Negative));
}

/// <summary>Which lifted structure loss.</summary>
public enum LiftedStructureVariant
{
    /// <summary>All positives and negatives of an anchor: <see cref="LiftedStructureLoss"/>.</summary>
    Generalized,

    /// <summary>Every positive pair against the negatives of both its ends: <see cref="OriginalLiftedStructureLoss"/>.</summary>
    Original,
}

/// <summary>Settings of <see cref="LiftedStructureLoss"/> and <see cref="OriginalLiftedStructureLoss"/>; the defaults are their papers'.</summary>
public sealed record LiftedStructureOptions : IPairLossOptions
{
    /// <summary>Which loss.</summary>
    public LiftedStructureVariant Variant { get; init; }

    /// <summary>What is compared.</summary>
    public PairDistance Distance { get; init; } = PairDistance.Euclidean;

    /// <summary>p, the bound of positives; null takes 1 with cosines and 0 with distances.</summary>
    public double? PositiveMargin { get; init => field = value is { } margin ? Require.Finite(margin) : null; }

    /// <summary>q, the bound of negatives; null takes 0 with cosines and 1 with distances.</summary>
    public double? NegativeMargin { get; init => field = value is { } margin ? Require.Finite(margin) : null; }

    internal double PositiveBound => PositiveMargin ?? (Distance == PairDistance.Cosine ? 1 : 0);

    internal double NegativeBound => NegativeMargin ?? (Distance == PairDistance.Cosine ? 0 : 1);

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => Variant == LiftedStructureVariant.Generalized ? new LiftedStructureLoss(this) : new OriginalLiftedStructureLoss(this);

    /// <inheritdoc/>
    public PairTermOptions Pairs(PairTermOptions given) => Distance.Require(given);
}
