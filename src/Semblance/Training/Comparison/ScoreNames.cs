namespace Semblance.Training.Comparison;

/// <summary>Tells a name that some run could have a score by from a mistaken one.</summary>
internal static class ScoreNames
{
    private static readonly string[] Whole =
    [
        "top-1", "per-class", "many", "medium", "few", "ECE", "tau", "class-mAP", "mAP", "mAP@R", "R-precision", "nDCG", "ACG", "WAP", "random-baseline",
        "NMI", "AMI", "ARI", "F1", "accuracy", "accuracy-sd", "AUC",
    ];

    /// <summary>What stands before a number: a cut-off, a radius or a rate.</summary>
    private static readonly string[] BeforeNumbers =
    [
        "top-", "Recall@", "precision@", "mAP@", "nDCG@", "ACG@", "WAP@", "TAR@FAR", "precision@radius", "precision-nonempty@radius", "recall@radius", "mAP@radius", "empty-balls@radius",
    ];

    /// <summary>Whether a name, or what a pattern with <c>*</c> begins with, is that of a score.</summary>
    public static bool IsKnown(string metric)
    {
        int star = metric.IndexOf('*', StringComparison.Ordinal);
        return star < 0
            ? Whole.Contains(metric, StringComparer.Ordinal) || BeforeNumbers.Any(name => IsNumbered(metric, name))
            : Whole.Concat(BeforeNumbers).Any(name => name.StartsWith(metric[..star], StringComparison.Ordinal)) || BeforeNumbers.Any(name => IsNumbered(metric[..star], name));
    }

    private static bool IsNumbered(string metric, string name) =>
        metric.StartsWith(name, StringComparison.Ordinal) && metric.Length > name.Length && char.IsAsciiDigit(metric[name.Length]) && metric[name.Length..].All(letter => char.IsAsciiDigit(letter) || letter is '.' or 'e' or '-');
}
