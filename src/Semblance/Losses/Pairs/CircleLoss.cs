using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Circle loss (Sun et al., CVPR 2020, equation 6).</summary>
/// <remarks>
/// Per anchor: log(1 + Σ+ e^(-gamma a+ (S - (1 - m))) Σ- e^(gamma a- (S - m))) with a+ = [1 + m - S]₊ and a- = [S + m]₊, which are constants for the
/// derivative. Averaged over the anchors whose loss is above 0; an anchor without positives or without negatives has none.
/// </remarks>
public sealed class CircleLoss(CircleOptions options) : WeightedRowPairLoss
{
    private const int References = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows) => Parts(rows, rows.Similarity);

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        (Tensor pullScale, Tensor pushScale) = Scales(rows.Similarity);
        (Tensor pull, Tensor push) = (pullScale * (rows.Similarity - (1 - options.Margin)), pushScale * (rows.Similarity - options.Margin));
        (Tensor pulls, Tensor pushes) = (pull.LogSumExpOrZero(rows.Positive), push.LogSumExpOrZero(rows.Negative));
        Tensor both = Both(rows);
        Tensor share = (pulls + pushes).Sigmoid().MaskedFill(both.Not(), 0).Unsqueeze(References);
        Tensor weights = ((pullScale * pull.ShareOf(pulls, rows.Positive)) + (pushScale * push.ShareOf(pushes, rows.Negative))) * share;
        return [new WeightedPart(Part(pulls + pushes, both), weights)];
    }

    /// <summary>The parts, with a+ and a- taken from other similarities: what the weights are the derivative of.</summary>
    internal IReadOnlyList<RowPart> Parts(PairBatch rows, Tensor held)
    {
        (Tensor pullScale, Tensor pushScale) = Scales(held.Detach());
        Tensor pulls = (pullScale * (rows.Similarity - (1 - options.Margin))).LogSumExpOrZero(rows.Positive);
        Tensor pushes = (pushScale * (rows.Similarity - options.Margin)).LogSumExpOrZero(rows.Negative);
        return [Part(pulls + pushes, Both(rows))];
    }

    private static RowPart Part(Tensor exponents, Tensor both) =>
        RowPart.OverNonZero(exponents.Unsqueeze(References).LogOnePlusSumExp(both.Unsqueeze(References), References));

    /// <summary>-gamma a+ and gamma a-.</summary>
    private (Tensor Pull, Tensor Push) Scales(Tensor similarity) =>
        ((1 + options.Margin - similarity).Relu() * -options.Gamma, (similarity + options.Margin).Relu() * options.Gamma);

    private static Tensor Both(PairBatch rows) => rows.Positive.Any(References).And(rows.Negative.Any(References));
}

/// <summary>Settings of <see cref="CircleLoss"/>; the defaults are the paper's for retrieval of fine classes.</summary>
public sealed record CircleOptions : IPairLossOptions
{
    /// <summary>m: positives are pulled to 1 - m and beyond, negatives pushed below m.</summary>
    public double Margin { get; init => field = Require.Finite(value); } = 0.4;

    /// <summary>gamma, sharpness; above 0.</summary>
    public double Gamma { get; init => field = Require.Positive(value); } = 80;

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new CircleLoss(this);
}
