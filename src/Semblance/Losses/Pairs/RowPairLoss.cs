using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A pair loss whose anchors do not look at each other's rows: it can be computed some anchors at a time, so that a batch of any size fits into memory.</summary>
/// <remarks>The loss is the sum over its parts of Σ sums / Σ counts; both run over all anchors, in however many blocks those come.</remarks>
public abstract class RowPairLoss : IPairLoss
{
    /// <inheritdoc/>
    public virtual IReadOnlyList<(string Name, Tensor Value)> Parameters => [];

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor total = pairs.Similarity.Sum() * 0; // Stays connected to the inputs where no pair counts, and a NaN that no mask holds is not lost.
        foreach (RowPart part in Parts(pairs))
        {
            total = total + part.Quotient;
        }
        return total;
    }

    /// <summary>What some anchors add to the loss; the sums differentiate with respect to <see cref="PairBatch.Similarity"/>.</summary>
    /// <param name="rows">Some anchors against all references.</param>
    /// <returns>Always as many parts, in the same order, whatever the rows hold.</returns>
    public abstract IReadOnlyList<RowPart> Parts(PairBatch rows);
}

/// <summary>A row loss whose pair weights are known in closed form.</summary>
public abstract class WeightedRowPairLoss : RowPairLoss, IWeightedPairLoss
{
    /// <summary>Whether a pair's share of the sums depends on its own similarity alone, so that (i, j) and (j, i) weigh the same: half of a batch against itself then tells all.</summary>
    public virtual bool IsPairwise => false;

    /// <summary>The parts with the derivative of their sums, without recording anything.</summary>
    /// <param name="rows">Some anchors against all references.</param>
    /// <returns>Sums and counts as of <see cref="RowPairLoss.Parts"/>.</returns>
    public abstract IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows);

    /// <inheritdoc/>
    public Tensor Weights(PairBatch pairs)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor? total = null;
        foreach (WeightedPart part in WeightedParts(pairs))
        {
            Tensor weights = part.Weights / part.Part.Divisor;
            total = total is null ? weights : total + weights;
        }
        return total ?? pairs.Similarity.ZerosLike();
    }
}

/// <summary>A sum over anchors and the number that divides it.</summary>
/// <param name="Sum">A scalar.</param>
/// <param name="Count">A scalar of the same type, not differentiated: anchors, or terms that are not 0. A sum over nothing counts 0.</param>
public readonly record struct RowPart(Tensor Sum, Tensor Count)
{
    /// <summary>The number that divides, at least 1.</summary>
    public Tensor Divisor => Count.Clamp(1, null);

    /// <summary>The part's share of the loss.</summary>
    public Tensor Quotient => Sum / Divisor;

    /// <summary>A sum divided by the number of anchors.</summary>
    public static RowPart OverAnchors(Tensor sum, PairBatch rows)
    {
        ArgumentNullException.ThrowIfNull(sum);
        return new RowPart(sum, Tensor.Scalar(rows.Anchors, sum.Type).To(sum.Device));
    }

    /// <summary>The sum of what the anchors add, divided by the number of those above 0.</summary>
    /// <param name="losses">One an anchor.</param>
    public static RowPart OverNonZero(Tensor losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        return new RowPart(losses.Sum(), losses.GreaterThan(0).Sum().To(losses.Type));
    }
}

/// <summary>A part with its pair weights.</summary>
/// <param name="Part">Sum and count.</param>
/// <param name="Weights">Derivative of the sum with respect to every similarity, anchors × references; not divided by the count.</param>
public readonly record struct WeightedPart(RowPart Part, Tensor Weights);
