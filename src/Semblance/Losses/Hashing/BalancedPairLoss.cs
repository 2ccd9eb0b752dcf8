using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>A loss over pairs with similar and dissimilar ones weighed alike, however many there are of either: the mean of the two losses that each kind has alone, or that of the only kind there is.</summary>
/// <param name="loss">A mean over pairs.</param>
/// <remarks>The weights N / N+ and N / N-, scaled to the mean 1 over all pairs. They depend on the whole batch, so that it is computed as a whole.</remarks>
internal sealed class BalancedPairLoss(IPairLoss loss) : IPairLoss
{
    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor none = pairs.Positive.And(pairs.Negative);
        Tensor similar = loss.Forward(pairs with { Negative = none }), dissimilar = loss.Forward(pairs with { Positive = none });
        Tensor kinds = pairs.Positive.Any().To(similar.Type) + pairs.Negative.Any().To(similar.Type);
        return (similar + dissimilar) / kinds.Clamp(1, null);
    }
}
