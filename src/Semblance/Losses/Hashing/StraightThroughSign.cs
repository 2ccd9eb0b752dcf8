using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Signs forward, the identity backward (GreedyHash, Su et al., NeurIPS 2018).</summary>
/// <remarks>An output of 0 counts as 1, as in codes.</remarks>
public sealed class StraightThroughSign : IRelaxation
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor outputs, double epoch)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor constant = outputs.Detach();
        return (constant.AtLeast(0).To(outputs.Type) * 2) - 1 + (outputs - constant);
    }
}
