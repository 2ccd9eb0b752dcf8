using System.Numerics;
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
/// grows with the batch and the bits; the two references keep the balance. On the CPU it cannot be derived twice.
/// </remarks>
public sealed class SignQuantizer(int? referenceBatch = null, int? referenceBits = null) : IQuantizer
{
    // Values whose squares are added up in their own precision.
    private const int Block = 1024;

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor precise = PairInputs.Precise(outputs);
        return precise.Device.IsCuda ? Functional.SumOfSquares(precise, precise.Detach().Sign()) * Share(outputs) : Known(precise).Recorded();
    }

    /// <summary>Value and derivative in one pass; recorded, they are six operators.</summary>
    /// <param name="outputs">n × bits on the CPU, in single or double precision.</param>
    internal KnownValue Known(Tensor outputs) => outputs.Type == DataType.Float64 ? Known<double>(outputs, Share(outputs)) : Known<float>(outputs, Share(outputs));

    private static KnownValue Known<T>(Tensor outputs, double share)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor slopes = Tensor.Empty(outputs.Shape, outputs.Type);
        Span<T> slope = slopes.Span<T>();
        outputs.Detach().Contiguous().Span<T>().CopyTo(slope);
        double sum = 0;
        for (int first = 0; first < slope.Length; first += Block)
        {
            sum += PullToSigns(slope.Slice(first, Math.Min(Block, slope.Length - first)), T.CreateChecked(2 * share));
        }
        return new KnownValue(sum * share, (outputs, slopes));
    }

    /// <summary>Σ (x - sign x)²; every value becomes its x - sign x times a factor.</summary>
    private static double PullToSigns<T>(Span<T> values, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector<T> one = Vector<T>.One, sums = Vector<T>.Zero, factors = new(factor);
        int k = 0;
        for (; k + Vector<T>.Count <= values.Length; k += Vector<T>.Count)
        {
            Vector<T> x = new(values[k..]);
            Vector<T> off = x - (Vector.GreaterThan(x, Vector<T>.Zero) & one) + (Vector.LessThan(x, Vector<T>.Zero) & one);
            sums += off * off;
            (off * factors).CopyTo(values[k..]);
        }
        T sum = Vector.Sum(sums);
        foreach (ref T value in values[k..])
        {
            T off = value > T.Zero ? value - T.One : value < T.Zero ? value + T.One : value;
            sum += off * off;
            value = off * factor;
        }
        return double.CreateTruncating(sum);
    }

    private double Share(Tensor outputs) => Share(referenceBatch, outputs.Size(0)) * Share(referenceBits, outputs.Size(1));

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
