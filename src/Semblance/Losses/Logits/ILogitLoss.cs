using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>A loss that gives every image a cost of its own, from its logits and its label.</summary>
/// <remarks><see cref="LogitTerm"/> does what all of them share: precision, checks, weights of images, images mixed of two, and the mean.</remarks>
public interface ILogitLoss
{
    /// <summary>Whether labels may be rows of 0 and 1.</summary>
    bool TakesSeveralLabels => false;

    /// <summary>What the loss keeps and does not train.</summary>
    IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    /// <summary>What each image of a batch costs.</summary>
    /// <param name="logits">n × classes of float32 or float64, n above 0.</param>
    /// <param name="labels">n class ids (int64), each with a logit; or n × classes of 0 and 1 where the loss takes several labels.</param>
    /// <param name="input">The rest of what a term sees: epoch, step, which images these are.</param>
    LogitCosts Costs(Tensor logits, Tensor labels, TermInput input);

    /// <summary>The mean over images that all count alike, where there is a shorter way to it; else null.</summary>
    /// <inheritdoc cref="Costs"/>
    Tensor? Mean(Tensor logits, Tensor labels, TermInput input) => null;
}

/// <summary>What the images of a batch cost.</summary>
/// <param name="Values">n costs.</param>
/// <param name="Shares">n numbers whose sum divides that of the costs, such as the weights of the images' classes; null divides by n.</param>
public readonly record struct LogitCosts(Tensor Values, Tensor? Shares = null)
{
    /// <summary>The loss: costs times the weights of their images, summed, and divided by the sum of the shares, in which weights of images do not count.</summary>
    /// <param name="weights">n weights of images; null where all count alike.</param>
    public Tensor Mean(Tensor? weights = null)
    {
        Tensor weighted = weights is null ? Values : Values * weights.To(Values.Type);
        return Shares is null ? weighted.Mean() : weighted.Sum() / Shares.Sum();
    }

    /// <summary>Costs of images that are mixed of two: a share of the first label's costs, the rest of the second's.</summary>
    internal static LogitCosts Blend(LogitCosts first, LogitCosts second, Tensor share)
    {
        Tensor rest = 1 - share;
        Tensor? shares = first.Shares is { } one && second.Shares is { } other ? (one * share) + (other * rest) : null;
        return new((first.Values * share) + (second.Values * rest), shares);
    }
}
