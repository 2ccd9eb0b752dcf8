using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>DCH (Cao et al., CVPR 2018): Cauchy cross-entropy and Cauchy quantiser.</summary>
public sealed record DchOptions : BatchHashOptions
{
    /// <summary>γ; above 0.</summary>
    public double Gamma { get; init => field = Require.Positive(value); } = 20;

    /// <summary>λ, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <inheritdoc/>
    public override ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CosineBatchTerm metric = new(new CauchyLoss(context.Dimensions, Gamma), context.Relation, Output);
        return new HashMethod(metric, new CauchyQuantizer(context.Dimensions, Gamma), Weighted(QuantizationWeight));
    }
}
