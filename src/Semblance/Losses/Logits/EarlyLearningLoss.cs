using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Early-learning regularisation, ELR (Liu et al., NeurIPS 2020; released code): cross-entropy plus lambda log(1 - p · t), t what the model has thought of the image in earlier passes.</summary>
/// <remarks>
/// p is the softmax, kept within [1e-4, 1 - 1e-4]; each time an image trains, first t = beta t + (1 - beta) p / Σ p, without a derivative, and t begins at 0. The memory of t, one row a training image, is a
/// buffer. A batch that only measures, and one of which nobody tells which images it holds, costs cross-entropy alone.
/// </remarks>
public sealed class EarlyLearningLoss : ILogitLoss
{
    private const double Margin = 1e-4;
    private readonly EarlyLearningOptions options;

    /// <summary>A loss with an empty memory.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="context">Number of training images and of classes, type and device.</param>
    /// <exception cref="ArgumentException">Nobody tells how many training images there are.</exception>
    public EarlyLearningLoss(EarlyLearningOptions options, TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Items < 1)
        {
            throw new ArgumentException("the loss keeps what it thought of each training image, and nobody tells how many there are. Give their number (TermContext.Items).", nameof(context));
        }
        this.options = options;
        Memory = Tensor.Zeros([context.Items, context.Classes], context.Type, context.Device).Detached();
    }

    /// <summary>t, training images × classes.</summary>
    public Tensor Memory { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [("memory", Memory)];

    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(input);
        Tensor costs = Functional.CrossEntropies(logits, labels);
        if (!input.IsTraining || input.Items is null)
        {
            return new(costs);
        }
        Tensor probabilities = logits.Softmax(1).Clamp(Margin, 1 - Margin);
        Tensor target = Remember(probabilities.Detach(), input.Items);
        return new(costs + ((1 - (target * probabilities).Sum(1)).Log() * options.Lambda));
    }

    private Tensor Remember(Tensor probabilities, Tensor items)
    {
        if (items.Size(0) != probabilities.Size(0) || probabilities.Size(1) != Memory.Size(1) || items.Min().ToInt64() < 0 || items.Max().ToInt64() >= Memory.Size(0))
        {
            throw new ArgumentException($"the memory is {Memory.Describe()}, and the batch has {probabilities.Size(0)} rows of {probabilities.Size(1)} logits and the images {items.Describe()}; it needs one index a row, each of a training image.", nameof(items));
        }
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor share = probabilities / probabilities.Sum(1, keepDimension: true);
        Tensor target = (Memory.IndexSelect(0, items) * options.Beta) + (share.To(Memory.Type) * (1 - options.Beta));
        Memory.SetRows(items, target);
        return target.To(probabilities.Type);
    }
}

/// <summary>Settings of <see cref="EarlyLearningLoss"/>; the defaults are those for CIFAR-10, 0.9 and 7 for CIFAR-100.</summary>
public sealed record EarlyLearningOptions : LogitLossOptions
{
    /// <summary>beta, how much of the memory stays; within [0, 1).</summary>
    public double Beta { get; init => field = Require.Below(value, 0, 1); } = 0.7;

    /// <summary>lambda, the weight of the regulariser; at least 0.</summary>
    public double Lambda { get; init => field = Require.NotNegative(value); } = 3;

    /// <inheritdoc/>
    /// <remarks>The memory is of images as they are.</remarks>
    public override bool TakesMixed => false;

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new EarlyLearningLoss(this, context);
}
