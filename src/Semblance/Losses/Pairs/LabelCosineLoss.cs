using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Inner products that follow how alike the labels are: a likelihood where labels are equal or have nothing in common, a square in between (IDHN, Zhang et al., IEEE TMM 2019; ISDH, 2018).</summary>
/// <param name="options">Scale, weights, form of the square.</param>
/// <remarks>
/// With q the cosine of the two rows of labels (|shared| / (√|a| √|b| + 1e-5)) and t = α S, the mean over all pairs of: where q is above 0.99 or below 0.01, h (log(1 + e^t) - q t); elsewhere
/// γ (t + K - 2 q K)² with h = 1 (IDHN), or (q - σ(t))² with h = γ (ISDH). It asks for label cosines (<see cref="PairTermOptions.LabelCosines"/>); the relation of labels does not matter to it.
/// </remarks>
public sealed class LabelCosineLoss(LabelCosineOptions options) : WeightedRowPairLoss
{
    private const double Equal = 0.99, Foreign = 0.01;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        (Tensor cosine, Tensor scaled, Tensor hard) = Of(rows);
        return [Part(hard.Where(Likelihood(cosine, scaled), Square(cosine, scaled)))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        (Tensor cosine, Tensor scaled, Tensor hard) = Of(rows);
        RowPart part = Part(hard.Where(Likelihood(cosine, scaled), Square(cosine, scaled)));
        Tensor excess = scaled.Sigmoid() - cosine;
        return [new WeightedPart(part, hard.Where(excess * HardWeight, SquareSlope(cosine, scaled, excess)) * options.Alpha)];
    }

    private double HardWeight => options.Soft == LabelSquare.Product ? 1 : options.Gamma;

    private static RowPart Part(Tensor values) => new(values.Sum(), Tensor.Scalar(values.Count, values.Type, values.Device));

    private (Tensor Cosine, Tensor Scaled, Tensor Hard) Of(PairBatch rows)
    {
        Tensor cosine = rows.LabelCosine ?? throw new ArgumentException("the pairs have no cosines of labels; ask for them in the term's options (LabelCosines).", nameof(rows));
        return (cosine, rows.Similarity * options.Alpha, cosine.GreaterThan(Equal).Or(cosine.LessThan(Foreign)));
    }

    private Tensor Likelihood(Tensor cosine, Tensor scaled) => (scaled.Softplus() - (cosine * scaled)) * HardWeight;

    private Tensor Square(Tensor cosine, Tensor scaled) => options.Soft == LabelSquare.Product
        ? Distance(cosine, scaled).Square() * options.Gamma
        : (cosine - scaled.Sigmoid()).Square();

    private Tensor SquareSlope(Tensor cosine, Tensor scaled, Tensor excess)
    {
        if (options.Soft == LabelSquare.Product)
        {
            return Distance(cosine, scaled) * (2 * options.Gamma);
        }
        Tensor probability = scaled.Sigmoid();
        return excess * probability * (1 - probability) * 2;
    }

    /// <summary>t + K - 2 q K.</summary>
    private Tensor Distance(Tensor cosine, Tensor scaled) => scaled + options.Bits - (cosine * (2 * options.Bits));
}

/// <summary>Settings of <see cref="LabelCosineLoss"/>.</summary>
public sealed record LabelCosineOptions
{
    /// <summary>α, t over S; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 0.5;

    /// <summary>γ, weight of the square (IDHN) or of the likelihood (ISDH); at least 0.</summary>
    public double Gamma { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <summary>K; above 0.</summary>
    public required double Bits { get; init => field = Require.Positive(value); }

    /// <summary>What pairs between equal and foreign are measured by.</summary>
    public LabelSquare Soft { get; init; }
}

/// <summary>What <see cref="LabelCosineLoss"/> squares where labels are partly alike.</summary>
public enum LabelSquare
{
    /// <summary>How far the inner product is from that of binary codes with this cosine (IDHN).</summary>
    Product,

    /// <summary>How far the probability is from this cosine (ISDH).</summary>
    Probability,
}
