using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>General Pair Weighting: one weight a pair describes a pair loss completely.</summary>
/// <remarks>
/// Wang et al., CVPR 2019, section 3. The weights G = dL/dS give the gradient of the embeddings: (G + Gᵀ) X for a batch against itself, G R for
/// constant references R.
/// </remarks>
public static class PairWeights
{
    /// <summary>dL/dS by automatic differentiation; every ordered pair is a variable of its own.</summary>
    /// <param name="loss">Any pair loss.</param>
    /// <param name="pairs">The pairs; their similarities are taken as constants.</param>
    /// <returns>Anchors × references; not above 0 on positives and not below 0 on negatives for most losses.</returns>
    public static Tensor Of(IPairLoss loss, PairBatch pairs)
    {
        ArgumentNullException.ThrowIfNull(loss);
        using Autograd.Mode recorded = Autograd.EnableGrad();
        Tensor similarity = pairs.Similarity.Detach();
        similarity.RequiresGrad = true;
        return Autograd.Grad([loss.Forward(pairs with { Similarity = similarity })], [similarity])[0];
    }

    /// <summary>Weights of graded pairs: those of positive pairs are multiplied by their degree, whatever the loss.</summary>
    /// <param name="weights">dL/dS of a loss that knows of no degrees, anchors × references.</param>
    /// <param name="pairs">The pairs that have the weights.</param>
    public static Tensor Graded(Tensor weights, PairBatch pairs)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return pairs.Grade is null ? weights : weights * pairs.Grade.MaskedFill(pairs.Positive.Not(), 1);
    }

    /// <summary>The same pairs, whose similarities hand on the derivative of a loss as <see cref="Graded(Tensor, PairBatch)"/> has it; its value stays as it is.</summary>
    public static PairBatch Graded(PairBatch pairs)
    {
        if (pairs.Grade is null)
        {
            return pairs;
        }
        Tensor constant = pairs.Similarity.Detach();
        return pairs with { Similarity = constant + Graded(pairs.Similarity - constant, pairs) };
    }

    /// <summary>dL/dS of the pairs that a miner leaves, in closed form where the loss has one; 0 for the others.</summary>
    internal static Tensor After(IMiner? miner, IPairLoss loss, PairBatch pairs)
    {
        PairBatch mined = miner?.Mine(pairs) ?? pairs;
        return Graded(loss is IWeightedPairLoss weighted ? weighted.Weights(mined) : Of(loss, mined), mined);
    }

    /// <summary>A linear stand-in with exactly the gradient of the weights: Σ w S, with w constant.</summary>
    /// <remarks>Trains any rule for weights, also one that is the derivative of no loss. Its value means nothing.</remarks>
    public static Tensor Surrogate(Tensor weights, PairBatch pairs)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return (weights.Detach() * pairs.Similarity).Sum();
    }
}
