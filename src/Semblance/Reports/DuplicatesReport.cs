namespace Semblance.Reports;

/// <summary>What a page about near-duplicates tells.</summary>
public sealed record DuplicatesReport
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>One or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>The figures that come first: what is counted, and how many.</summary>
    public IReadOnlyList<(string Name, string Value)> Figures { get; init; } = [];

    /// <summary>The groups that are shown.</summary>
    public IReadOnlyList<DuplicatesGroup> Groups { get; init; } = [];

    /// <summary>Groups that there are beside those.</summary>
    public int GroupsNotShown { get; init; }

    /// <summary>Images that could not be read, each in a sentence.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>How it was found out: names and values.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];
}

/// <summary>Images that are nearly the same.</summary>
/// <param name="Kept">The one to keep.</param>
/// <param name="Why">Why that one.</param>
/// <param name="Others">The others, or some of them.</param>
/// <param name="NotShown">Others beside those.</param>
public sealed record DuplicatesGroup(DuplicatesImage Kept, string Why, IReadOnlyList<DuplicatesImage> Others, int NotShown);

/// <summary>An image that has near-duplicates.</summary>
/// <param name="Image">The picture; null where there is none to show.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Lines">What is said of it, a line each.</param>
public sealed record DuplicatesImage(Thumbnail? Image, string Name, IReadOnlyList<string> Lines);
