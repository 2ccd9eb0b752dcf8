using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>mean of 1 - cos(u, sign u): angles to the nearest code, lengths left alone (OrthoHash, Hoe et al., NeurIPS 2021). A row of 0 adds 1.</summary>
public sealed class CosineQuantizer : IQuantizer
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor precise = PairInputs.Precise(outputs);
        Tensor cosines = (precise.Normalize() * precise.Detach().Sign().Normalize()).Sum(1);
        return (1 - cosines).Sum() / Math.Max(1, outputs.Size(0));
    }
}
