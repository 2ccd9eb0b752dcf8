using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>mean (x - sign x)², over the batch and the bits (DPSH, Li et al., IJCAI 2016, as released).</summary>
/// <remarks>What <see cref="SignQuantizer"/> sums: its weight depends neither on the batch nor on the bits. sign(0) = 0, so an output of 0 adds nothing and stays.</remarks>
public sealed class SignDistanceQuantizer : IQuantizer
{
    private static readonly SignQuantizer Total = new();

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return Total.Forward(outputs) / Math.Max(1, outputs.Count);
    }
}
