using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Bootstrapping (Reed et al., ICLR workshop 2015): the target is partly the label and partly what the model says itself.</summary>
/// <remarks>
/// -Σ (beta one-hot + (1 - beta) z) log p. Soft: z = p, with its derivative, so that it is cross-entropy with minimum entropy; hard: z is one-hot at the largest logit, without one.
/// </remarks>
public sealed class BootstrappingLoss(BootstrappingOptions options) : ILogitLoss
{
    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(logits);
        double beta = options.EffectiveBeta;
        Tensor own = options.Hard
            ? Functional.CrossEntropies(logits, logits.Detach().ArgMax(1))
            : -(logits.Softmax(1) * logits.LogSoftmax(1)).Sum(1);
        return new((Functional.CrossEntropies(logits, labels) * beta) + (own * (1 - beta)));
    }
}

/// <summary>Settings of <see cref="BootstrappingLoss"/>.</summary>
public sealed record BootstrappingOptions : LogitLossOptions
{
    /// <summary>Whether the model's part of the target is one class; else its probabilities.</summary>
    public bool Hard { get; init; }

    /// <summary>beta, the label's part of the target; within [0, 1]. Null for the published 0.95 (soft) or 0.8 (hard).</summary>
    public double? Beta { get; init => field = value is { } given ? Require.InRange(given, 0, 1) : null; }

    /// <summary>beta in force.</summary>
    public double EffectiveBeta => Beta ?? (Hard ? 0.8 : 0.95);

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new BootstrappingLoss(this);
}
