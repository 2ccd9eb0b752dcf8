using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Which loss class-balanced weights are for.</summary>
public enum ClassBalancedType
{
    /// <summary>Cross-entropy of a softmax.</summary>
    Softmax,

    /// <summary>Binary cross-entropies of all classes, summed.</summary>
    Sigmoid,

    /// <summary>The focal form of these.</summary>
    Focal,
}

/// <summary>Class-balanced loss (Cui et al., CVPR 2019): each image weighs one over the effective number of images of its class.</summary>
/// <remarks>
/// w = (1 - beta) / (1 - beta^n), scaled to the number of classes. Softmax: mean over images of w (-log p). Sigmoid: w Σ over classes of the binary cross-entropy. Focal: each of them times q^gamma, q the
/// probability of the wrong answer. All are divided by the number of images, as in the released code. Several labels an image (sigmoid and focal): w is the mean over its labels, and 1 without one; that is ours.
/// </remarks>
public sealed class ClassBalancedLoss : ILogitLoss
{
    private readonly ClassBalancedOptions options;
    private readonly ClassWeights weights;

    /// <summary>The loss.</summary>
    /// <param name="options">Which loss, and gamma.</param>
    /// <param name="weights">What the images of a class count for.</param>
    public ClassBalancedLoss(ClassBalancedOptions options, ClassWeights weights) => (this.options, this.weights) = (options, weights);

    /// <inheritdoc/>
    public bool TakesSeveralLabels => options.Type != ClassBalancedType.Softmax;

    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(input);
        Tensor? picked = labels.Rank == 1 ? weights.Picked(logits, labels, input.Epoch) : weights.PickedOfSeveral(logits, labels, input.Epoch);
        Tensor costs = options.Type == ClassBalancedType.Softmax
            ? Functional.CrossEntropies(logits, labels)
            : Decisions(logits, labels.Rank == 1 ? ClassLabels.MultiHot(labels, logits.Size(1)) : labels);
        return new(picked is null ? costs : costs * picked);
    }

    /// <summary>Costs of the decisions of an image, summed.</summary>
    private Tensor Decisions(Tensor logits, Tensor labels)
    {
        Tensor wrong = labels.Where(-logits, logits);
        Tensor costs = wrong.Softplus();
        return (options.Type == ClassBalancedType.Focal ? costs * ((-wrong).Softplus() * -options.Gamma).Exp() : costs).Sum(1);
    }
}

/// <summary>Settings of <see cref="ClassBalancedLoss"/>.</summary>
public sealed record ClassBalancedOptions : LogitLossOptions
{
    /// <summary>Which loss the weights are for.</summary>
    public ClassBalancedType Type { get; init; }

    /// <summary>beta; within [0, 1), and 0 weighs all classes alike.</summary>
    public double Beta { get; init => field = Require.Below(value, 0, 1); } = 0.9999;

    /// <summary>gamma of <see cref="ClassBalancedType.Focal"/>; at least 0. 0.5 to 2 are published.</summary>
    public double Gamma { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>When weights of classes begin to count; null from the start.</summary>
    public DeferOptions? Defer { get; init; }

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) =>
        new ClassBalancedLoss(this, ClassWeights.Of(new ClassWeightOptions { Kind = ClassWeighting.EffectiveNumber, Beta = Beta }, Defer, ClassPrior.Of(context)));
}
