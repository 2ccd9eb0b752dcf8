using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Ranked list loss (Wang et al., CVPR 2019, equations 4 to 8).</summary>
/// <remarks>
/// With D = √(2 - 2S), per anchor: the mean of D - (alpha - m) over positives farther than alpha - m, plus lambda times the mean of alpha - D over negatives
/// nearer than alpha, which are weighted by e^(T (alpha - D)); the weights are constants for the derivative. Averaged over all anchors.
/// The derivative of the distance of identical rows is taken as 0.
/// </remarks>
public sealed class RankedListLoss(RankedListOptions options) : WeightedRowPairLoss
{
    private const int References = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows) => Parts(rows, rows.Similarity);

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Tensor distance = Distance(rows.Similarity), importance = Importance(Near(rows, distance), distance);
        Tensor perDistance = Share(Far(rows, distance).To(distance.Type)) - (importance * options.Balance);
        return [new WeightedPart(Part(rows, distance, importance), PairDistance.Euclidean.ToSimilarity(perDistance, distance))];
    }

    /// <summary>The parts, with the weights of negatives taken from other similarities: what the weights are the derivative of.</summary>
    internal IReadOnlyList<RowPart> Parts(PairBatch rows, Tensor held)
    {
        Tensor distance = Distance(held.Detach());
        return [Part(rows, Distance(rows.Similarity), Importance(Near(rows, distance), distance))];
    }

    private RowPart Part(PairBatch rows, Tensor distance, Tensor importance)
    {
        Tensor pull = (distance - (options.Alpha - options.Margin)) * Share(Far(rows, distance).To(distance.Type));
        Tensor push = (options.Alpha - distance) * importance;
        return RowPart.OverAnchors((pull + (push * options.Balance)).Sum(), rows);
    }

    private Tensor Near(PairBatch rows, Tensor distance) => rows.Negative.And(distance.LessThan(options.Alpha));

    private Tensor Far(PairBatch rows, Tensor distance) => rows.Positive.And(distance.GreaterThan(options.Alpha - options.Margin));

    /// <summary>Each negative's share of an anchor's push; 0 where it has none.</summary>
    private Tensor Importance(Tensor near, Tensor distance)
    {
        Tensor exponents = (options.Alpha - distance.Detach()) * options.Temperature;
        return exponents.ShareOf(exponents.LogSumExpOrZero(near), near);
    }

    private static Tensor Share(Tensor counted) => counted / counted.Sum(References, keepDimension: true).Clamp(1, null);

    private static Tensor Distance(Tensor similarity) => PairDistance.Euclidean.Scores(similarity);
}

/// <summary>Settings of <see cref="RankedListLoss"/>; the defaults are the paper's.</summary>
public sealed record RankedListOptions : IPairLossOptions
{
    /// <summary>alpha: negatives are pushed beyond this distance; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 1.2;

    /// <summary>m: positives are pulled to within alpha - m; at least 0.</summary>
    public double Margin { get; init => field = Require.NotNegative(value); } = 0.4;

    /// <summary>T: how much more near negatives count than far ones; 0 weights them alike.</summary>
    public double Temperature { get; init => field = Require.NotNegative(value); } = 10;

    /// <summary>lambda, weight of the negatives' side; at least 0.</summary>
    public double Balance { get; init => field = Require.NotNegative(value); } = 1;

    /// <inheritdoc/>
    public PairTermOptions Pairs(PairTermOptions given) => given.RequireUnitRows();

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new RankedListLoss(this);
}
