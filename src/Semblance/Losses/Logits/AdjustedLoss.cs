using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Cross-entropy of logits that training sees otherwise than they are, each class by its number of images.</summary>
/// <remarks>A class without training images has probability and gradient 0.</remarks>
public abstract class AdjustedLoss : ILogitLoss
{
    private readonly ClassPrior prior;

    private protected AdjustedLoss(ClassPrior prior) => this.prior = prior;

    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        prior.Check(logits, labels);
        return new(Functional.CrossEntropies(prior.WithoutEmpty(Adjusted(logits)), labels));
    }

    /// <summary>The logits as training sees them; those of classes without training images do not matter, as long as they are finite.</summary>
    protected abstract Tensor Adjusted(Tensor logits);
}
