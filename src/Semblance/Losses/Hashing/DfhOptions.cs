using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>DFH (Li et al., BMVC 2019): the likelihood of the pairs with a margin, plus η times the distance to signs that lean to centres of the classes.</summary>
public sealed record DfhOptions : BankHashOptions
{
    private const double Lowest = -100, Highest = 50; // θ is cut off there in the released code.

    /// <summary>The released settings.</summary>
    public DfhOptions() => QuantizationWeight = 0.5;

    /// <summary>m, by how much half the inner product must be on its side of 0; finite.</summary>
    public double Margin { get; init => field = Require.Finite(value); } = 3;

    /// <summary>The centres.</summary>
    public FisherCentersOptions Centers { get; init; } = new();

    /// <inheritdoc/>
    public override IPairLoss Metric(int bits) => new PairLikelihoodLoss(new() { Margin = Margin, Lowest = Lowest, Highest = Highest });

    /// <inheritdoc/>
    public override IQuantizer Quantizer(TermContext context) => new FisherCenters(Centers, context);
}
