using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>QSMIH (Passalis and Tefas, 2021): quadratic mutual information of rows of length 1, plus α mean | |û| - 1 |.</summary>
public sealed record QsmihOptions : BatchHashOptions
{
    /// <summary>α, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.01;

    /// <summary>Whether similar pairs are drawn to a product of 1 and not beyond.</summary>
    public bool SquareClamp { get; init; } = true;

    /// <inheritdoc/>
    public override ITerm Create(TermContext context) =>
        new HashMethod(Pairs(new SquaredMutualInformationLoss(SquareClamp), context), new CornerQuantizer(), Weighted(QuantizationWeight) with { QuantizesRelaxed = true }, new UnitRelaxation());
}
