using Semblance.Tensors.Images;

namespace Semblance.Data.Checking;

/// <summary>An image with something wrong.</summary>
/// <param name="Path">The image.</param>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Message">A sentence that names the image.</param>
public sealed record ImageFinding(string Path, ImageFault Kind, string Message);

/// <summary>Images that are the same, or nearly.</summary>
/// <param name="Paths">The images, in the order of the set.</param>
/// <param name="Splits">The splits that they lie in.</param>
/// <param name="Distance">0 where the files are the same byte for byte; else the largest distance of two neighbours, in bits of the perceptual hash.</param>
/// <param name="SameBytes">Whether the files are the same byte for byte.</param>
/// <param name="LabelsDiffer">Whether they carry different labels.</param>
public sealed record DuplicateGroup(IReadOnlyList<string> Paths, IReadOnlyList<string> Splits, int Distance, bool SameBytes, bool LabelsDiffer)
{
    /// <summary>Whether they lie in different splits.</summary>
    public bool SharedBetweenSplits => Splits.Count > 1;
}

/// <summary>A kind of finding and how often it occurred.</summary>
/// <param name="Kind">Name of the kind.</param>
/// <param name="Count">Number of findings.</param>
public sealed record FindingCount(string Kind, int Count);

/// <summary>What is wrong with a data set.</summary>
public sealed record DataCheckReport
{
    /// <summary>Name of the set.</summary>
    public required string Dataset { get; init; }

    /// <summary>Number of images.</summary>
    public required int Images { get; init; }

    /// <summary>Number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Images of 0 bytes.</summary>
    public required IReadOnlyList<ImageFinding> Empty { get; init; }

    /// <summary>Images that are damaged, cut off, too large, unreadable or no images at all.</summary>
    public required IReadOnlyList<ImageFinding> Corrupt { get; init; }

    /// <summary>Images whose file name promises another format than their content has. They are read all the same.</summary>
    public required IReadOnlyList<ImageFinding> WrongExtension { get; init; }

    /// <summary>Groups of files that are the same byte for byte.</summary>
    public required IReadOnlyList<DuplicateGroup> Duplicates { get; init; }

    /// <summary>Groups of images that look the same: resized, recompressed or slightly changed copies.</summary>
    public required IReadOnlyList<DuplicateGroup> NearDuplicates { get; init; }

    /// <summary>Problems of labels, one sentence each: faults of the table, images without a label, classes with one image or none.</summary>
    public required IReadOnlyList<string> LabelProblems { get; init; }

    /// <summary>Groups of equal or nearly equal images with different labels.</summary>
    public IEnumerable<DuplicateGroup> LabelConflicts => Duplicates.Concat(NearDuplicates).Where(group => group.LabelsDiffer);

    /// <summary>Groups of equal or nearly equal images in different splits.</summary>
    public IEnumerable<DuplicateGroup> SharedBetweenSplits => Duplicates.Concat(NearDuplicates).Where(group => group.SharedBetweenSplits);

    /// <summary>The kinds of findings and their counts, in a fixed order; the last two count groups that also stand above.</summary>
    public IReadOnlyList<FindingCount> Counts =>
    [
        new("empty files", Empty.Count),
        new("corrupt images", Corrupt.Count),
        new("wrong extensions", WrongExtension.Count),
        new("groups of duplicates", Duplicates.Count),
        new("groups of near-duplicates", NearDuplicates.Count),
        new("label problems", LabelProblems.Count),
        new("groups with different labels", LabelConflicts.Count()),
        new("groups shared between splits", SharedBetweenSplits.Count()),
    ];

    /// <summary>Whether nothing was found.</summary>
    public bool Clean => Counts.All(kind => kind.Count == 0);
}
