using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>DTSH (Wang et al., ACCV 2016): likelihood of triplets, plus λ mean (u - sign u)².</summary>
public sealed record DtshOptions : BatchHashOptions
{
    /// <summary>α, the margin in units of the inner product.</summary>
    public double Margin { get; init => field = Require.Finite(value); } = 5;

    /// <summary>λ, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 1;

    /// <inheritdoc/>
    public override ITerm Create(TermContext context) => new HashMethod(Pairs(new TripletLikelihoodLoss(Margin), context), new SignDistanceQuantizer(), Weighted(QuantizationWeight));
}
