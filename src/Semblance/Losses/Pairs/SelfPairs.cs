using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Tells a batch against itself from a batch against references, for losses that look at the rows of an anchor's positives.</summary>
internal static class SelfPairs
{
    /// <summary>Whether row j of the similarities belongs to reference j: as many anchors as references, and none paired with itself.</summary>
    public static bool IsSelf(this PairBatch pairs) =>
        pairs.Anchors == pairs.References && !pairs.Positive.Or(pairs.Negative).Diagonal().Any().ToBoolean();

    private static bool ToBoolean(this Tensor value) => value.ToDouble() != 0;
}
