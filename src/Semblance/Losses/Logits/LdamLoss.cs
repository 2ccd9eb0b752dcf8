using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Label-distribution-aware margins (Cao et al., NeurIPS 2019; released code, LDAM-DRW): the rarer a class, the wider its margin.</summary>
/// <remarks>
/// Logits are cosines. The label's is lessened by m = max-margin n^(-1/4) / max n^(-1/4), so that the rarest class has max-margin; all are multiplied by scale; then cross-entropy. With weights of classes
/// the sum over the batch is divided by the sum of the weights.
/// </remarks>
public sealed class LdamLoss : ILogitLoss
{
    private readonly LdamOptions options;
    private readonly ClassPrior prior;
    private readonly ClassWeights? weights;
    private readonly double[] margins;

    /// <summary>The loss.</summary>
    /// <param name="options">The largest margin, and the scale.</param>
    /// <param name="prior">Training images of each class, which make the margins.</param>
    /// <param name="weights">What the images of a class count for; null where all count alike.</param>
    public LdamLoss(LdamOptions options, ClassPrior prior, ClassWeights? weights = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.prior, this.weights) = (options, prior, weights);
        margins = options.Margins(prior);
    }

    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(input);
        prior.Check(logits, labels);
        Tensor own = ClassLabels.MultiHot(labels, logits.Size(1)).To(logits.Type);
        Tensor costs = Functional.CrossEntropies((logits - (own * ClassPrior.Row(margins, logits))) * options.Scale, labels);
        return weights?.Picked(logits, labels, input.Epoch) is { } picked ? new(costs * picked, picked) : new(costs);
    }
}

/// <summary>Settings of <see cref="LdamLoss"/>.</summary>
public sealed record LdamOptions : LogitLossOptions
{
    /// <summary>The margin of the rarest class; at least 0.</summary>
    public double MaxMargin { get; init => field = Require.NotNegative(value); } = 0.5;

    /// <summary>What cosines are multiplied by; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 30;

    /// <summary>What the images of a class count for.</summary>
    public ClassWeightOptions ClassWeights { get; init; } = new();

    /// <summary>When weights of classes begin to count; null from the start.</summary>
    public DeferOptions? Defer { get; init; }

    /// <inheritdoc/>
    public override bool NeedsCosines => true;

    /// <summary>The margin of each class; 0 for a class without training images.</summary>
    /// <param name="prior">Training images of each class.</param>
    public double[] Margins(ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        double[] raw = prior.PerClass(count => 1 / Math.Sqrt(Math.Sqrt(count)), absent: 0);
        double largest = raw.Max();
        return Array.ConvertAll(raw, margin => margin * MaxMargin / largest);
    }

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new LdamLoss(this, ClassPrior.Of(context), Logits.ClassWeights.Of(ClassWeights, Defer, context));
}
