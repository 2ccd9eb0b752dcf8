using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Negative log likelihood of who is similar to whom, given half the inner products: mean log(1 + e^θ) - s θ with θ = S / 2. What DPSH, DHN, DBDH and DSDH have in common.</summary>
/// <remarks>
/// <para>Balanced, positives and negatives are averaged on their own and the two means added (HashNet).</para>
/// <para>With the margin m: mean s log(1 + e^(m - θ)) + (1 - s) log(1 + e^(m + θ)), which is the same where m = 0. The mean runs over all pairs that are positive or negative.</para>
/// <para>The derivative with respect to θ is σ(m + θ) on negatives and -σ(m - θ) on positives, so σ(θ) - s where m = 0, also at θ = 0, and 0 where θ is cut off.</para>
/// </remarks>
/// <param name="options">Scale, margin, bounds.</param>
public sealed class PairLikelihoodLoss(PairLikelihoodOptions options) : WeightedRowPairLoss
{
    /// <inheritdoc/>
    public override bool IsPairwise => true;

    private bool IsCut => options.Lowest is not null || options.Highest is not null;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        (Tensor Exponents, Tensor Counted) pairs = Exponents(rows);
        return options.Balanced ? [Part(Side(pairs, rows.Positive)), Part(Side(pairs, rows.Negative))] : [Part(pairs)];
    }

    /// <inheritdoc/>
    /// <remarks>The exponents' sigmoids, with the sign of their pair.</remarks>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        (Tensor exponents, Tensor counted) = Exponents(rows);
        Tensor slopes = exponents.Sigmoid() * options.Scale;
        Tensor weights = rows.Positive.Where(-slopes, slopes);
        weights = IsCut ? weights.MaskedFill(Cut(rows.Similarity * options.Scale), 0) : weights;
        return options.Balanced
            ? [Weighted((exponents, counted), weights, rows.Positive), Weighted((exponents, counted), weights, rows.Negative)]
            : [new WeightedPart(Part((exponents, counted)), weights)];
    }

    private static WeightedPart Weighted((Tensor, Tensor) pairs, Tensor weights, Tensor side) => new(Part(Side(pairs, side)), weights.MaskedFill(side.Not(), 0));

    private static (Tensor Exponents, Tensor Counted) Side((Tensor Exponents, Tensor Counted) pairs, Tensor side) => (side.Where(pairs.Exponents, double.NegativeInfinity), side);

    private static RowPart Part((Tensor Exponents, Tensor Counted) pairs) => new(pairs.Exponents.Softplus().Sum(), pairs.Counted.Sum().To(pairs.Exponents.Type));

    /// <summary>m - θ on positives, m + θ on negatives, -∞ on what is neither; and what is either.</summary>
    private (Tensor Exponents, Tensor Counted) Exponents(PairBatch rows)
    {
        Tensor theta = rows.Similarity * options.Scale;
        theta = IsCut ? theta.Clamp(options.Lowest, options.Highest) : theta;
        Tensor signed = rows.Positive.Where(-theta, theta), counted = rows.Positive.Or(rows.Negative);
        signed = options.Margin == 0 ? signed : signed + options.Margin;
        return (counted.Where(signed, double.NegativeInfinity), counted);
    }

    private Tensor Cut(Tensor theta)
    {
        Tensor low = theta.LessThan(options.Lowest ?? double.NegativeInfinity), high = theta.GreaterThan(options.Highest ?? double.PositiveInfinity);
        return low.Or(high);
    }
}

/// <summary>Settings of <see cref="PairLikelihoodLoss"/>; the defaults are those of DPSH (Li et al., IJCAI 2016).</summary>
public sealed record PairLikelihoodOptions
{
    /// <summary>θ over S; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 0.5;

    /// <summary>Whether positives and negatives are averaged on their own and the means added.</summary>
    public bool Balanced { get; init; }

    /// <summary>m, by how much θ must be on its pair's side of 0; finite.</summary>
    public double Margin { get; init => field = Require.Finite(value); }

    /// <summary>θ below is cut off there and has no derivative; null for no bound.</summary>
    public double? Lowest { get; init; }

    /// <summary>θ above is cut off there and has no derivative; null for no bound.</summary>
    public double? Highest { get; init; }
}
