using System.Globalization;
using Semblance.Deduplication;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Browsing;

/// <summary>Tags, map, clusters and near-duplicates of a store. Each is computed once, in the background, and kept until the store has changed.</summary>
/// <remarks>
/// All of it is made of one pass over the store, which keeps a sample (<see cref="BrowsingOptions.SampleItems"/>); answers tell how many items they were made of. A caller who goes away does
/// not end a computation that another may want; <see cref="DisposeAsync"/> does.
/// </remarks>
public sealed class CollectionBrowser : IAsyncDisposable
{
    /// <summary>The most points of a map.</summary>
    public const int MaxPoints = 20_000;

    /// <summary>The most clusters.</summary>
    public const int MaxClusters = 256;

    /// <summary>The most groups of near-duplicates in an answer.</summary>
    public const int MaxGroups = 1_000;

    private const int Examples = 8;
    private const int ShownOfGroup = 48;
    private readonly ISearchStore _store;
    private readonly BrowsingOptions _options;
    private readonly SketchCache _sketches;

    /// <summary>Browses a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="options">How much of it is looked at; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public CollectionBrowser(ISearchStore store, BrowsingOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        (_store, _options) = (store, options ?? new BrowsingOptions());
        _sketches = new SketchCache(store, _options, time ?? TimeProvider.System);
    }

    /// <summary>The tags and how many items have each.</summary>
    /// <param name="limit">The most tags.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<TagsResponse> TagsAsync(int limit = 1_000, CancellationToken cancellation = default)
    {
        Range(limit, 1, 100_000, "limit");
        CollectionSketch sketch = (await _sketches.GetAsync(cancellation).ConfigureAwait(false)).Sketch;
        return new TagsResponse([.. sketch.Tags.Take(limit)], sketch.Scanned, sketch.Items);
    }

    /// <summary>The items on a plane.</summary>
    /// <param name="points">The most points; null for the usual number.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<MapResponse> MapAsync(int? points = null, CancellationToken cancellation = default)
    {
        int most = Range(points ?? _options.MapPoints, 1, MaxPoints, "points");
        SketchResults results = await _sketches.GetAsync(cancellation).ConfigureAwait(false);
        return await results.GetAsync($"map {most}", stop => Map(results.Sketch, most, stop)).WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The clusters.</summary>
    /// <param name="count">The most clusters; null for a number that suits the collection.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<ClustersResponse> ClustersAsync(int? count = null, CancellationToken cancellation = default)
    {
        SketchResults results = await _sketches.GetAsync(cancellation).ConfigureAwait(false);
        int most = Range(count ?? (int)Math.Clamp(Math.Sqrt(results.Sketch.Sample.Count / 2.0), 2, 24), 1, MaxClusters, "count");
        return await results.GetAsync($"clusters {most}", stop => Clusters(results.Sketch, most, stop)).WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The groups of near-duplicates.</summary>
    /// <param name="radius">The largest distance of a pair; null for 8 where codes are perceptual hashes, and 0 where they are of a model.</param>
    /// <param name="limit">The most groups.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<DuplicatesResponse> DuplicatesAsync(int? radius = null, int limit = 100, CancellationToken cancellation = default)
    {
        Range(limit, 1, MaxGroups, "limit");
        int within = Range(radius ?? await UsualRadiusAsync(cancellation).ConfigureAwait(false), 0, _store.Bits, "radius");
        SketchResults results = await _sketches.GetAsync(cancellation).ConfigureAwait(false);
        DuplicatesResponse all = await results.GetAsync($"duplicates {within}", stop => Duplicates(results.Sketch, within, stop)).WaitAsync(cancellation).ConfigureAwait(false);
        return all with { Groups = [.. all.Groups.Take(limit)], Sizes = [.. all.Sizes.Take(limit)] };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _sketches.DisposeAsync();

    private static int Range(int value, int least, int most, string name) => value >= least && value <= most ? value
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; {least} to {most} is needed."));

    private async Task<int> UsualRadiusAsync(CancellationToken cancellation) =>
        (await _store.NoteAsync(cancellation).ConfigureAwait(false))?.Model == PerceptualHash.Name ? PerceptualHash.Radius : 0;

    private MapResponse Map(CollectionSketch sketch, int most, CancellationToken stop)
    {
        int count = Math.Min(most, sketch.Sample.Count);
        CodeMap map = CodeMap.Of(sketch.Codes(_store.Bits, count), stop);
        MapPoint[] points = [.. sketch.Sample.Take(count).Select((item, row) => new MapPoint(item.Id.ToString(), Rounded(map.Places[row * 2]), Rounded(map.Places[(row * 2) + 1]), item.Tags))];
        string method = string.Create(CultureInfo.InvariantCulture, $"principal components of {(map.Bits < _store.Bits ? $"{map.Bits} of " : "")}{_store.Bits} bits");
        return new MapResponse(points, method, count, sketch.Items, map.Explained);
    }

    private ClustersResponse Clusters(CollectionSketch sketch, int most, CancellationToken stop)
    {
        string Id(int row) => sketch.Sample[row].Id.ToString();
        IReadOnlyList<CodeCluster> found = CodeCluster.Find(sketch.Codes(_store.Bits, sketch.Sample.Count), most, stop);
        Cluster[] clusters = [.. found.Select(cluster => new Cluster(Id(cluster.Medoid), cluster.Members.Count, cluster.Radius, [.. cluster.Members.Take(Examples).Select(Id)]))];
        return new ClustersResponse(clusters, sketch.Sample.Count, sketch.Items);
    }

    private DuplicatesResponse Duplicates(CollectionSketch sketch, int radius, CancellationToken stop)
    {
        NearDuplicateGroups found = NearDuplicates.Groups(sketch.Codes(_store.Bits, sketch.Sample.Count), radius, new NearDuplicateOptions { Cancellation = stop, Threads = 1 });
        ItemId[][] groups = [.. found.Groups.Select(group => group.Select(row => sketch.Sample[row].Id).Order().ToArray()).OrderByDescending(group => group.Length).ThenBy(group => group[0])];
        ItemId[][] kept = [.. groups.Take(MaxGroups)];
        return new DuplicatesResponse([.. kept.Select(Shown)], [.. kept.Select(group => group.Length)], groups.Length, radius, sketch.Sample.Count, sketch.Items);
    }

    private static double Rounded(float place) => Math.Round(place, 4);

    private static string[] Shown(ItemId[] group) => [.. group.Take(ShownOfGroup).Select(id => id.ToString())];
}
