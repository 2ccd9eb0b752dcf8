using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Heads;

/// <summary>What a head gives.</summary>
public enum HeadOutput
{
    /// <summary>An embedding: real numbers.</summary>
    Embedding,

    /// <summary>A code before it is cut to bits: one real number a bit, whose sign is the bit.</summary>
    Code,

    /// <summary>One number a class.</summary>
    Logits,
}

/// <summary>Turns the features of a backbone into what is learned: a linear layer, with a hidden layer and dropout before and scaling after it where asked for.</summary>
public sealed class Head : Module
{
    private readonly Module[] _layers;
    private readonly Module _last;
    private readonly bool _normalize;

    private Head(HeadOutput output, int inputs, int outputs, HeadOptions options, bool normalize = false, bool batchNorm = false, bool scale = false, Func<int, Module>? linear = null)
    {
        Output = output;
        Inputs = inputs;
        Outputs = outputs;
        _normalize = normalize;
        List<Module> layers = [];
        if (options.Hidden is { } hidden)
        {
            layers.Add(AddPart("hidden", new Linear(inputs, hidden)));
            layers.Add(AddPart("relu", new Relu()));
        }
        layers.Add(AddPart("dropout", new Dropout(options.Dropout)));
        int width = options.Hidden ?? inputs;
        layers.Add(_last = AddPart("linear", linear?.Invoke(width) ?? new Linear(width, outputs, bias: !batchNorm, draw: batchNorm ? Draw.Small : Draw.Default)));
        if (batchNorm)
        {
            layers.Add(AddPart("norm", new BatchNorm2d(outputs, affine: scale)));
        }
        _layers = [.. layers];
    }

    /// <summary>What it gives.</summary>
    public HeadOutput Output { get; }

    /// <summary>Numbers in.</summary>
    public int Inputs { get; }

    /// <summary>Numbers out: dimensions, bits or classes.</summary>
    public int Outputs { get; }

    /// <summary>A head for embeddings.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="dimensions">Numbers in an embedding.</param>
    /// <param name="normalize">Whether embeddings are scaled to length 1.</param>
    /// <param name="options">What lies before the linear layer; nothing if left out.</param>
    public static Head Embedding(int inputs, int dimensions, bool normalize = true, HeadOptions? options = null) => new(HeadOutput.Embedding, inputs, dimensions, options ?? new(), normalize);

    /// <summary>A head for codes.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="bits">Bits in a code.</param>
    /// <param name="batchNorm">Whether each bit's outputs are centred and scaled by the batch, so that no bit dies; the linear layer then has no bias and begins small (OrthoHash, Hoe et al., NeurIPS 2021).</param>
    /// <param name="options">What lies before the linear layer; nothing if left out.</param>
    /// <param name="scale">Whether, after <paramref name="batchNorm"/>, a scale and a shift of each bit are learned; without it every bit's outputs have deviation 1.</param>
    public static Head Hash(int inputs, int bits, bool batchNorm = false, HeadOptions? options = null, bool scale = false) =>
        new(HeadOutput.Code, inputs, bits, options ?? new(), batchNorm: batchNorm, scale: scale);

    /// <summary>A head for classes.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="options">What lies before the linear layer; nothing if left out.</param>
    /// <param name="classifier">How inputs become logits; a linear layer with bias if left out.</param>
    public static Head Classifier(int inputs, int classes, HeadOptions? options = null, ClassifierOptions? classifier = null) =>
        new(HeadOutput.Logits, inputs, classes, options ?? new(), linear: width => (classifier ?? new()).Layer(width, classes));

    /// <summary>How long the weights of each output of the last layer are, and its bias; null where logits do not depend on lengths.</summary>
    internal ClassWeights? ClassWeights()
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        (Tensor? weight, Tensor? bias) = _last switch
        {
            Linear linear => (linear.Weight, linear.Bias),
            ScaledLinear scaled => (scaled.Weight, scaled.Bias),
            _ => (null, null),
        };
        return weight is null ? null : new ClassWeights(Numbers(weight.Square().Sum(1).Sqrt()), bias is null ? new double[Outputs] : Numbers(bias));
    }

    private static double[] Numbers(Tensor values) => values.To(DataType.Float64).ToArray<double>();

    /// <summary>Features to outputs.</summary>
    /// <param name="input">n × <see cref="Inputs"/>.</param>
    /// <returns>n × <see cref="Outputs"/>.</returns>
    public override Tensor Forward(Tensor input)
    {
        Tensor output = Sequential.Forward(input, _layers);
        if (!_normalize)
        {
            return output;
        }
        using (output)
        {
            return output.Normalize();
        }
    }
}

/// <summary>What a linear classifier has of each class.</summary>
/// <param name="Lengths">Length of its weights.</param>
/// <param name="Biases">Its bias.</param>
public sealed record ClassWeights(double[] Lengths, double[] Biases);

/// <summary>What lies before the linear layer of a <see cref="Head"/>.</summary>
public sealed record HeadOptions
{
    /// <summary>Share of the linear layer's input that is dropped in training; at least 0 and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Width of a hidden layer, linear and max(0, x), before the dropout; null for none.</summary>
    public int? Hidden { get; init; }
}
