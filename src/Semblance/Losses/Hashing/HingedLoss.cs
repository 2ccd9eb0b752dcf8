using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>HHF around any pair loss over cosines: the loss sees positives as at most 1 - delta similar and negatives as at least zeta + delta, so that beyond it neither pulls nor pushes.</summary>
/// <remarks>
/// The derivative is 0 at the corners and beyond. What a loss adds for every pair however far, such as the other pairs of a softmax, stays in its value and no longer in its gradient.
/// Losses that HHF was published with have their own forms, which differ (<see cref="HhfOptions"/>); <see cref="IHingedLoss"/> hands those out.
/// </remarks>
public static class HingedLoss
{
    /// <summary>The loss with a hinge: its own form where it has one, else the same loss over clamped similarities.</summary>
    /// <remarks>Still a row loss, in blocks and with weights in closed form, where the loss is one.</remarks>
    public static IPairLoss Of(IPairLoss loss, HashHinge hinge)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(hinge);
        return loss switch
        {
            IHingedLoss own => own.WithHinge(hinge),
            WeightedRowPairLoss weighted => new WeightedRows(weighted, hinge),
            RowPairLoss rows => new Rows(rows, hinge),
            IWeightedPairLoss weighted => new Weighted(weighted, hinge),
            _ => new Plain(loss, hinge),
        };
    }

    /// <summary>The pairs as the loss sees them, and those that are beyond the hinge.</summary>
    private static (PairBatch Pairs, Tensor Beyond) Clamped(PairBatch pairs, HashHinge hinge)
    {
        double near = 1 - hinge.Slack, far = hinge.Inflection + hinge.Slack;
        Tensor pulled = pairs.Positive.And(pairs.Similarity.AtLeast(near)), pushed = pairs.Negative.And(pairs.Similarity.AtMost(far));
        return (pairs with { Similarity = pairs.Similarity.MaskedFill(pulled, near).MaskedFill(pushed, far) }, pulled.Or(pushed));
    }

    private static Tensor Value(IPairLoss loss, PairBatch pairs, HashHinge hinge) => loss.Forward(Clamped(pairs, hinge).Pairs).ConnectedTo(pairs.Similarity);

    private static Tensor Weights(IWeightedPairLoss loss, PairBatch pairs, HashHinge hinge)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        (PairBatch clamped, Tensor beyond) = Clamped(pairs, hinge);
        return loss.Weights(clamped).MaskedFill(beyond, 0);
    }

    private sealed class Plain(IPairLoss loss, HashHinge hinge) : IPairLoss
    {
        public IReadOnlyList<(string Name, Tensor Value)> Parameters => loss.Parameters;

        public Tensor Forward(PairBatch pairs) => Value(loss, pairs, hinge);
    }

    private sealed class Weighted(IWeightedPairLoss loss, HashHinge hinge) : IWeightedPairLoss
    {
        public IReadOnlyList<(string Name, Tensor Value)> Parameters => loss.Parameters;

        public Tensor Forward(PairBatch pairs) => Value(loss, pairs, hinge);

        public Tensor Weights(PairBatch pairs) => HingedLoss.Weights(loss, pairs, hinge);
    }

    private sealed class Rows(RowPairLoss loss, HashHinge hinge) : RowPairLoss
    {
        public override IReadOnlyList<(string Name, Tensor Value)> Parameters => loss.Parameters;

        public override IReadOnlyList<RowPart> Parts(PairBatch rows) => loss.Parts(Clamped(rows, hinge).Pairs);
    }

    private sealed class WeightedRows(WeightedRowPairLoss loss, HashHinge hinge) : WeightedRowPairLoss
    {
        public override IReadOnlyList<(string Name, Tensor Value)> Parameters => loss.Parameters;

        public override bool IsPairwise => loss.IsPairwise;

        public override IReadOnlyList<RowPart> Parts(PairBatch rows) => loss.Parts(Clamped(rows, hinge).Pairs);

        public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
        {
            (PairBatch clamped, Tensor beyond) = Clamped(rows, hinge);
            return [.. loss.WeightedParts(clamped).Select(part => part with { Weights = part.Weights.MaskedFill(beyond, 0) })];
        }
    }
}

/// <summary>A pair loss that has a published form with HHF's hinge.</summary>
public interface IHingedLoss : IPairLoss
{
    /// <summary>The loss in that form.</summary>
    IPairLoss WithHinge(HashHinge hinge);
}

/// <summary>A term over cosines that HHF's hinge can be put into.</summary>
public interface IHingedTerm : ITerm
{
    /// <summary>The term with the hinge; it takes over the parameters and buffers of this one, which is not to be used any more.</summary>
    /// <exception cref="ArgumentException">The term does not compare by cosines.</exception>
    ITerm WithHinge(HashHinge hinge);
}
