using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Balanced softmax (Ren et al., NeurIPS 2020): cross-entropy of x + log n, n the training images of each class; nothing is added at test time.</summary>
/// <remarks>Numbers and shares of images give the same loss. A class without training images has probability and gradient 0 and cannot be a label.</remarks>
public sealed class BalancedSoftmaxLoss : AdjustedLoss
{
    private readonly double[] logs;

    /// <summary>The loss for training images.</summary>
    public BalancedSoftmaxLoss(ClassPrior prior)
        : base(prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        logs = prior.PerClass(count => Math.Log(count), absent: 0);
    }

    /// <inheritdoc/>
    protected override Tensor Adjusted(Tensor logits) => logits + ClassPrior.Row(logs, logits);
}

/// <summary>Settings of <see cref="BalancedSoftmaxLoss"/>.</summary>
public sealed record BalancedSoftmaxOptions : LogitLossOptions
{
    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new BalancedSoftmaxLoss(ClassPrior.Of(context));
}
