using Semblance.Tensors;

namespace Semblance.Models.Layers;

/// <summary>x W^T + b: n × in to n × out.</summary>
public sealed class Linear : Module
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly Draw _draw;

    /// <summary>Makes a linear layer.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="outputs">Numbers out.</param>
    /// <param name="bias">Whether each output has a constant of its own.</param>
    /// <param name="draw">How the weights are drawn at first.</param>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public Linear(int inputs, int outputs, bool bias = true, Draw draw = Draw.Default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        _weight = AddParameter("weight", outputs, inputs);
        _bias = bias ? AddParameter("bias", outputs) : null;
        _draw = draw;
    }

    /// <summary>out × in.</summary>
    internal Tensor Weight => _weight.Value;

    /// <summary>One number an output; null without a bias.</summary>
    internal Tensor? Bias => _bias?.Value;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Functional.Linear(input, _weight.Value, _bias?.Value);

    /// <inheritdoc/>
    protected override void Reset(FirstValues values) => Reset(values, _draw, _weight, _bias, _weight.Value.Size(1), _weight.Value.Size(0));

    /// <summary>Draws weights and bias.</summary>
    /// <param name="values">Where they come from.</param>
    /// <param name="draw">How.</param>
    /// <param name="weight">The weights.</param>
    /// <param name="bias">The bias, or null.</param>
    /// <param name="inputs">Numbers that one output sees.</param>
    /// <param name="outputs">Numbers that one input reaches.</param>
    internal static void Reset(FirstValues values, Draw draw, Parameter weight, Parameter? bias, long inputs, long outputs)
    {
        switch (draw)
        {
            case Draw.HeNormalOutputs: values.Normal(weight, Math.Sqrt(2.0 / outputs)); break;
            case Draw.HeNormalInputs: values.Normal(weight, Math.Sqrt(2.0 / inputs)); break;
            case Draw.HeUniform: values.Uniform(weight, Math.Sqrt(6.0 / inputs)); break;
            case Draw.Small: values.Normal(weight, 0.01); break;
            default: values.Uniform(weight, 1 / Math.Sqrt(inputs)); break;
        }
        if (bias is not null)
        {
            values.Uniform(bias, draw is Draw.Default or Draw.HeNormalInputs ? 1 / Math.Sqrt(inputs) : 0);
        }
    }
}
