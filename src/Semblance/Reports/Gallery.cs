namespace Semblance.Reports;

/// <summary>Queries with their nearest images.</summary>
/// <param name="Groups">Groups of queries, each under its own heading.</param>
/// <param name="Distance">What the distances are: "Hamming distance", "cosine distance".</param>
public sealed record Gallery(IReadOnlyList<GalleryGroup> Groups, string Distance = "Hamming distance")
{
    /// <summary>The protocol id of the queries' scores, where they have any.</summary>
    public string? Protocol { get; init; }
}

/// <summary>Some queries of a gallery.</summary>
/// <param name="Title">The heading: Best, Typical, Worst. Empty for none.</param>
/// <param name="Queries">The queries.</param>
public sealed record GalleryGroup(string Title, IReadOnlyList<GalleryQuery> Queries)
{
    /// <summary>How these queries were chosen.</summary>
    public string? Note { get; init; }
}

/// <summary>A query and what was found for it.</summary>
/// <param name="Image">The picture; null where there is none to show.</param>
/// <param name="Label">Its class, or its file name.</param>
/// <param name="Hits">The nearest images, nearest first.</param>
public sealed record GalleryQuery(Thumbnail? Image, string Label, IReadOnlyList<GalleryHit> Hits)
{
    /// <summary>The name of its score, "AP", and the score.</summary>
    public (string Metric, double Value)? Score { get; init; }
}

/// <summary>An image that was found.</summary>
/// <param name="Image">The picture; null where there is none to show.</param>
/// <param name="Label">Its class, or its file name.</param>
/// <param name="Distance">Its distance from the query.</param>
/// <param name="IsRight">Whether it belongs to the query; null where nobody knows.</param>
public sealed record GalleryHit(Thumbnail? Image, string Label, double Distance, bool? IsRight = null);
