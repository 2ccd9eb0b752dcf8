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
