using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>A hash method: a metric term over relaxed outputs plus a weighted quantiser over raw ones, or over relaxed ones too. Each part can be replaced.</summary>
/// <param name="metric">Separates the classes.</param>
/// <param name="quantizer">Pulls outputs to -1 and 1; null for none.</param>
/// <param name="options">Weight of the quantiser and the output that is hashed.</param>
/// <param name="relaxation">What the metric sees instead of signs; null shows it the raw outputs.</param>
/// <remarks>On the CPU a hinged metric and <see cref="SignQuantizer"/> are one operation for the engine: the parts are then numbers without a derivative, and the value cannot be derived twice.</remarks>
public sealed class HashMethod(ITerm metric, IQuantizer? quantizer, HashMethodOptions options, IRelaxation? relaxation = null) : ITerm
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => metric.Parameters;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [.. metric.Buffers, .. quantizer?.Buffers ?? []];

    /// <inheritdoc/>
    /// <returns>The sum, and as its parts <c>metric</c> and <c>quantization</c>, the latter with its weight.</returns>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor raw = PairInputs.Precise(input.Outputs[options.Output]);
        Tensor relaxed = relaxation?.Apply(raw, input.Epoch) ?? raw, seen = options.StillsZeroRows ? ZeroRows.Still(relaxed) : relaxed;
        TermInput shown = ReferenceEquals(seen, input.Outputs[options.Output]) ? input : input with { Outputs = input.Outputs.With(options.Output, seen) };
        Tensor compared = options.QuantizesRelaxed ? relaxed : raw;
        return InOneGo(shown, compared) ?? OneByOne(shown, compared, input);
    }

    /// <summary>Metric and quantiser as one operation; null where the derivatives of either are not known with its value.</summary>
    private TermValue? InOneGo(TermInput shown, Tensor compared)
    {
        if (metric is not IKnownTerm term || quantizer is not SignQuantizer signs || compared.Device.IsCuda || term.Known(shown) is not { } sum)
        {
            return null;
        }
        KnownValue quantized = signs.Known(compared);
        (double separated, double weight) = (sum.Value, options.QuantizationWeight);
        sum.Add(quantized, weight);
        return new TermValue(sum.Recorded(), [("metric", Tensor.Scalar(separated, compared.Type)), ("quantization", Tensor.Scalar(quantized.Value * weight, compared.Type))]);
    }

    private TermValue OneByOne(TermInput shown, Tensor compared, TermInput input)
    {
        Tensor separated = metric.Forward(shown).Value;
        if (quantizer is null)
        {
            return new TermValue(separated, [("metric", separated)]);
        }
        Tensor quantized = quantizer.Forward(compared, input) * options.QuantizationWeight;
        return new TermValue(separated + quantized, [("metric", separated), ("quantization", quantized)]);
    }
}

/// <summary>Settings of <see cref="HashMethod"/>.</summary>
public sealed record HashMethodOptions
{
    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <summary>Whether the quantiser, too, sees relaxed outputs, as in methods that define their codes by them; else it sees raw ones.</summary>
    public bool QuantizesRelaxed { get; init; }

    /// <summary>Whether a row of nothing but 0, which has no direction, hands no derivative of the metric on, as one over cosines needs it.</summary>
    public bool StillsZeroRows { get; init; }

    /// <summary>beta, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.001;
}
