using Semblance.Losses.Proxies;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

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
