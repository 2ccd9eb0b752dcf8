using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>DSDH (Li et al., NeurIPS 2017): the likelihood of the pairs with a bank of codes, beside discrete codes from which a linear classifier tells the labels.</summary>
/// <remarks>As released, the discrete half trains nothing; see <see cref="DiscreteCodes"/>.</remarks>
public sealed record DsdhOptions : ITermOptions
{
    /// <summary>The discrete half.</summary>
    public DiscreteCodesOptions Discrete { get; init; } = new();

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CodeBank bank = new(context);
        PairTerm metric = RawPairs.Term(new PairLikelihoodLoss(new()), bank, context, Output);
        return new HashMethod(metric, new DiscreteCodes(bank, Discrete, context), new HashMethodOptions { Output = Output, QuantizationWeight = 1 });
    }
}
