using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>What hash methods that compare a batch with itself have in common: every row with every row, itself too, not normalised, the gradient through both.</summary>
/// <remarks>Formulas and defaults are those of the released code of DeepHash-pytorch.</remarks>
public abstract record BatchHashOptions : ITermOptions
{
    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    public abstract ITerm Create(TermContext context);

    private protected PairTerm Pairs(IPairLoss loss, TermContext context, PairMeasure measure = PairMeasure.Product) =>
        RawPairs.Term(loss, new BatchCodes(symmetric: true), context, Output, pairs => pairs with { Measure = measure });

    private protected HashMethodOptions Weighted(double weight) => new() { Output = Output, QuantizationWeight = weight };
}
