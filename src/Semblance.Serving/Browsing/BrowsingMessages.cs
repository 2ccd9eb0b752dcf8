namespace Semblance.Serving.Browsing;

/// <summary>A tag and how many items have it.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Count">Items that have it, of those that were looked at.</param>
public sealed record TagCount(string Tag, long Count);

/// <summary>The tags of a collection.</summary>
/// <param name="Tags">The most frequent first, equally frequent ones in ordinal order.</param>
/// <param name="Sampled">Items that were looked at.</param>
/// <param name="Items">Items of the collection.</param>
public sealed record TagsResponse(IReadOnlyList<TagCount> Tags, long Sampled, long Items);

/// <summary>An item on the map.</summary>
/// <param name="Id">Its id.</param>
/// <param name="X">From -1 to 1.</param>
/// <param name="Y">From -1 to 1.</param>
/// <param name="Tags">Its tags.</param>
public sealed record MapPoint(string Id, double X, double Y, IReadOnlyList<string> Tags);

/// <summary>A collection on a plane: items with similar codes lie near each other.</summary>
/// <param name="Points">Some items, or all.</param>
/// <param name="Method">How it was made, in words.</param>
/// <param name="Sampled">Items that the map was made of.</param>
/// <param name="Items">Items of the collection.</param>
/// <param name="Explained">Share of the variance of the codes that the two axes show, 0 to 1.</param>
public sealed record MapResponse(IReadOnlyList<MapPoint> Points, string Method, int Sampled, long Items, double Explained);

/// <summary>Items with similar codes.</summary>
/// <param name="Id">The item in the middle.</param>
/// <param name="Size">How many of the sampled items are in it.</param>
/// <param name="Radius">The largest distance from the one in the middle.</param>
/// <param name="Examples">The nearest to the middle, itself first.</param>
public sealed record Cluster(string Id, int Size, int Radius, IReadOnlyList<string> Examples);

/// <summary>The clusters of a collection.</summary>
/// <param name="Clusters">The largest first.</param>
/// <param name="Sampled">Items that were clustered.</param>
/// <param name="Items">Items of the collection.</param>
public sealed record ClustersResponse(IReadOnlyList<Cluster> Clusters, int Sampled, long Items);

/// <summary>Items that are near-duplicates of each other.</summary>
/// <param name="Groups">Ids of each group, the largest group first; of a large group the first ones.</param>
/// <param name="Sizes">How many items each of the groups has.</param>
/// <param name="Total">How many groups there are.</param>
/// <param name="Radius">The largest distance of a pair.</param>
/// <param name="Sampled">Items that were compared.</param>
/// <param name="Items">Items of the collection.</param>
public sealed record DuplicatesResponse(IReadOnlyList<IReadOnlyList<string>> Groups, IReadOnlyList<int> Sizes, int Total, int Radius, int Sampled, long Items);

/// <summary>What a result was found for: an item, or the code of an image that is no item.</summary>
/// <param name="Id">Id of the item; null where a code is given.</param>
/// <param name="Code">The code as hexadecimal; null where an id is given.</param>
public sealed record JudgedQuery(string? Id = null, string? Code = null);

/// <summary>A judgment that somebody makes.</summary>
/// <param name="Query">What was searched for.</param>
/// <param name="Item">The result.</param>
/// <param name="Relevant">Whether it is right.</param>
public sealed record JudgmentRequest(JudgedQuery Query, string Item, bool Relevant);

/// <summary>A judgment that somebody takes back.</summary>
/// <param name="Query">What was searched for.</param>
/// <param name="Item">The result.</param>
public sealed record JudgedPair(JudgedQuery Query, string Item);

/// <summary>Whether a result is right.</summary>
/// <param name="Query">What was searched for.</param>
/// <param name="Item">The result.</param>
/// <param name="Relevant">Whether it is right.</param>
/// <param name="Time">When somebody said so.</param>
public sealed record Judgment(JudgedQuery Query, string Item, bool Relevant, DateTimeOffset Time);

/// <summary>The judgments of a collection, and what follows from them.</summary>
/// <param name="Judgments">In the order of their times.</param>
/// <param name="Groups">Items that belong together because right results join them, in groups of two and more.</param>
/// <param name="Conflicts">Judgments by which two items of one group do not belong together.</param>
public sealed record JudgmentsResponse(IReadOnlyList<Judgment> Judgments, IReadOnlyList<IReadOnlyList<string>> Groups, IReadOnlyList<Judgment> Conflicts);
