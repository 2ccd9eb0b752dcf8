namespace Semblance.Evaluation.Classification;

/// <summary>Measures logits on items with one label each.</summary>
/// <remarks>
/// A class is before another where its logit is larger, or equal and its index smaller: of tied classes the first is predicted, so that a model that says the same of all
/// classes is right for the first alone. Means over classes are over those that have items. Calibration is that of the softmax of the predicted class, in bins (from, to]
/// of equal width (Guo et al., ICML 2017).
/// </remarks>
public static class ClassificationEvaluation
{
    /// <summary>Predicts and counts.</summary>
    /// <param name="logits">Logits with the labels that are to be told.</param>
    /// <param name="trainCounts">Training images of each class.</param>
    /// <param name="options">What to measure.</param>
    /// <exception cref="ArgumentException">An item has no label or several, or the counts are not one for each class.</exception>
    public static ClassificationScores Run(LabelledLogits logits, IReadOnlyList<long> trainCounts, ClassificationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(trainCounts);
        options ??= new ClassificationOptions();
        Require(logits, trainCounts);
        Predictions made = Predictions.Of(logits, options.K);
        ClassAccuracy[] byClass = CountClasses(logits, made, trainCounts);
        return new ClassificationScores
        {
            Name = logits.Items.Name,
            Classes = logits.Classes,
            Options = options,
            Items = logits.Count,
            Top1 = (double)made.Ranks.Count(rank => rank == 0) / logits.Count,
            TopK = (double)made.Ranks.Count(rank => rank < options.K) / logits.Count,
            PerClass = byClass.Where(row => row.Items > 0).Average(row => row.Accuracy),
            Groups = [.. ShotGroups.Names.Select((name, group) => Group(name, [.. byClass.Where(row => row.Items > 0 && options.Groups.Of(row.Label, trainCounts) == group)], options.Groups.Rule))],
            ByClass = byClass,
            Confusion = Confuse(logits, made),
            Reliability = options.Calibrated ? Bin(made, options.Bins) : [],
        };
    }

    private static void Require(LabelledLogits logits, IReadOnlyList<long> trainCounts)
    {
        if (!logits.SingleLabel)
        {
            int item = Enumerable.Range(0, logits.Count).First(row => logits.Items.Labels[row].Count != 1);
            throw new ArgumentException($"{logits.Items.Name}: item {item} has {logits.Items.Labels[item].Count} labels; accuracy needs one each. Use MultiLabelEvaluation.");
        }

        if (trainCounts.Count != logits.Classes)
        {
            throw new ArgumentException($"{trainCounts.Count} counts of training images came with {logits.Classes} classes. Give one a class.", nameof(trainCounts));
        }
    }

    private static ClassAccuracy[] CountClasses(LabelledLogits logits, Predictions made, IReadOnlyList<long> trainCounts)
    {
        int[] items = new int[logits.Classes], right = new int[logits.Classes], predicted = new int[logits.Classes];
        for (int row = 0; row < logits.Count; row++)
        {
            int label = logits.Items.Labels[row][0];
            items[label]++;
            predicted[made.Classes[row]]++;
            right[label] += made.Ranks[row] == 0 ? 1 : 0;
        }

        return [.. Enumerable.Range(0, logits.Classes).Select(label => new ClassAccuracy(label, trainCounts[label], items[label], right[label], predicted[label]))];
    }

    private static GroupAccuracy Group(string name, ClassAccuracy[] classes, ShotRule rule)
    {
        int items = classes.Sum(row => row.Items);
        double? accuracy = classes.Length == 0 ? null : rule == ShotRule.Pooled ? (double)classes.Sum(row => row.Right) / items : classes.Average(row => row.Accuracy);
        return new GroupAccuracy(name, classes.Length, items, accuracy);
    }

    private static ConfusionCell[] Confuse(LabelledLogits logits, Predictions made) =>
    [
        .. Enumerable.Range(0, logits.Count).Select(row => (Label: logits.Items.Labels[row][0], Predicted: made.Classes[row]))
            .GroupBy(pair => pair).Select(pairs => new ConfusionCell(pairs.Key.Label, pairs.Key.Predicted, pairs.Count()))
            .OrderBy(cell => cell.Label).ThenBy(cell => cell.Predicted),
    ];

    private static ReliabilityBin[] Bin(Predictions made, int bins)
    {
        int[] items = new int[bins], right = new int[bins];
        double[] confidence = new double[bins];
        for (int row = 0; row < made.Ranks.Length; row++)
        {
            int bin = Math.Clamp((int)Math.Ceiling(made.Confidences[row] * bins) - 1, 0, bins - 1);
            items[bin]++;
            right[bin] += made.Ranks[row] == 0 ? 1 : 0;
            confidence[bin] += made.Confidences[row];
        }

        return [.. Enumerable.Range(0, bins).Select(bin => new ReliabilityBin((double)bin / bins, (bin + 1.0) / bins, items[bin], confidence[bin] / items[bin], (double)right[bin] / items[bin]))];
    }
}
