using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>mean over the batch of |mean over the bits of x|^p: as many bits of a code are 1 as are 0 (DBDH, Zheng et al., Neurocomputing 2020).</summary>
/// <param name="power">p, 1 or 2.</param>
/// <remarks>0 where the outputs of every row add up to 0, however far they are from -1 and 1; DBDH cuts them off there.</remarks>
public sealed class BalanceQuantizer(int power = 2) : IQuantizer
{
    private readonly int power = Require.InRange(power, 1, 2, nameof(power));

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor excess = PairInputs.Precise(outputs).Mean(1);
        return (power == 1 ? excess.Abs() : excess.Square()).Sum() / Math.Max(1, outputs.Size(0));
    }
}
