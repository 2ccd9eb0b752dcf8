using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Generalised cross-entropy, GCE (Zhang and Sabuncu, NeurIPS 2018): (1 - p^q) / q for the label's probability p; a wrong label cannot cost more than 1 / q.</summary>
/// <remarks>Between cross-entropy, to which it tends with q towards 0, and half the absolute error, 1 - p, with q = 1.</remarks>
public sealed class GeneralizedCrossEntropyLoss(double q = 0.7) : ILogitLoss
{
    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        Tensor costs = Functional.CrossEntropies(logits, labels);
        return new(q == 0 ? costs : (costs * -q).Expm1() / -q);
    }
}

/// <summary>Settings of <see cref="GeneralizedCrossEntropyLoss"/>.</summary>
public sealed record GeneralizedCrossEntropyOptions : LogitLossOptions
{
    /// <summary>q; within [0, 1], and 0 is cross-entropy.</summary>
    public double Q { get; init => field = Require.InRange(value, 0, 1); } = 0.7;

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new GeneralizedCrossEntropyLoss(Q);
}
