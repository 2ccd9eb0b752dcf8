using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>HashNet (Cao et al., ICCV 2017): likelihood of pairs of tanh(β u), similar and dissimilar ones averaged on their own, β growing.</summary>
public sealed record HashNetOptions : BatchHashOptions
{
    /// <summary>α, what inner products are multiplied by; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 0.1;

    /// <summary>Passes between two steps of β = √(⌊pass / every⌋ + 1); at least 1.</summary>
    public int Every { get; init => field = Require.AtLeast(value, 1); } = 20;

    /// <summary>The metric loss, of relaxed outputs.</summary>
    public IPairLoss Metric() => new PairLikelihoodLoss(new() { Scale = Alpha, Balanced = true });

    /// <inheritdoc/>
    public override ITerm Create(TermContext context) => new HashMethod(Pairs(Metric(), context), null, Weighted(0), new TanhContinuation(Every));
}
