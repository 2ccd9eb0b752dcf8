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

/// <summary>Turns the features of a backbone into what is learned: a linear layer, with dropout before and scaling after it where asked for.</summary>
public sealed class Head : Module
{
    private readonly Dropout _dropout;
    private readonly Linear _linear;
    private readonly BatchNorm2d? _norm;
    private readonly bool _normalize;

    private Head(HeadOutput output, int inputs, int outputs, double dropout, bool normalize, bool batchNorm)
    {
        Output = output;
        Inputs = inputs;
        Outputs = outputs;
        _normalize = normalize;
        _dropout = AddPart("dropout", new Dropout(dropout));
        _linear = AddPart("linear", new Linear(inputs, outputs, bias: !batchNorm));
        _norm = batchNorm ? AddPart("norm", new BatchNorm2d(outputs, affine: false)) : null;
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
    /// <param name="dropout">Share of the input dropped in training.</param>
    public static Head Embedding(int inputs, int dimensions, bool normalize = true, double dropout = 0) => new(HeadOutput.Embedding, inputs, dimensions, dropout, normalize, batchNorm: false);

    /// <summary>A head for codes.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="bits">Bits in a code.</param>
    /// <param name="dropout">Share of the input dropped in training.</param>
    /// <param name="batchNorm">Whether each bit's outputs are centred and scaled by the batch, so that no bit dies (OrthoHash, Hoe et al., NeurIPS 2021).</param>
    public static Head Hash(int inputs, int bits, double dropout = 0, bool batchNorm = false) => new(HeadOutput.Code, inputs, bits, dropout, normalize: false, batchNorm);

    /// <summary>A head for classes.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="dropout">Share of the input dropped in training.</param>
    public static Head Classifier(int inputs, int classes, double dropout = 0) => new(HeadOutput.Logits, inputs, classes, dropout, normalize: false, batchNorm: false);

    /// <summary>Features to outputs.</summary>
    /// <param name="input">n × <see cref="Inputs"/>.</param>
    /// <returns>n × <see cref="Outputs"/>.</returns>
    public override Tensor Forward(Tensor input)
    {
        Tensor output = Sequential.Forward(input, [_dropout, _linear]);
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
