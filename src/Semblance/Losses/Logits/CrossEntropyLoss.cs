using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Cross-entropy: softmax over class ids, or one logistic decision a class where labels are rows of 0 and 1.</summary>
/// <remarks>
/// Class ids: mean over the batch of -Σ t log softmax(logits), with t = (1 - e) one-hot + e / classes. Rows of 0 and 1: mean over batch and classes of the binary
/// cross-entropy, with t = (1 - e) y + e / 2. With weights of classes each image costs that of its class, and the sum over the batch is divided by the sum of these weights. An empty batch gives 0.
/// </remarks>
public sealed class CrossEntropyLoss : ILogitLoss
{
    private readonly double smoothing;
    private readonly ClassWeights? weights;

    /// <summary>The loss.</summary>
    /// <param name="options">Label smoothing.</param>
    /// <param name="weights">What the images of a class count for; null where all count alike.</param>
    public CrossEntropyLoss(CrossEntropyOptions options, ClassWeights? weights = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (smoothing, this.weights) = (options.LabelSmoothing, weights);
    }

    /// <inheritdoc/>
    public bool TakesSeveralLabels => weights is null;

    /// <summary>The loss of a batch, a scalar.</summary>
    /// <param name="logits">n × classes.</param>
    /// <param name="labels">n class ids, or n × classes of 0 and 1.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a class id has no logit.</exception>
    public Tensor Forward(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return new LogitTerm(this).Forward(new TermInput(new Outputs((Outputs.Logits, logits)), labels)).Value;
    }

    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(input);
        if (labels.Rank == 2)
        {
            return new(Functional.BinaryCrossEntropies(logits, Targets(logits, labels)).Mean(1));
        }
        Tensor costs = Functional.CrossEntropies(logits, labels, labelSmoothing: smoothing);
        return weights?.Picked(logits, labels, input.Epoch) is { } picked ? new(costs * picked, picked) : new(costs);
    }

    /// <inheritdoc/>
    public Tensor? Mean(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return weights is not null ? null
            : labels.Rank == 2 ? Functional.BinaryCrossEntropy(logits, Targets(logits, labels))
            : Functional.CrossEntropy(logits, labels, labelSmoothing: smoothing);
    }

    private Tensor Targets(Tensor logits, Tensor labels) => (labels.To(logits.Type) * (1 - smoothing)) + (smoothing / 2);
}

/// <summary>Settings of <see cref="CrossEntropyLoss"/>.</summary>
public sealed record CrossEntropyOptions : LogitLossOptions
{
    /// <summary>e, the share of certainty that is taken from the label; within [0, 1).</summary>
    public double LabelSmoothing { get; init => field = Require.Below(value, 0, 1); }

    /// <summary>What the images of a class count for; needs one label an image unless all count alike.</summary>
    public ClassWeightOptions ClassWeights { get; init; } = new();

    /// <summary>When weights of classes begin to count; null from the start.</summary>
    public DeferOptions? Defer { get; init; }

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new CrossEntropyLoss(this, Logits.ClassWeights.Of(ClassWeights, Defer, context));
}
