namespace Semblance.Tensors;

/// <summary>What networks are made of. Images are n × channels × height × width.</summary>
public static class Functional
{
    /// <summary>Convolution.</summary>
    public static Tensor Conv2d(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        Operator.Of("aten::conv2d").Call(input, weight, bias, stride, padding, dilation, groups);

    /// <summary>x W^T + b.</summary>
    public static Tensor Linear(Tensor input, Tensor weight, Tensor? bias) => Operator.Of("aten::linear").Call(input, weight, bias);

    /// <summary>Batch normalisation; in training it moves the running statistics.</summary>
    public static Tensor BatchNorm(Tensor input, Tensor? weight, Tensor? bias, Tensor? runningMean, Tensor? runningVariance, bool training, double momentum, double epsilon) =>
        Operator.Of("aten::batch_norm").Call(input, weight, bias, runningMean, runningVariance, training, momentum, epsilon, true);

    /// <summary>max(0, x) in place.</summary>
    public static Tensor ReluInPlace(Tensor input) => Operator.Of("aten::relu_").Call(input);

    /// <summary>x between bounds, in place.</summary>
    public static Tensor HardTanhInPlace(Tensor input, double min, double max) => Operator.Of("aten::hardtanh_").Call(input, min, max);

    /// <summary>Largest of each window.</summary>
    public static Tensor MaxPool2d(Tensor input, long[] kernel, long[] stride, long[] padding, bool ceiling = false) =>
        Operator.Of("aten::max_pool2d").Call(input, kernel, stride, padding, new long[] { 1, 1 }, ceiling);

    /// <summary>Mean of each window.</summary>
    public static Tensor AveragePool2d(Tensor input, long[] kernel, long[] stride, long[] padding, bool ceiling = false, bool countPadding = true) =>
        Operator.Of("aten::avg_pool2d").Call(input, kernel, stride, padding, ceiling, countPadding);

    /// <summary>Mean of as many windows as the output has elements.</summary>
    public static Tensor AdaptiveAveragePool2d(Tensor input, long[] size) => Operator.Of("aten::adaptive_avg_pool2d").Call(input, size);

    /// <summary>Zeroes a share of the elements in training and scales the rest up.</summary>
    public static Tensor Dropout(Tensor input, double probability, bool training) => Operator.Of("aten::dropout").Call(input, probability, training);

    /// <summary>Mean cross-entropy of softmax(logits) and class ids.</summary>
    /// <param name="logits">n × classes.</param>
    /// <param name="target">n class ids (int64), or n × classes probabilities.</param>
    /// <param name="weight">One a class, or null.</param>
    /// <param name="labelSmoothing">Within [0, 1).</param>
    public static Tensor CrossEntropy(Tensor logits, Tensor target, Tensor? weight = null, double labelSmoothing = 0) =>
        Operator.Of("aten::cross_entropy_loss").Call(logits, target, weight, 1L, -100L, labelSmoothing);

    /// <summary>Mean binary cross-entropy of sigmoid(logits) and targets of the same shape, stable.</summary>
    public static Tensor BinaryCrossEntropy(Tensor logits, Tensor target) => Operator.Of("aten::binary_cross_entropy_with_logits").Call(logits, target);

    /// <summary>Cross-entropy of softmax(logits) and class ids, one a row.</summary>
    /// <inheritdoc cref="CrossEntropy"/>
    public static Tensor CrossEntropies(Tensor logits, Tensor target, double labelSmoothing = 0) =>
        Operator.Of("aten::cross_entropy_loss").Call(logits, target, Argument.None, 0L, -100L, labelSmoothing);

    /// <summary>Binary cross-entropy of sigmoid(logits) and targets of the same shape, one an element, stable.</summary>
    public static Tensor BinaryCrossEntropies(Tensor logits, Tensor target) =>
        Operator.Of("aten::binary_cross_entropy_with_logits").Call(logits, target, Argument.None, Argument.None, 0L);

    /// <summary>Σ (a - b)², as one operation.</summary>
    public static Tensor SumOfSquares(Tensor a, Tensor b) => Operator.Of("aten::mse_loss").Call(a, b, 2L);

    /// <summary>Bilinear resizing.</summary>
    public static Tensor ResizeBilinear(Tensor input, long height, long width) =>
        Operator.Of("aten::upsample_bilinear2d").Call(input, new[] { height, width }, false);
}
