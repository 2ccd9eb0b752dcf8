using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>SoftTriple (Qian et al., ICCV 2019): softmax over classes that have several centres each, softly assigned.</summary>
/// <param name="options">Centres, gamma, margin and scale.</param>
/// <remarks>
/// Pairs are rows × centres, K for each class beside one another. S of a class is Σ_k softmax(s / gamma)_k s_k over its centres; then cross-entropy of scale S, with S - margin on the own
/// class (equation 9). gamma divides: 0.1 sharpens ten times. A far centre of the own class can be repelled while a near one is attracted. The regulariser on centres belongs to
/// <see cref="SoftTripleTerm"/>.
/// </remarks>
public sealed class SoftTripleLoss(SoftTripleOptions options) : RowPairLoss
{
    private readonly CosFaceLoss soft = new(new CosFaceOptions { Margin = options.Margin, Scale = options.Scale });

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows) => soft.Parts(rows.SoftCenter(options.Centers, options.Gamma));
}

/// <summary>Settings of <see cref="SoftTripleLoss"/> and its term; the defaults are the paper's.</summary>
public sealed record SoftTripleOptions : ITermOptions
{
    /// <summary>K, centres a class; at least 1.</summary>
    public int Centers { get; init => field = Require.AtLeast(value, 1); } = 10;

    /// <summary>lambda of the paper, what similarities are multiplied by; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 20;

    /// <summary>gamma, the temperature of the assignment to centres; above 0.</summary>
    public double Gamma { get; init => field = Require.Positive(value); } = 0.1;

    /// <summary>delta of the paper, what is taken from the similarity to the own class; at least 0.</summary>
    public double Margin { get; init => field = Require.NotNegative(value); } = 0.01;

    /// <summary>tau, weight of the regulariser that lets centres of a class merge; at least 0.</summary>
    public double Tau { get; init => field = Require.NotNegative(value); } = 0.2;

    /// <summary>The model's output that is compared.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    public ITerm Create(TermContext context) => new SoftTripleTerm(this, ProxyTerm.Draw(context, Centers));
}
