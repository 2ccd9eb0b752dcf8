using Microsoft.AspNetCore.Http;
using Semblance.Serving.Http;

namespace Semblance.Serving.Browsing;

/// <summary>The collection as a whole: its tags, a map of it, its clusters and near-duplicates.</summary>
internal static class BrowsingEndpoints
{
    private const string Group = "Browsing";
    private const string Sampling = "Of a large collection a sample is looked at, the same one as long as the items are the same; the answer tells how large it is. It is computed once and kept until the collection has changed.";

    /// <summary>The operations.</summary>
    public static IEnumerable<Operation> All() =>
    [
        new("GET", "/v1/tags", "listTags", "Lists tags and how many items have each, the most frequent first.", TagsAsync)
        {
            Group = Group,
            Query = [new("limit", ParameterKind.Whole, "The most tags; 1000 unless given.") { Example = "20" }],
            Answers = [new(StatusCodes.Status200OK, "The tags.", typeof(TagsResponse))],
        },
        new("GET", "/v1/map", "getMap", "Lays the collection out on a plane: items with similar codes lie near each other.", MapAsync)
        {
            Group = Group,
            Description = Sampling,
            Query = [new("points", ParameterKind.Whole, $"The most points, up to {CollectionBrowser.MaxPoints}; 5000 unless given.") { Example = "1000" }],
            Answers = [new(StatusCodes.Status200OK, "The points.", typeof(MapResponse))],
        },
        new("GET", "/v1/clusters", "listClusters", "Lists clusters of similar items, the largest first.", ClustersAsync)
        {
            Group = Group,
            Description = Sampling,
            Query = [new("count", ParameterKind.Whole, $"The most clusters, up to {CollectionBrowser.MaxClusters}; a number that suits the collection unless given.") { Example = "12" }],
            Answers = [new(StatusCodes.Status200OK, "The clusters.", typeof(ClustersResponse))],
        },
        new("GET", "/v1/duplicates", "listDuplicates", "Lists groups of near-duplicates, the largest first.", DuplicatesAsync)
        {
            Group = Group,
            Description = Sampling,
            Query =
            [
                new("radius", ParameterKind.Whole, "The largest distance of a pair; 8 for perceptual hashes and 0 for codes of a model unless given.") { Example = "4" },
                new("limit", ParameterKind.Whole, $"The most groups, up to {CollectionBrowser.MaxGroups}; 100 unless given.") { Example = "10" },
            ],
            Answers = [new(StatusCodes.Status200OK, "The groups.", typeof(DuplicatesResponse))],
        },
    ];

    private static async Task TagsAsync(HttpContext context, SearchService service)
    {
        TagsResponse tags = await service.Browsing.Browser.TagsAsync(QueryText.Whole(context.Request.Query, "limit") ?? 1_000, context.RequestAborted).ConfigureAwait(false);
        await Reply.JsonAsync(context, tags, BrowsingJson.Default.TagsResponse).ConfigureAwait(false);
    }

    private static async Task MapAsync(HttpContext context, SearchService service)
    {
        MapResponse map = await service.Browsing.Browser.MapAsync(QueryText.Whole(context.Request.Query, "points"), context.RequestAborted).ConfigureAwait(false);
        await Reply.JsonAsync(context, map, BrowsingJson.Default.MapResponse).ConfigureAwait(false);
    }

    private static async Task ClustersAsync(HttpContext context, SearchService service)
    {
        ClustersResponse clusters = await service.Browsing.Browser.ClustersAsync(QueryText.Whole(context.Request.Query, "count"), context.RequestAborted).ConfigureAwait(false);
        await Reply.JsonAsync(context, clusters, BrowsingJson.Default.ClustersResponse).ConfigureAwait(false);
    }

    private static async Task DuplicatesAsync(HttpContext context, SearchService service)
    {
        IQueryCollection query = context.Request.Query;
        DuplicatesResponse groups = await service.Browsing.Browser.DuplicatesAsync(QueryText.Whole(query, "radius"), QueryText.Whole(query, "limit") ?? 100, context.RequestAborted).ConfigureAwait(false);
        await Reply.JsonAsync(context, groups, BrowsingJson.Default.DuplicatesResponse).ConfigureAwait(false);
    }
}
