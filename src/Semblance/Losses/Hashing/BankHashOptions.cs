using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>What hash methods that compare a batch with a bank of codes have in common; each adds its metric loss and its quantiser.</summary>
/// <remarks>Rows are compared as they are, not normalised, and a row counts as positive to itself. Formulas and defaults are those of the released code.</remarks>
public abstract record BankHashOptions : ITermOptions
{
    /// <summary>With what the rows of a batch are compared.</summary>
    public HashReferences References { get; init; }

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <summary>Weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <summary>The metric loss for a number of bits.</summary>
    public abstract IPairLoss Metric(int bits);

    /// <summary>The quantiser.</summary>
    public abstract IQuantizer Quantizer(TermContext context);

    /// <summary>What metric and quantiser see instead of raw outputs; null shows them those.</summary>
    protected virtual IRelaxation? Relaxation => null;

    /// <inheritdoc/>
    public virtual ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        HashMethodOptions method = new() { Output = Output, QuantizationWeight = QuantizationWeight, QuantizesRelaxed = Relaxation is not null };
        return new HashMethod(MetricTerm(context, Compared(context)), Quantizer(context), method, Relaxation);
    }

    /// <inheritdoc/>
    public virtual string? Warning(TermContext context) => null;

    /// <summary>The metric loss against references.</summary>
    private protected PairTerm MetricTerm(TermContext context, IPairReferences references) => RawPairs.Term(Metric(context.Dimensions), references, context, Output, Pairs);

    /// <summary>How pairs are made, where the metric loss asks for more than inner products.</summary>
    private protected virtual PairTermOptions Pairs(PairTermOptions given) => given;

    private IPairReferences Compared(TermContext context) => References == HashReferences.Bank ? new CodeBank(context) : new BatchCodes(References == HashReferences.Symmetric);
}

/// <summary>With what a method of the family compares the rows of a batch.</summary>
public enum HashReferences
{
    /// <summary>The latest codes of all training images, which are constants (<see cref="CodeBank"/>); as published.</summary>
    Bank,

    /// <summary>The batch, as constants.</summary>
    Batch,

    /// <summary>The batch, with the gradient through both rows of a pair.</summary>
    Symmetric,
}
