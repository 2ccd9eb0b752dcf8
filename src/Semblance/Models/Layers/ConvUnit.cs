using Semblance.Tensors;

namespace Semblance.Models.Layers;

/// <summary>Convolution without bias, batch normalisation and ReLU, named <c>conv</c> and <c>bn</c>: what torchvision's inception networks are made of.</summary>
internal sealed class ConvUnit : Module
{
    private const double Epsilon = 1e-3;
    private readonly Module[] _layers;

    /// <summary>Makes a unit.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Rows and columns of the window.</param>
    /// <param name="stride">Pixels from window to window.</param>
    /// <param name="padded">Whether zeros around the image make up for the window, so that at stride 1 the map keeps its size.</param>
    public ConvUnit(int inputs, int outputs, (int Rows, int Columns) kernel, int stride = 1, bool padded = true)
    {
        (int, int) padding = padded ? (kernel.Rows / 2, kernel.Columns / 2) : (0, 0);
        _layers =
        [
            AddPart("conv", new Conv2d(inputs, outputs, kernel, stride, padding, bias: false, draw: Draw.HeNormalOutputs)),
            AddPart("bn", new BatchNorm2d(outputs, epsilon: Epsilon)),
            new Relu(),
        ];
    }

    /// <inheritdoc cref="ConvUnit(int, int, ValueTuple{int, int}, int, bool)"/>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Side of the square window.</param>
    /// <param name="stride">Pixels from window to window.</param>
    /// <param name="padded">Whether zeros around the image make up for the window.</param>
    public ConvUnit(int inputs, int outputs, int kernel, int stride = 1, bool padded = true)
        : this(inputs, outputs, (kernel, kernel), stride, padded)
    {
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Sequential.Forward(input, _layers);
}
