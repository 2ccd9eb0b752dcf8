using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Supervised contrastive loss (Khosla et al., NeurIPS 2020, equation 2); with one positive an anchor, InfoNCE (van den Oord et al., 2018).</summary>
/// <remarks>
/// Per anchor: the mean over its positives of -log q, where q is the softmax of S / t over its positives and negatives. Averaged over the anchors
/// whose loss is above 0. An anchor without positives has none, nor has one without negatives, as in pytorch-metric-learning.
/// The weight (1 / positives - q) / t of a positive pair is below 0, so that the pair is pushed apart, once its share q exceeds its due.
/// </remarks>
public sealed class SupConLoss(SupConOptions options) : WeightedRowPairLoss
{
    private const int References = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        Tensor exponents = rows.Similarity / options.Temperature;
        return [Part(rows, exponents, exponents.LogSumExpOrZero(rows.Positive.Or(rows.Negative)))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Tensor exponents = rows.Similarity / options.Temperature, counted = rows.Positive.Or(rows.Negative);
        Tensor sums = exponents.LogSumExpOrZero(counted);
        Tensor due = rows.Positive.To(exponents.Type) / Positives(rows, exponents.Type).Unsqueeze(References);
        Tensor weights = (exponents.ShareOf(sums, counted) - due).MaskedFill(Both(rows).Not().Unsqueeze(References), 0) / options.Temperature;
        return [new WeightedPart(Part(rows, exponents, sums), weights)];
    }

    private static RowPart Part(PairBatch rows, Tensor exponents, Tensor sums)
    {
        Tensor mean = exponents.MaskedFill(rows.Positive.Not(), 0).Sum(References) / Positives(rows, exponents.Type);
        return RowPart.OverNonZero((sums - mean).MaskedFill(Both(rows).Not(), 0));
    }

    private static Tensor Positives(PairBatch rows, DataType type) => rows.Positive.Sum(References).To(type).Clamp(1, null);

    private static Tensor Both(PairBatch rows) => rows.Positive.Any(References).And(rows.Negative.Any(References));
}

/// <summary>Settings of <see cref="SupConLoss"/>; the default is the paper's.</summary>
public sealed record SupConOptions : IPairLossOptions
{
    /// <summary>t, what similarities are divided by; above 0.</summary>
    public double Temperature { get; init => field = Require.Positive(value); } = 0.1;

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new SupConLoss(this);
}
