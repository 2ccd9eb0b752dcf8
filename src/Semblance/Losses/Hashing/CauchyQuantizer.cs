using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>mean log(1 + d(|u|, 1) / γ), d = K / 2 (1 - min(cos, 0.99)): every row of absolute values near the diagonal (DCH, Cao et al., CVPR 2018).</summary>
/// <param name="bits">K.</param>
/// <param name="gamma">γ, above 0.</param>
public sealed class CauchyQuantizer(int bits, double gamma = 20) : IQuantizer
{
    private readonly CauchyLoss cauchy = new(bits, gamma);

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor absolute = PairInputs.Precise(outputs).Abs();
        Tensor cosines = CosineBatchTerm.Cosines(absolute, Tensor.Ones([1, outputs.Size(1)], absolute.Type, absolute.Device));
        return (cauchy.Distance(cosines) / gamma).Log1p().Sum() / Math.Max(1, outputs.Size(0));
    }
}
