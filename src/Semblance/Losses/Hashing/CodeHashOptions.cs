using Semblance.Losses.Proxies;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>CSQ (Yuan et al., CVPR 2020): cross-entropy of every bit to the centre of the class, plus λ mean (|tanh u| - 1)².</summary>
public sealed record CsqOptions : ITermOptions
{
    /// <summary>How the centres are found.</summary>
    public CodebookKind Centers { get; init; } = CodebookKind.Hadamard;

    /// <summary>Which labels of an image count.</summary>
    public CodeLabels Labels { get; init; }

    /// <summary>λ, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 1e-4;

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are fewer codes of so many bits than classes.</exception>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Create(HashTargets.Of(Codebook.For(Centers, context), context, Labels));
    }

    /// <summary>The term with given centres.</summary>
    public ITerm Create(HashTargets targets)
    {
        // Cross-entropy takes tanh within a logarithm and sees raw outputs: tanh rounds to 1.
        RelaxedQuantizer quantizer = new(new CornerQuantizer(2), new TanhRelaxation());
        return new HashMethod(new CodeTerm(new CodeCrossEntropy(), targets, Output), quantizer, new HashMethodOptions { Output = Output, QuantizationWeight = QuantizationWeight });
    }
}

/// <summary>DPN (Fan et al., IJCAI 2020): every output beyond a margin on the side of the class's target, mean [m - u h]₊.</summary>
public sealed record DpnOptions : ITermOptions
{
    /// <summary>m; at least 0.</summary>
    public double Margin { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>p, the share of -1 in a target; within (0, 1).</summary>
    public double Negative { get; init => field = Require.Below(Require.Positive(value), 0, 1); } = 0.5;

    /// <summary>Released "-T": outputs are made ternary before they are compared, and nothing has a derivative.</summary>
    public bool Ternary { get; init; }

    /// <summary>Released "-A": targets are renewed after every pass (<see cref="CenterAdaptation"/>).</summary>
    public bool Adaptive { get; init; }

    /// <summary>Which labels of an image count.</summary>
    public CodeLabels Labels { get; init; }

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are fewer codes of so many bits than classes.</exception>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Create(HashTargets.Of(Codebook.For(CodebookKind.Balanced, context, Negative), context, Labels), Adaptive ? new CenterAdaptation(context, Margin) : null);
    }

    /// <summary>The term with given targets.</summary>
    public ITerm Create(HashTargets targets, CenterAdaptation? adaptation = null) => new CodeTerm(new PolarizationLoss(Margin, Ternary), targets, Output, adaptation);

    /// <inheritdoc/>
    public string? Warning(TermContext context) => Ternary ? "Ternary outputs have no derivative: this term trains nothing, as in the released code. Leave ternary out." : null;
}

/// <summary>GreedyHash (Su et al., NeurIPS 2018): a linear classifier of the signs, whose derivative goes through them, plus α mean | |u| - 1 |³.</summary>
public sealed record GreedyHashOptions : ITermOptions
{
    /// <summary>α, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <summary>Which labels of an image count; the released code takes the first.</summary>
    public CodeLabels Labels { get; init; } = CodeLabels.First;

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    public ITerm Create(TermContext context) => Create(LinearClassTerm.Draw(context));

    /// <summary>The term with given weights of the classifier, classes × bits.</summary>
    public ITerm Create(Tensor weights)
    {
        LinearClassTerm classifier = new(weights, new LinearClassOptions { Output = Output, Labels = Labels });
        return new HashMethod(classifier, new CornerQuantizer(3), new HashMethodOptions { Output = Output, QuantizationWeight = QuantizationWeight }, new StraightThroughSign());
    }
}

/// <summary>OrthoHash (Hoe et al., NeurIPS 2021): cross-entropy of cosines to a fixed codebook with a margin. Its outputs are those of a batch norm.</summary>
public sealed record OrthoHashOptions : ITermOptions
{
    /// <summary>Scale, margin, and what several labels are.</summary>
    public CodebookSoftmaxOptions Softmax { get; init; } = new();

    /// <summary>How the codebook is found.</summary>
    public CodebookKind Codebook { get; init; } = CodebookKind.Bernoulli;

    /// <summary>Weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); }

    /// <summary>The quantiser.</summary>
    public CodeDistance Quantizer { get; init; }

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are fewer codes of so many bits than classes.</exception>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Create(Hashing.Codebook.For(Codebook, context).ToTensor(context.Type, context.Device));
    }

    /// <summary>The term with a given codebook, classes × bits.</summary>
    public ITerm Create(Tensor codes)
    {
        ProxyTerm metric = new(new CodebookSoftmaxLoss(Softmax), codes, new ProxyTermOptions { Output = Output, Trained = false });
        return new HashMethod(metric, QuantizationWeight > 0 ? Distance() : null, new HashMethodOptions { Output = Output, QuantizationWeight = QuantizationWeight });
    }

    private IQuantizer Distance() => Quantizer switch
    {
        CodeDistance.L1 => new CornerQuantizer(),
        CodeDistance.L2 => new SignDistanceQuantizer(),
        _ => new CosineQuantizer(),
    };
}

/// <summary>How far outputs are from their signs.</summary>
public enum CodeDistance
{
    /// <summary>1 less the cosine, a mean over images.</summary>
    Cs,

    /// <summary>The absolute difference, a mean over all outputs.</summary>
    L1,

    /// <summary>The squared difference, a mean over all outputs.</summary>
    L2,
}
