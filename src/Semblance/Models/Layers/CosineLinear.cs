using Semblance.Tensors;

namespace Semblance.Models.Layers;

/// <summary>scale cos(x, w) + b: n × in to n × out, by the angle between the input and the weights of each output.</summary>
/// <remarks>A row of zeros has cosine 0 with everything. Weights are drawn as those of <see cref="Linear"/>; the bias begins at 0.</remarks>
public sealed class CosineLinear : Module
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly double _scale;

    /// <summary>Makes the layer.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="outputs">Numbers out.</param>
    /// <param name="scale">What cosines are multiplied by; above 0.</param>
    /// <param name="bias">Whether each output has a constant of its own.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the scale is not above 0.</exception>
    public CosineLinear(int inputs, int outputs, double scale = 1, bool bias = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        _scale = Require.Positive(scale, nameof(scale));
        _weight = AddParameter("weight", outputs, inputs);
        _bias = bias ? AddParameter("bias", outputs) : null;
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Tensor rows = input.Normalize();
        using Tensor weights = _weight.Value.Normalize();
        using Tensor cosines = Functional.Linear(rows, weights, null);
        Tensor scaled = cosines * _scale;
        if (_bias is null)
        {
            return scaled;
        }
        using (scaled)
        {
            return scaled + _bias.Value;
        }
    }

    /// <inheritdoc/>
    protected override void Reset(FirstValues values)
    {
        Linear.Reset(values, Draw.Default, _weight, null, _weight.Value.Size(1), _weight.Value.Size(0));
        if (_bias is not null)
        {
            FirstValues.Constant(_bias, 0);
        }
    }
}
