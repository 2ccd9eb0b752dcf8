using Semblance.Tensors;

namespace Semblance.Losses;

/// <summary>Costs of scores of classes, given any number of labels an image.</summary>
internal static class ClassCosts
{
    private const double Threshold = 40; // Above it log(1 + e^x) is x in double precision.

    /// <summary>Mean over images of -Σ t log softmax(scores), t spread evenly over the labels; an image without a label costs 0.</summary>
    /// <param name="scores">n × classes.</param>
    /// <param name="labels">n × classes, bool.</param>
    public static Tensor Softmax(Tensor scores, Tensor labels)
    {
        Tensor share = labels.To(scores.Type) / labels.Sum(1, keepDimension: true).To(scores.Type).Clamp(1, null);
        return (scores.LogSoftmax(1) * share).Sum() / -Math.Max(1, scores.Size(0));
    }

    /// <summary>Mean over images of the binary cross-entropies of their classes, summed.</summary>
    /// <param name="scores">n × classes.</param>
    /// <param name="labels">n × classes, bool.</param>
    public static Tensor Logistic(Tensor scores, Tensor labels) =>
        labels.Where(-scores, scores).Softplus(Threshold).Sum() / Math.Max(1, scores.Size(0));
}
