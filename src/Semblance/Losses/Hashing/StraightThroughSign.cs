using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Signs forward, the identity backward (GreedyHash, Su et al., NeurIPS 2018).</summary>
/// <remarks>The sign of 0 is 0, as in the released code; in codes it counts as 1.</remarks>
public sealed class StraightThroughSign : IRelaxation
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor outputs, double epoch)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor constant = outputs.Detach();
        return constant.Sign() + (outputs - constant);
    }
}
