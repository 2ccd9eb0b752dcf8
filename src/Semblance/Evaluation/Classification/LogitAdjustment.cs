namespace Semblance.Evaluation.Classification;

/// <summary>Logit adjustment after training: the prior of the training images is taken out of the logits (Menon et al., ICLR 2021).</summary>
/// <remarks>logit_c - τ log π_c with π_c the share of class c. A class without training images has no prior to take out and is never predicted, whatever τ, 0 included, as in <see cref="Losses.Logits.LogitAdjustmentLoss.PostHoc"/>.</remarks>
public static class LogitAdjustment
{
    /// <summary>What is added to each class's logit; minus infinity for a class without training images.</summary>
    /// <param name="counts">Training images of each class; one at least is above 0.</param>
    /// <param name="tau">τ; 0 leaves the logits of classes that trained as they are.</param>
    /// <exception cref="ArgumentException">There are no training images, or a count is negative.</exception>
    public static double[] Offsets(IReadOnlyList<long> counts, double tau)
    {
        ArgumentNullException.ThrowIfNull(counts);
        long all = counts.Sum();
        return all > 0 && counts.All(count => count >= 0)
            ? [.. counts.Select(count => count == 0 ? double.NegativeInfinity : -tau * Math.Log((double)count / all))]
            : throw new ArgumentException($"the counts of training images sum to {all}; none may be negative, and one must be above 0.", nameof(counts));
    }
}
