namespace Semblance.Losses.Hashing;

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
