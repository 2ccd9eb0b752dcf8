using Semblance.Tensors;

namespace Semblance.Losses;

/// <summary>Costs of scores of classes, given any number of labels an image.</summary>
internal static class ClassCosts
{
    /// <summary>Mean over images of -Σ t log softmax(scores), t spread evenly over the labels; an image without a label costs 0.</summary>
    /// <param name="scores">n × classes.</param>
    /// <param name="labels">n × classes, bool.</param>
    /// <param name="counted">n × classes, bool, what stands in the softmax; holds all labels. Null for everything.</param>
    public static Tensor Softmax(Tensor scores, Tensor labels, Tensor? counted = null)
    {
        if (scores.Count == 0)
        {
            return scores.Sum();
        }
        Tensor labelled = labels.Any(1, keepDimension: true);
        // Scores of an image without a label are compared with themselves, with no infinity on the way.
        Tensor seen = counted is null ? scores : counted.Or(labelled.Not()).Where(scores, double.NegativeInfinity);
        Tensor own = scores.MaskedFill(labels.Not(), 0).Sum(1) / labels.Sum(1).To(scores.Type).Clamp(1, null);
        return (seen.LogSumExp(1) - own).MaskedFill(labelled.Squeeze(1).Not(), 0).Sum() / scores.Size(0);
    }

    /// <summary>Mean over images of the binary cross-entropies of their classes, summed.</summary>
    /// <param name="scores">n × classes.</param>
    /// <param name="labels">n × classes, bool.</param>
    public static Tensor Logistic(Tensor scores, Tensor labels) =>
        labels.Where(-scores, scores).Softplus().Sum() / Math.Max(1, scores.Size(0));
}
