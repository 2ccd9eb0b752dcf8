using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>A smoothed hinge on similar and one on dissimilar pairs, from the symmetric divergence between who is similar and an exponential of the distance: strong on near pairs, bounded on distant ones.</summary>
/// <param name="options">α and the direction.</param>
/// <param name="slope">t over S is -slope: half of β times what S is multiplied by to be an inner product of codes.</param>
/// <param name="offset">t where S is 0: half of β times the bits.</param>
/// <remarks>
/// <para>t = offset - slope S is β times a distance in bits, and u = e^-t. Similar: u (log α - t - log(1 + (α - 1) u)) + log α - log(α - 1 + u). Dissimilar: u log(α / (α - 1)). The mean over all pairs.</para>
/// <para>A RECONSTRUCTION of the dual hinge loss (Yan et al., ACM MM 2019), whose exact published form is not public; docs/losses.md says what is known.</para>
/// </remarks>
public sealed class DualHingeLoss(DualHingeOptions options, double slope, double offset) : WeightedRowPairLoss
{
    private readonly double excess = options.Alpha - 1;
    private readonly double logAlpha = Math.Log(options.Alpha);
    private readonly double saturation = Math.Log(options.Alpha / (options.Alpha - 1));

    private bool ModelToTarget => options.Direction != DualHingeDirection.TargetToModel;

    private bool TargetToModel => options.Direction != DualHingeDirection.ModelToTarget;

    /// <inheritdoc/>
    public override bool IsPairwise => true;

    /// <summary>The loss for codes of a number of bits.</summary>
    public static DualHingeLoss For(DualHingeOptions options, int bits)
    {
        ArgumentNullException.ThrowIfNull(options);
        double half = options.BetaFor(bits) / 2;
        return new DualHingeLoss(options, half * (options.Distance == DualHingeDistance.Cosine ? bits : 1), half * bits);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        Tensor t = offset - (rows.Similarity * slope);
        return [Part(rows.Positive.Where(Similar(t), Dissimilar(t)), rows)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Tensor t = offset - (rows.Similarity * slope), counted = rows.Positive.Or(rows.Negative);
        Tensor dissimilar = Dissimilar(t);
        Tensor weights = rows.Positive.Where(SimilarSlope(t), -dissimilar) * -slope;
        return [new WeightedPart(Part(rows.Positive.Where(Similar(t), dissimilar), rows), weights.MaskedFill(counted.Not(), 0))];
    }

    /// <summary>Of a similar pair; 0 at t = 0, at most log(α / (α - 1)).</summary>
    internal Tensor Similar(Tensor t)
    {
        Tensor u = (-t).Exp(), sum = u.ZerosLike();
        if (ModelToTarget)
        {
            sum = sum + (u * (logAlpha - t - (u * excess).Log1p()));
        }
        return TargetToModel ? sum + logAlpha - (u + excess).Log() : sum;
    }

    /// <summary>Its derivative with respect to t.</summary>
    internal Tensor SimilarSlope(Tensor t)
    {
        Tensor u = (-t).Exp(), sum = u.ZerosLike();
        if (ModelToTarget)
        {
            sum = sum - (u * ((logAlpha - t - (u * excess).Log1p()) + 1)) + (u.Square() * excess / ((u * excess) + 1));
        }
        return TargetToModel ? sum + (u / (u + excess)) : sum;
    }

    /// <summary>Of a dissimilar pair; its derivative with respect to t is its negative.</summary>
    internal Tensor Dissimilar(Tensor t) => ModelToTarget ? (-t).Exp() * saturation : t.ZerosLike();

    private static RowPart Part(Tensor costs, PairBatch rows)
    {
        Tensor counted = rows.Positive.Or(rows.Negative);
        return new RowPart(costs.SumWhere(counted), counted.Sum().To(costs.Type));
    }
}
