namespace Semblance.Data;

/// <summary>One image of a data set: who it is and what it shows.</summary>
/// <param name="Id">Unique in its set: the relative path, or the file and number in an archive.</param>
/// <param name="Labels">Class indices, ascending; several where the set is multi-label, none where nothing is known.</param>
/// <param name="Split">The split that the set itself names, such as "train"; several with spaces between them where an image is in several; empty where it names none.</param>
public readonly record struct DataItem(string Id, int[] Labels, string Split)
{
    /// <summary>The labels that are known to be right, where <see cref="Labels"/> are what somebody observed; null where nobody knows better, and empty where they are known to be wrong and nobody said what is right. Nothing trains on them.</summary>
    public int[]? TrueLabels { get; init; }

    /// <summary>Whether the image is in a split.</summary>
    /// <param name="split">Name of the split.</param>
    public bool IsIn(string split) => Split == split || (Split.Contains(' ', StringComparison.Ordinal) && Split.Split(' ').Contains(split, StringComparer.Ordinal));
}
