using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Outputs cut off at -1 and 1; what is beyond has no derivative (DBDH, Zheng et al., Neurocomputing 2020).</summary>
public sealed class ClipRelaxation : IRelaxation
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor outputs, double epoch)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return outputs.Clamp(-1, 1);
    }
}
