using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>The positives of every anchor one after the other, so that something can be asked of each positive against all references with memory for one.</summary>
internal static class PositiveSlots
{
    private const int References = 1;

    /// <summary>For the first, second, third positive of all anchors: which reference it is (n × 1, int64) and whether the anchor has so many (n × 1, bool).</summary>
    public static IEnumerable<(Tensor Index, Tensor Exists)> Of(PairBatch pairs)
    {
        Tensor counts = pairs.Positive.Sum(References, keepDimension: true);
        long most = counts.Count == 0 || pairs.References == 0 ? 0 : counts.Max().ToInt64();
        if (most == 0)
        {
            yield break;
        }
        (_, Tensor order) = pairs.Positive.To(DataType.UInt8).TopK(most, References);
        for (long slot = 0; slot < most; slot++)
        {
            yield return (order.Narrow(References, slot, 1), counts.GreaterThan(slot));
        }
    }
}
