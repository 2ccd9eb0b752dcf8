using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>What IDHN and ISDH have in common: inner products of soft signs follow the cosines of labels, plus λ mean | |x| - 1 |.</summary>
public abstract record LabelCosineHashOptions : BankHashOptions
{
    /// <summary>α, scale of the inner products; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 0.5;

    /// <summary>γ; at least 0.</summary>
    public double Gamma { get; init => field = Require.NotNegative(value); }

    /// <summary>What pairs of partly equal labels are measured by.</summary>
    private protected abstract LabelSquare Soft { get; }

    /// <inheritdoc/>
    protected override IRelaxation Relaxation => new SoftSignRelaxation();

    /// <inheritdoc/>
    public override IPairLoss Metric(int bits) => new LabelCosineLoss(new() { Alpha = Alpha, Gamma = Gamma, Bits = bits, Soft = Soft });

    /// <inheritdoc/>
    public override IQuantizer Quantizer(TermContext context) => new CornerQuantizer();

    private protected override PairTermOptions Pairs(PairTermOptions given) => given with { LabelCosines = true };
}

/// <summary>IDHN (Zhang et al., IEEE TMM 2019): γ weighs the square of pairs of partly equal labels.</summary>
public sealed record IdhnOptions : LabelCosineHashOptions
{
    /// <summary>The released settings.</summary>
    public IdhnOptions() => Gamma = 0.1;

    private protected override LabelSquare Soft => LabelSquare.Product;
}

/// <summary>ISDH (Zhang et al., 2018): γ weighs the likelihood of pairs of equal or foreign labels.</summary>
public sealed record IsdhOptions : LabelCosineHashOptions
{
    /// <summary>The released settings.</summary>
    public IsdhOptions() => Gamma = 10;

    private protected override LabelSquare Soft => LabelSquare.Probability;
}
