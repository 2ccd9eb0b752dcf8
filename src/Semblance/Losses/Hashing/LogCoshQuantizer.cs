using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>mean log cosh(|x| - 1): a square near the corners, the absolute distance far from them (DHN, Zhu et al., AAAI 2016).</summary>
/// <remarks>As |z| + log(1 + e^(-2|z|)) - log 2 with z = |x| - 1, which no output overflows. The derivative is tanh(|x| - 1) sign x.</remarks>
public sealed class LogCoshQuantizer : IQuantizer
{
    private static readonly double LogTwo = Math.Log(2);

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor distance = (PairInputs.Precise(outputs).Abs() - 1).Abs();
        return (distance + (distance * -2).Exp().Log1p() - LogTwo).Sum() / Math.Max(1, outputs.Count);
    }
}
