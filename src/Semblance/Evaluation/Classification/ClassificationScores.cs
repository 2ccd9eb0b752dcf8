using System.Globalization;

namespace Semblance.Evaluation.Classification;

/// <summary>What became of the items of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Trained">Its training images.</param>
/// <param name="Items">Items of this class.</param>
/// <param name="Right">Of them those that were predicted to be of it.</param>
/// <param name="Predicted">Items of any class that were predicted to be of it.</param>
public sealed record ClassAccuracy(int Label, long Trained, int Items, int Right, int Predicted)
{
    /// <summary>Share of the items of the class that were recognised (its recall); NaN where it has none.</summary>
    public double Accuracy => (double)Right / Items;

    /// <summary>Share of the items predicted to be of the class that are; NaN where none was.</summary>
    public double Precision => (double)Right / Predicted;
}

/// <summary>A cell of the confusion matrix that is not 0.</summary>
/// <param name="Label">The class of the items.</param>
/// <param name="Predicted">The class that they were predicted to be of.</param>
/// <param name="Count">How many items.</param>
public readonly record struct ConfusionCell(int Label, int Predicted, int Count);

/// <summary>Items that were predicted with about the same confidence.</summary>
/// <param name="From">The confidence above which they are; the first bin holds 0 too.</param>
/// <param name="To">The confidence up to which they are.</param>
/// <param name="Items">How many items.</param>
/// <param name="Confidence">Their mean confidence; NaN without items.</param>
/// <param name="Accuracy">The share of them that is right; NaN without items.</param>
public readonly record struct ReliabilityBin(double From, double To, int Items, double Confidence, double Accuracy);

/// <summary>Accuracy of the classes of one group.</summary>
/// <param name="Name"><c>many</c>, <c>medium</c> or <c>few</c>.</param>
/// <param name="Classes">Classes of the group that have items.</param>
/// <param name="Items">Their items.</param>
/// <param name="Accuracy">By the rule of the groups; null where no class has items.</param>
public sealed record GroupAccuracy(string Name, int Classes, int Items, double? Accuracy);

/// <summary>How well logits tell the class of items with one label each, every number under its protocol.</summary>
public sealed record ClassificationScores
{
    /// <summary>Name of the items, for the protocol.</summary>
    public required string Name { get; init; }

    /// <summary>Number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>What was measured.</summary>
    public required ClassificationOptions Options { get; init; }

    /// <summary>Number of items.</summary>
    public required int Items { get; init; }

    /// <summary>Share of items whose largest logit is that of their class.</summary>
    public required double Top1 { get; init; }

    /// <summary>Share of items whose class is among the k largest logits.</summary>
    public required double TopK { get; init; }

    /// <summary>Mean of the accuracies of the classes that have items.</summary>
    public required double PerClass { get; init; }

    /// <summary>Many, medium and few.</summary>
    public required IReadOnlyList<GroupAccuracy> Groups { get; init; }

    /// <summary>Every class, by index.</summary>
    public required IReadOnlyList<ClassAccuracy> ByClass { get; init; }

    /// <summary>The confusion matrix, row by row, without its zeros.</summary>
    public required IReadOnlyList<ConfusionCell> Confusion { get; init; }

    /// <summary>Confidence against accuracy; empty where the logits are no probabilities.</summary>
    public required IReadOnlyList<ReliabilityBin> Reliability { get; init; }

    /// <summary>Expected calibration error: the mean over items of |accuracy - confidence| of their bin; null where the logits are no probabilities.</summary>
    public double? CalibrationError => Reliability.Count == 0 ? null : Reliability.Where(bin => bin.Items > 0).Sum(bin => bin.Items * Math.Abs(bin.Accuracy - bin.Confidence)) / Items;

    /// <summary>The protocol of top-1 accuracy.</summary>
    public string ProtocolId => Id("cut=top-1");

    /// <summary>The protocol of the numbers of single classes.</summary>
    public string ClassProtocolId => Id("cut=top-1/mean=of-classes");

    /// <summary>The protocol of the calibration error and the reliability curve.</summary>
    public string CalibrationProtocolId => Id(string.Create(CultureInfo.InvariantCulture, $"cut=top-1/bins={Options.Bins}-equal-width"));

    /// <summary>The numbers to print, each with its protocol; a group without classes has none, and where all classes are of one group that repeats their mean and is left out.</summary>
    public IEnumerable<Score> Scores()
    {
        yield return new Score("top-1", Top1, ProtocolId);
        if (Classes > Options.K)
        {
            string k = Options.K.ToString(CultureInfo.InvariantCulture);
            yield return new Score($"top-{k}", TopK, Id($"cut=top-{k}"));
        }

        yield return new Score("per-class", PerClass, ClassProtocolId);
        string groups = Id($"cut=top-1/groups={Options.Groups.Description},{string.Join(',', Groups.Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Name}-{group.Classes}")))}");
        foreach (GroupAccuracy group in Groups)
        {
            if (group.Accuracy is { } accuracy && Groups.Count(one => one.Classes > 0) > 1)
            {
                yield return new Score(group.Name, accuracy, groups);
            }
        }

        if (CalibrationError is { } error)
        {
            yield return new Score("ECE", error, CalibrationProtocolId);
        }
    }

    private string Id(string what) => Protocol.ClassificationId(Name, Classes, what, Options.PostProcessing);
}
