using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Choices of one pair an anchor, as masks; none where an anchor has no pair to choose from.</summary>
internal static class Choices
{
    private const int References = 1;

    /// <summary>The least similar of the pairs that a mask holds, the first among equals.</summary>
    public static Tensor Least(Tensor similarity, Tensor mask) => Most(-similarity, mask);

    /// <summary>The most similar of the pairs that a mask holds, the first among equals.</summary>
    public static Tensor Most(Tensor similarity, Tensor mask)
    {
        Tensor place = similarity.MaskedFill(mask.Not(), double.NegativeInfinity).ArgMax(References, keepDimension: true);
        return Tensor.Arange(0, similarity.Size(References), device: similarity.Device).Unsqueeze(0).EqualTo(place).And(mask);
    }

    /// <summary>Chosen positives and negatives, for anchors with at least one of each.</summary>
    public static PairBatch Keep(PairBatch pairs, Tensor positive, Tensor negative)
    {
        Tensor both = positive.Any(References, keepDimension: true).And(negative.Any(References, keepDimension: true));
        return pairs with { Positive = positive.And(both), Negative = negative.And(both) };
    }
}
