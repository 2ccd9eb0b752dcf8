using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Lifted structure loss (Song et al., CVPR 2016, equation 4): every positive pair against the negatives of both its ends.</summary>
/// <remarks>
/// Per ordered positive pair (i, j): J = log(Σ over negatives k of i of e^(q - D_ik) + Σ over negatives k of j of e^(q - D_jk)) + D_ij - p; the loss is the mean of [J]₊² / 2 over
/// positive pairs; with cosines as in <see cref="LiftedStructureLoss"/>. A logarithm over no negatives counts as 0. It looks at the row of the other end and so is no row loss:
/// it keeps all similarities of a batch. Against references that are not the batch, the other end's negatives are not known and only the anchor's count.
/// </remarks>
public sealed class OriginalLiftedStructureLoss(LiftedStructureOptions options) : IWeightedPairLoss
{
    private readonly double positiveBound = options.Distance.Bound(options.PositiveBound);
    private readonly double negativeBound = options.Distance.Bound(options.NegativeBound);

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Sides sides = Of(pairs);
        return (sides.Excess.Square().Sum() / 2 / pairs.Positive.CountTrue(sides.Excess.Type)).ConnectedTo(pairs.Similarity);
    }

    /// <inheritdoc/>
    public Tensor Weights(PairBatch pairs)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Sides sides = Of(pairs);
        // A pair's excess falls to the two ends by their shares of the sum, and at each end to its negatives by theirs.
        Tensor ownShare = Share(sides.Own.Unsqueeze(1), sides.Both), own = (sides.Excess * ownShare).Sum(1);
        Tensor ends = sides.IsSelf ? own + (sides.Excess * Share(sides.Own.Unsqueeze(0), sides.Both)).Sum(0) : own;
        Tensor negatives = Share((negativeBound - sides.Scores).MaskedFill(pairs.Negative.Not(), double.NegativeInfinity), sides.Own.Unsqueeze(1));
        Tensor weights = sides.Excess - (negatives * ends.Unsqueeze(1));
        return options.Distance.ToSimilarity(weights, sides.Scores) / pairs.Positive.CountTrue(weights.Type);
    }

    private Sides Of(PairBatch pairs)
    {
        Tensor scores = options.Distance.Scores(pairs.Similarity);
        bool isSelf = pairs.IsSelf();
        Tensor own = LogSumExp(negativeBound - scores, pairs.Negative);
        Tensor both = isSelf ? LogSum(own.Unsqueeze(1), own.Unsqueeze(0)) : own.Unsqueeze(1).Expand(scores.Shape);
        Tensor counted = both.MaskedFill(both.LessThan(Nothing / 2), 0);
        return new Sides(scores, own, both, (counted + scores - positiveBound).Relu().MaskedFill(pairs.Positive.Not(), 0), isSelf);
    }

    // Stands for the logarithm of an empty sum: finite, so that no infinity meets another.
    private const double Nothing = -1e4;

    private static Tensor LogSumExp(Tensor values, Tensor mask) => values.LogSumExpOrZero(mask).MaskedFill(mask.Any(1).Not(), Nothing);

    /// <summary>log(e^a + e^b).</summary>
    private static Tensor LogSum(Tensor a, Tensor b) => a.Maximum(b) + (-(a - b).Abs()).Softplus();

    private static Tensor Share(Tensor part, Tensor whole) => (part - whole).Exp().MaskedFill(whole.LessThan(Nothing / 2), 0);

    /// <summary>What value and weights are made of.</summary>
    /// <param name="Scores">Anchors × references.</param>
    /// <param name="Own">An anchor's logarithm over its negatives.</param>
    /// <param name="Both">A pair's logarithm over the negatives of both ends.</param>
    /// <param name="Excess">[J]₊ on positive pairs, 0 elsewhere.</param>
    /// <param name="IsSelf">Whether the other end is known.</param>
    private readonly record struct Sides(Tensor Scores, Tensor Own, Tensor Both, Tensor Excess, bool IsSelf);
}
