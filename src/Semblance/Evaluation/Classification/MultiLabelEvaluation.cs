namespace Semblance.Evaluation.Classification;

/// <summary>How well the logits of one class put its items before the others.</summary>
/// <param name="Label">The class.</param>
/// <param name="Trained">Its training images.</param>
/// <param name="Items">Items that have the label.</param>
/// <param name="AveragePrecision">Of the items in order of the logit; NaN where none has the label.</param>
public sealed record ClassPrecision(int Label, long Trained, int Items, double AveragePrecision);

/// <summary>How well logits tell the labels of items with several, under a protocol.</summary>
/// <param name="MeanAveragePrecision">Mean over the classes that have items.</param>
/// <param name="ByClass">Every class, by index.</param>
/// <param name="ProtocolId">The protocol.</param>
public sealed record MultiLabelScores(double MeanAveragePrecision, IReadOnlyList<ClassPrecision> ByClass, string ProtocolId)
{
    /// <summary>The numbers to print.</summary>
    public IEnumerable<Score> Scores() => [new Score("class-mAP", MeanAveragePrecision, ProtocolId)];
}

/// <summary>Measures logits on items that may have several labels or none.</summary>
/// <remarks>
/// Such an item is neither right nor wrong, so that there is no accuracy: each class puts all items in order of its logit, and its average precision is the sum over the
/// distinct logits, downwards, of the gain in recall times the precision there. Items with the same logit count together, whatever their order.
/// </remarks>
public static class MultiLabelEvaluation
{
    /// <summary>Orders the items by the logit of each class.</summary>
    /// <param name="logits">Logits with the labels that are to be told.</param>
    /// <param name="trainCounts">Training images of each class.</param>
    /// <param name="post">What was done to the logits; empty for nothing.</param>
    /// <exception cref="ArgumentException">No item has a label, or the counts are not one for each class.</exception>
    public static MultiLabelScores Run(LabelledLogits logits, IReadOnlyList<long> trainCounts, string post = "")
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(trainCounts);
        if (trainCounts.Count != logits.Classes)
        {
            throw new ArgumentException($"{trainCounts.Count} counts of training images came with {logits.Classes} classes. Give one a class.", nameof(trainCounts));
        }

        ClassPrecision[] byClass = new ClassPrecision[logits.Classes];
        Parallel.For(0, logits.Classes, label => byClass[label] = Of(logits, label, trainCounts[label]));
        ClassPrecision[] present = [.. byClass.Where(row => row.Items > 0)];
        return present.Length > 0
            ? new MultiLabelScores(present.Average(row => row.AveragePrecision), byClass, Protocol.ClassificationId(logits.Items.Name, logits.Classes, "rel=has-label/mean=of-classes", post, ties: "together"))
            : throw new ArgumentException($"{logits.Items.Name}: none of {logits.Count} items has a label; average precision needs some.", nameof(logits));
    }

    private static ClassPrecision Of(LabelledLogits logits, int label, long trained)
    {
        double[] falling = new double[logits.Count];
        bool[] positive = new bool[logits.Count];
        for (int row = 0; row < falling.Length; row++)
        {
            falling[row] = -logits[row, label];
            positive[row] = logits.Items.Labels[row].Contains(label);
        }

        int items = positive.Count(has => has);
        Array.Sort(falling, positive);
        double sum = 0;
        for ((int end, int found) = (0, 0); end < falling.Length;)
        {
            double value = falling[end];
            int before = found;
            for (; end < falling.Length && falling[end] == value; end++)
            {
                found += positive[end] ? 1 : 0;
            }

            sum += (found - before) * ((double)found / end);
        }

        return new ClassPrecision(label, trained, items, sum / items);
    }
}
