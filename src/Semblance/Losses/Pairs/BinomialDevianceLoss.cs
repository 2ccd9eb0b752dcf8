using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Binomial deviance (Yi et al., ICPR 2014): a soft step for every pair, by its own similarity alone.</summary>
/// <remarks>
/// Per anchor mean+ log(1 + e^(alpha(lambda - S))) + cost · mean- log(1 + e^(beta(S - lambda))); over the batch the mean or the sum. An empty side adds 0.
/// </remarks>
public sealed class BinomialDevianceLoss(BinomialDevianceOptions options) : WeightedRowPairLoss
{
    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows) => [Part(rows, Exponents(rows))];

    /// <inheritdoc/>
    /// <remarks>The exponents' sigmoids, over the size of the anchor's side.</remarks>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        (Tensor pull, Tensor push) = Exponents(rows);
        Tensor pulls = Mean(pull.Sigmoid() * -options.Alpha, rows.Positive);
        Tensor pushes = Mean(push.Sigmoid() * (options.Beta * options.NegativeCost), rows.Negative);
        return [new WeightedPart(Part(rows, (pull, push)), pulls + pushes)];
    }

    private RowPart Part(PairBatch rows, (Tensor Pull, Tensor Push) exponents)
    {
        Tensor sum = Mean(exponents.Pull.Softplus(), rows.Positive).Sum() + (Mean(exponents.Push.Softplus(), rows.Negative).Sum() * options.NegativeCost);
        return options.Reduction == AnchorReduction.Mean ? RowPart.OverAnchors(sum, rows) : new RowPart(sum, Tensor.Scalar(0, sum.Type, sum.Device));
    }

    /// <summary>Values over the size of their anchor's side.</summary>
    private static Tensor Mean(Tensor values, Tensor mask) => values.MaskedFill(mask.Not(), 0) / mask.Sum(1, keepDimension: true).To(values.Type).Clamp(1, null);

    private (Tensor Pull, Tensor Push) Exponents(PairBatch rows)
    {
        Tensor shifted = rows.Similarity - options.Base;
        return (shifted * -options.Alpha, shifted * options.Beta);
    }
}

/// <summary>What is made of the anchors' losses.</summary>
public enum AnchorReduction
{
    /// <summary>Their mean over all anchors, also those without pairs.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,
}

/// <summary>Settings of <see cref="BinomialDevianceLoss"/>; the defaults are those of the comparison in Wang et al., CVPR 2019.</summary>
public sealed record BinomialDevianceOptions : IPairLossOptions
{
    /// <summary>alpha, sharpness on positive pairs; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 2;

    /// <summary>beta, sharpness on negative pairs; above 0.</summary>
    public double Beta { get; init => field = Require.Positive(value); } = 50;

    /// <summary>lambda, the similarity at which both sides stand half-way; finite.</summary>
    public double Base { get; init => field = Require.Finite(value); } = 0.5;

    /// <summary>Weight of the negative side; at least 0.</summary>
    public double NegativeCost { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>What is made of the anchors' losses.</summary>
    public AnchorReduction Reduction { get; init; }

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new BinomialDevianceLoss(this);
}
