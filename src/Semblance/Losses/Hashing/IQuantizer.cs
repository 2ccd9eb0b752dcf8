using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Says how far real-valued outputs are from binary codes.</summary>
public interface IQuantizer
{
    /// <summary>A scalar; 0 where every output is -1 or 1.</summary>
    /// <param name="outputs">n × bits, raw.</param>
    Tensor Forward(Tensor outputs);

    /// <summary>The same for quantisers that also look at labels, or keep something from step to step.</summary>
    /// <param name="outputs">n × bits, raw.</param>
    /// <param name="input">The batch that they are of.</param>
    Tensor Forward(Tensor outputs, TermInput input) => Forward(outputs);

    /// <summary>What is kept from step to step, for checkpoints; names are unique, shapes stay as they are.</summary>
    IReadOnlyList<(string Name, Tensor Value)> Buffers => [];
}

/// <summary>Σ (sign(x) - x)², a sum over the batch and the bits.</summary>
/// <param name="referenceBatch">Null, or the batch at which the weight was tuned (HHF: 85): the sum is multiplied by it over the present batch.</param>
/// <param name="referenceBits">Null, or the bits at which the weight was tuned: the sum is multiplied by them over the present bits.</param>
/// <remarks>
/// Its derivative is 2(x - sign x) with sign(0) = 0: it sets magnitudes and leaves angles to the metric. Because it is a sum, its weight against a loss that is a mean
/// grows with the batch and the bits; the two references keep the balance.
/// </remarks>
public sealed class SignQuantizer(int? referenceBatch = null, int? referenceBits = null) : IQuantizer
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor precise = PairInputs.Precise(outputs);
        return Functional.SumOfSquares(precise, precise.Detach().Sign()) * (Share(referenceBatch, outputs.Size(0)) * Share(referenceBits, outputs.Size(1)));
    }

    private static double Share(int? reference, long present) => reference is { } tuned && present > 0 ? (double)tuned / present : 1;
}

/// <summary>mean | |x| - 1 |^p.</summary>
/// <param name="power">At least 1: 1 as DSH, 3 as GreedyHash.</param>
public sealed class CornerQuantizer(double power = 1) : IQuantizer
{
    private readonly double power = power >= 1 && double.IsFinite(power) ? power : throw new ArgumentOutOfRangeException(nameof(power), power, "power must be a finite number of at least 1.");

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor distance = (PairInputs.Precise(outputs).Abs() - 1).Abs();
        return (power == 1 ? distance : distance.Pow(power)).Sum() / Math.Max(1, outputs.Count);
    }
}
