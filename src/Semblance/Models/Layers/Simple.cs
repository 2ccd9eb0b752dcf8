using Semblance.Tensors;

namespace Semblance.Models.Layers;

/// <summary>max(0, x), in place: the output is the input's own tensor.</summary>
/// <remarks>What precedes must not need its output for its derivative; convolution, linear layers, batch norm and sums do not.</remarks>
public sealed class Relu : Module
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => InPlace(input);

    /// <summary>max(0, x), in place.</summary>
    /// <param name="input">What is changed.</param>
    /// <returns>The same tensor.</returns>
    internal static Tensor InPlace(Tensor input)
    {
        Operator.Of("aten::relu_").Run(input);
        return input;
    }
}

/// <summary>min(max(0, x), 6), in place: the output is the input's own tensor.</summary>
public sealed class Relu6 : Module
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        Operator.Of("aten::hardtanh_").Run(input, 0.0, 6.0);
        return input;
    }
}

/// <summary>Largest value of each window.</summary>
/// <param name="kernel">Side of the square window.</param>
/// <param name="stride">Pixels from window to window.</param>
/// <param name="padding">Rows and columns around the image that never win.</param>
/// <param name="ceiling">Whether a window that reaches beyond the edge counts.</param>
public sealed class MaxPool2d(int kernel, int stride, int padding = 0, bool ceiling = false) : Module
{
    private readonly long[] _kernel = [kernel, kernel];
    private readonly long[] _stride = [stride, stride];
    private readonly long[] _padding = [padding, padding];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Functional.MaxPool2d(input, _kernel, _stride, _padding, ceiling);
}

/// <summary>Means of as many windows as the output has pixels.</summary>
/// <param name="height">Rows of the output.</param>
/// <param name="width">Columns of the output.</param>
public sealed class AdaptiveAveragePool2d(int height, int width) : Module
{
    private readonly long[] _size = [height, width];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Functional.AdaptiveAveragePool2d(input, _size);
}

/// <summary>Mean of each window; zeros around the image count.</summary>
/// <param name="kernel">Side of the square window.</param>
/// <param name="stride">Pixels from window to window.</param>
/// <param name="padding">Zeros around the image.</param>
public sealed class AveragePool2d(int kernel, int stride, int padding = 0) : Module
{
    private readonly long[] _kernel = [kernel, kernel];
    private readonly long[] _stride = [stride, stride];
    private readonly long[] _padding = [padding, padding];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Functional.AveragePool2d(input, _kernel, _stride, _padding);
}

/// <summary>What becomes of the pixels of a map.</summary>
public enum Pooling
{
    /// <summary>Their mean.</summary>
    Average,

    /// <summary>The largest; where several are, they share the gradient.</summary>
    Max,
}

/// <summary>One number a channel: n × channels × height × width to n × channels.</summary>
public sealed class GlobalPool : Module
{
    private static readonly long[] s_image = [2, 3];

    /// <summary>Which number.</summary>
    public Pooling Kind { get; set; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Kind == Pooling.Max ? input.Max(s_image) : input.Mean(s_image);
    }
}

/// <summary>All dimensions after the first as one.</summary>
public sealed class Flatten : Module
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Flatten(1);
    }
}

/// <summary>In training sets a share of the values to 0 and scales the rest up; else passes its input through.</summary>
public sealed class Dropout : Module
{
    private readonly double _probability;

    /// <summary>Makes a dropout.</summary>
    /// <param name="probability">Share that is dropped, within [0, 1).</param>
    public Dropout(double probability = 0.5)
    {
        if (probability is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The dropped share must be at least 0 and below 1.");
        }
        _probability = probability;
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => IsTraining && _probability > 0 ? Functional.Dropout(input, _probability, training: true) : input;
}
