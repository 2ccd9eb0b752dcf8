using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>Cross-entropy of scaled similarities in which a row's own proxies may count for less than they are: what Proxy-NCA, CosFace and ArcFace have in common.</summary>
/// <remarks>
/// <para>
/// Per row: the mean over its own proxies p of log(1 + Σ- e^(scale (S - t(S_p)))), averaged over all rows; t is the target, below S where there is a margin. With several labels each own
/// proxy is a target of its own and competes with the negatives only, not with the other targets. A row without a label, or without a negative, counts 0.
/// </para>
/// <para>
/// What concerns targets alone is computed on a list of them, one entry a label. Of the size of rows × proxies are the similarities, their masks, the exponents, and the weights.
/// </para>
/// </remarks>
public abstract class TargetSoftmaxLoss : WeightedRowPairLoss
{
    private const int References = 1;
    private readonly double scale;
    private readonly bool targetInDenominator;

    /// <summary>A loss of a scale.</summary>
    /// <param name="scale">What similarities are multiplied by; above 0.</param>
    /// <param name="targetInDenominator">Whether the target stands in the denominator; without it the loss is log Σ- e^(scale (S - t(S_p))), which goes below 0.</param>
    protected TargetSoftmaxLoss(double scale, bool targetInDenominator = true)
    {
        this.scale = Require.Positive(scale, nameof(scale));
        this.targetInDenominator = targetInDenominator;
    }

    /// <summary>t, what the similarity to an own proxy counts as.</summary>
    protected virtual Tensor Target(Tensor similarity) => similarity;

    /// <summary>Derivative of <see cref="Target"/>; not below 0.</summary>
    protected virtual Tensor TargetSlope(Tensor similarity)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        return similarity.OnesLike();
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        Targets targets = Targets.Of(rows);
        Tensor excess = Excess(targets, Exponents(rows).LogSumExp(References));
        return [Part(rows, targets, excess)];
    }

    /// <inheritdoc/>
    /// <remarks>With q = the odds against a target, over those odds plus 1: -scale t' q on a positive, and on negatives their share of the softmax over negatives times scale Σ q.</remarks>
    public sealed override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Targets targets = Targets.Of(rows);
        using Tensor exponents = Exponents(rows);
        Tensor push = exponents.LogSumExp(References);
        Tensor excess = Excess(targets, push);
        Tensor pull = (targetInDenominator ? excess.Sigmoid() : excess.GreaterThan(double.NegativeInfinity).To(excess.Type)) * scale / targets.Count;
        Tensor pushes = push.ZerosLike().IndexAdd(0, targets.Row, pull);
        using Tensor shifted = exponents - push.MaskedFill(push.EqualTo(double.NegativeInfinity), 0).Unsqueeze(References);
        using Tensor shares = shifted.Exp();
        using Tensor negative = shares * pushes.Unsqueeze(References);
        Tensor weights = negative.MaskedScatter(rows.Positive, -pull * TargetSlope(targets.Similarity));
        return [new WeightedPart(Part(rows, targets, excess), weights)];
    }

    /// <summary>scale S where a negative is, -∞ elsewhere.</summary>
    private Tensor Exponents(PairBatch rows)
    {
        using Tensor others = rows.Negative.Not();
        return rows.Similarity.MaskedFill(others, double.NegativeInfinity) * scale;
    }

    /// <summary>log Σ- e^(scale S) - scale t, one a target; -∞ where there is no negative.</summary>
    private Tensor Excess(Targets targets, Tensor push) => push.IndexSelect(0, targets.Row) - (Target(targets.Similarity) * scale);

    private RowPart Part(PairBatch rows, Targets targets, Tensor excess)
    {
        Tensor costs = targetInDenominator ? excess.LogAddExp(excess.ZerosLike()) : excess.MaskedFill(excess.EqualTo(double.NegativeInfinity), 0);
        return RowPart.OverAnchors((costs / targets.Count).Sum(), rows);
    }

    /// <summary>The positive pairs as a list.</summary>
    /// <param name="Similarity">One a positive pair.</param>
    /// <param name="Row">The anchor of each, int64.</param>
    /// <param name="Count">How many positives that anchor has.</param>
    private readonly record struct Targets(Tensor Similarity, Tensor Row, Tensor Count)
    {
        public static Targets Of(PairBatch rows)
        {
            Tensor row = rows.Positive.Nonzero().Select(1, 0);
            Tensor counts = rows.Positive.Sum(References).To(rows.Similarity.Type);
            return new Targets(rows.Similarity.MaskedSelect(rows.Positive), row, counts.IndexSelect(0, row));
        }
    }
}
