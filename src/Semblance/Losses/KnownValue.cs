using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses;

/// <summary>A value with derivatives that were computed beside it. Several are added up before the engine hears of them, for which they are then one operation.</summary>
/// <param name="value">The value.</param>
/// <param name="slopes">Its derivative with respect to each input, on the CPU and contiguous; belongs to this.</param>
internal sealed class KnownValue(double value, params IReadOnlyList<(Tensor Input, Tensor Slope)> slopes)
{
    private readonly List<(Tensor Input, Tensor Slope)> slopes = [.. slopes];

    /// <summary>The value.</summary>
    public double Value { get; private set; } = value;

    /// <summary>Adds a multiple of another.</summary>
    public void Add(KnownValue other, double weight)
    {
        Value += weight * other.Value;
        foreach ((Tensor input, Tensor slope) in other.slopes)
        {
            if (slopes.Find(own => ReferenceEquals(own.Input, input)) is not { Slope: { } sum })
            {
                slopes.Add((input, slope * weight));
            }
            else if (sum.Type == DataType.Float64)
            {
                SparsePairs.AddScaled(slope.Span<double>(), weight, sum.Span<double>());
            }
            else
            {
                SparsePairs.AddScaled(slope.Span<float>(), (float)weight, sum.Span<float>());
            }
        }
    }

    /// <summary>The value as a tensor that can be derived once.</summary>
    public Tensor Recorded() => Autograd.WithGradients(Value, [.. slopes.Select(part => part.Input)], [.. slopes.Select(part => part.Slope)]);
}

/// <summary>A term whose derivatives are known with its value where batch and settings allow it.</summary>
internal interface IKnownTerm : ITerm
{
    /// <summary>The value of <see cref="ITerm.Forward"/>; null where it is not known so.</summary>
    KnownValue? Known(TermInput input);
}
