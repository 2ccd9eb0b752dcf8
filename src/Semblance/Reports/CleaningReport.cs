namespace Semblance.Reports;

/// <summary>What a page about the cleanness of labels tells.</summary>
public sealed record CleaningReport
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>One or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>What the score of a sample is, such as "share of its class within the cut-off".</summary>
    public required string Score { get; init; }

    /// <summary>How it was found out: names and values.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>The subsets of all classes together, the cleanest first.</summary>
    public IReadOnlyList<CleaningSubset> Subsets { get; init; } = [];

    /// <summary>The images that look most wrong, whatever their class.</summary>
    public IReadOnlyList<CleaningImage> Suspects { get; init; } = [];

    /// <summary>All classes, by name and sizes.</summary>
    public IReadOnlyList<CleaningClass> Classes { get; init; } = [];

    /// <summary>Classes whose images are shown.</summary>
    public IReadOnlyList<CleaningExamples> Examples { get; init; } = [];

    /// <summary>What a reader should know, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>One subset of all classes together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Its samples.</param>
/// <param name="RightShare">Share of the labels that are right; null where nobody knows.</param>
/// <param name="RightFound">Share of all right labels that lie in this subset and those before it; null where nobody knows.</param>
public sealed record CleaningSubset(string Name, int Count, double? RightShare = null, double? RightFound = null);

/// <summary>An image with what is thought of its label.</summary>
/// <param name="Image">The picture; null where there is none to show.</param>
/// <param name="Label">What is said of it.</param>
/// <param name="Detail">A line below.</param>
/// <param name="IsRight">Whether its label is right; null where nobody knows.</param>
public sealed record CleaningImage(Thumbnail? Image, string Label, string Detail, bool? IsRight = null);

/// <summary>One class.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sizes">Samples in each subset.</param>
/// <param name="MeanScore">Mean score.</param>
/// <param name="RightShare">Share of the labels that are right; null where nobody knows.</param>
public sealed record CleaningClass(string Name, IReadOnlyList<int> Sizes, double MeanScore, double? RightShare = null)
{
    /// <summary>Number of samples.</summary>
    public int Count => Sizes.Sum();
}

/// <summary>Images of one class from both ends, and its scores.</summary>
/// <param name="Class">The class.</param>
/// <param name="Cleanest">Its cleanest images, the cleanest first.</param>
/// <param name="Noisiest">Its noisiest images, the noisiest first.</param>
/// <param name="Profile">Scores of its samples, ascending; perhaps some of them.</param>
/// <param name="Bounds">Scores at which a subset begins.</param>
public sealed record CleaningExamples(CleaningClass Class, IReadOnlyList<CleaningImage> Cleanest, IReadOnlyList<CleaningImage> Noisiest, IReadOnlyList<double> Profile, IReadOnlyList<double> Bounds)
{
    /// <summary>What a reader should know of the class; null for nothing.</summary>
    public string? Note { get; init; }
}
