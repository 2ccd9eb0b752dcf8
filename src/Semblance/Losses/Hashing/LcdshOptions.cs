using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>LCDSH (Zhu and Gao, IJCAI 2017): likelihood of pairs, plus λ times how far their probabilities are from those of the signs.</summary>
public sealed record LcdshOptions : BatchHashOptions
{
    private const double Bound = 50;

    /// <summary>λ, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 3;

    /// <inheritdoc/>
    public override ITerm Create(TermContext context) =>
        new HashMethod(Pairs(new PairLikelihoodLoss(new() { Lowest = -Bound, Highest = Bound }), context), new SimilarityQuantizer(), Weighted(QuantizationWeight));
}
