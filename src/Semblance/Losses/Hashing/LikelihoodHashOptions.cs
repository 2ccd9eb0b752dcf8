using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>DPSH (Li et al., IJCAI 2016): the likelihood of the pairs, plus α mean (x - sign x)².</summary>
/// <remarks>The paper sums over pairs where the released code averages, so that its values of α do not transfer.</remarks>
public sealed record DpshOptions : BankHashOptions
{
    /// <inheritdoc/>
    public override IPairLoss Metric(int bits) => new PairLikelihoodLoss(new());

    /// <inheritdoc/>
    public override IQuantizer Quantizer(TermContext context) => new SignDistanceQuantizer();
}

/// <summary>DHN (Zhu et al., AAAI 2016): the likelihood of the pairs, plus α mean log cosh(|x| - 1).</summary>
public sealed record DhnOptions : BankHashOptions
{
    /// <inheritdoc/>
    public override IPairLoss Metric(int bits) => new PairLikelihoodLoss(new());

    /// <inheritdoc/>
    public override IQuantizer Quantizer(TermContext context) => new LogCoshQuantizer();
}

/// <summary>DBDH (Zheng et al., Neurocomputing 2020): the likelihood of the pairs of outputs cut off at -1 and 1, plus α times how unbalanced the bits of a code are.</summary>
public sealed record DbdhOptions : BankHashOptions
{
    /// <summary>p, the power to which the mean of a code's bits is raised; 1 or 2.</summary>
    public int Power { get; init => field = Require.InRange(value, 1, 2); } = 2;

    /// <inheritdoc/>
    protected override IRelaxation Relaxation => new ClipRelaxation();

    /// <inheritdoc/>
    public override IPairLoss Metric(int bits) => new PairLikelihoodLoss(new());

    /// <inheritdoc/>
    public override IQuantizer Quantizer(TermContext context) => new BalanceQuantizer(Power);
}
