using Semblance.Tensors;

namespace Semblance.Models.Layers;

/// <summary>s (x W^T + b) with one factor s an output: n × in to n × out.</summary>
/// <remarks>The factors begin at 1, so that weights of a <see cref="Linear"/> layer give what they gave there (learnable weight scaling, Kang et al., ICLR 2020).</remarks>
public sealed class ScaledLinear : Module
{
    /// <summary>Name of the factors in the layer.</summary>
    public const string Factors = "scale";

    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly Parameter _scale;

    /// <summary>Makes the layer.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="outputs">Numbers out.</param>
    /// <param name="bias">Whether each output has a constant of its own.</param>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public ScaledLinear(int inputs, int outputs, bool bias = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        _weight = AddParameter("weight", outputs, inputs);
        _bias = bias ? AddParameter("bias", outputs) : null;
        _scale = AddParameter(Factors, outputs);
    }

    /// <summary>Weights of each output as they count, factors included.</summary>
    internal Tensor Weight => _weight.Value * _scale.Value.Unsqueeze(1);

    /// <summary>Constants as they count; null without.</summary>
    internal Tensor? Bias => _bias is null ? null : _bias.Value * _scale.Value;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        using Tensor plain = Functional.Linear(input, _weight.Value, _bias?.Value);
        return plain * _scale.Value;
    }

    /// <inheritdoc/>
    protected override void Reset(FirstValues values)
    {
        Linear.Reset(values, Draw.Default, _weight, _bias, _weight.Value.Size(1), _weight.Value.Size(0));
        FirstValues.Constant(_scale, 1);
    }
}
