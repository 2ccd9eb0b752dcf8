using Semblance.Tensors;

namespace Semblance.Models.Layers;

/// <summary>How the weights of a layer are drawn at first.</summary>
public enum Draw
{
    /// <summary>PyTorch's default: evenly within 1/sqrt(inputs), the bias too.</summary>
    Default,

    /// <summary>Normal with variance 2 / outputs (He et al., 2015, backward form); bias 0.</summary>
    HeNormalOutputs,

    /// <summary>Normal with variance 2 / inputs (He et al., 2015, forward form); bias as by default.</summary>
    HeNormalInputs,

    /// <summary>Evenly within sqrt(6 / inputs) (He et al., 2015); bias 0.</summary>
    HeUniform,

    /// <summary>Normal with deviation 0.01; bias 0.</summary>
    Small,
}

/// <summary>Convolution over images: n × in × height × width to n × out × height' × width'.</summary>
public sealed class Conv2d : Module
{
    private static readonly long[] s_one = [1, 1];

    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long _groups;
    private readonly Draw _draw;

    /// <summary>Makes a convolution.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Side of the square window.</param>
    /// <param name="stride">Pixels from window to window.</param>
    /// <param name="padding">Zeros around the image.</param>
    /// <param name="groups">Groups of channels that do not mix.</param>
    /// <param name="bias">Whether each output has a constant of its own.</param>
    /// <param name="draw">How the weights are drawn at first.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the channels do not divide into the groups.</exception>
    public Conv2d(int inputs, int outputs, int kernel, int stride = 1, int padding = 0, int groups = 1, bool bias = true, Draw draw = Draw.Default)
        : this(inputs, outputs, (kernel, kernel), stride, (padding, padding), groups, bias, draw)
    {
    }

    /// <summary>Makes a convolution with a window that need not be square.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Rows and columns of the window.</param>
    /// <param name="stride">Pixels from window to window.</param>
    /// <param name="padding">Rows of zeros above and below the image, columns of zeros to its left and right.</param>
    /// <param name="groups">Groups of channels that do not mix.</param>
    /// <param name="bias">Whether each output has a constant of its own.</param>
    /// <param name="draw">How the weights are drawn at first.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the channels do not divide into the groups.</exception>
    public Conv2d(int inputs, int outputs, (int Rows, int Columns) kernel, int stride, (int Rows, int Columns) padding, int groups = 1, bool bias = true, Draw draw = Draw.Default)
    {
        if (Math.Min(inputs, outputs) < 1 || Math.Min(kernel.Rows, kernel.Columns) < 1 || stride < 1 || Math.Min(padding.Rows, padding.Columns) < 0 || groups < 1 || inputs % groups != 0 || outputs % groups != 0)
        {
            throw new ArgumentException($"A convolution from {inputs} to {outputs} channels, window {kernel.Rows} x {kernel.Columns}, stride {stride}, padding {padding.Rows} and {padding.Columns}, {groups} groups cannot be; sizes are at least 1 and the groups divide the channels.");
        }
        _weight = AddParameter("weight", outputs, inputs / groups, kernel.Rows, kernel.Columns);
        _bias = bias ? AddParameter("bias", outputs) : null;
        _stride = [stride, stride];
        _padding = [padding.Rows, padding.Columns];
        _groups = groups;
        _draw = draw;
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Functional.Conv2d(input, _weight.Value, _bias?.Value, _stride, _padding, s_one, _groups);

    /// <inheritdoc/>
    protected override void Reset(FirstValues values)
    {
        long[] shape = _weight.Value.Shape;
        long window = shape[2] * shape[3];
        Linear.Reset(values, _draw, _weight, _bias, inputs: shape[1] * window, outputs: shape[0] * window);
    }
}
