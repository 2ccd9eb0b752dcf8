using System.Diagnostics;
using Semblance.Index.Kernels;
using Semblance.Index.Planning;
using Semblance.Index.Searching;
using Semblance.Index.Sublinear;

namespace Semblance.Index;

/// <summary>Exact Hamming search over codes in memory or in a mapped file.</summary>
/// <remarks>
/// Results are ordered by (distance, row): at equal distance the lower row comes first. They are the same for every plan, every kernel and every number
/// of threads. Safe for concurrent searches.
/// </remarks>
public sealed partial class HammingIndex
{
    private readonly HammingKernel _kernel;
    private readonly Planner _planner;

    /// <summary>An index over codes, which are not copied.</summary>
    public HammingIndex(Codes codes)
        : this(codes, HammingKernels.Default)
    {
    }

    /// <summary>An index that compares with a chosen kernel, see <see cref="HammingKernels.Choose"/>.</summary>
    public HammingIndex(Codes codes, HammingKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(kernel);
        Codes = codes;
        _kernel = kernel;
        _planner = new Planner(codes, kernel, null);
    }

    /// <summary>An index over the codes of tables, which are used where they have proved the faster way.</summary>
    public HammingIndex(MultiIndex tables)
        : this(tables, HammingKernels.Default)
    {
    }

    /// <summary>An index over the codes of tables; where it does not use these, it compares with a chosen kernel.</summary>
    public HammingIndex(MultiIndex tables, HammingKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(kernel);
        Codes = tables.Codes;
        _kernel = kernel;
        Tables = kernel.HasPlanes ? tables : tables.WithoutVectors();
        _planner = new Planner(Codes, kernel, Tables);
    }

    /// <summary>The codes that are searched.</summary>
    public Codes Codes { get; }

    /// <summary>The tables that it may use; null where it has none.</summary>
    public MultiIndex? Tables { get; }

    /// <summary>Builds tables over codes, and an index over both; see <see cref="MultiIndex.Pays"/> for when that is worth its while.</summary>
    /// <param name="codes">The codes, which are not copied.</param>
    /// <param name="progress">Told the share of the work that is done, 0 to 1.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public static HammingIndex WithMultiIndex(Codes codes, Action<double>? progress = null, CancellationToken cancellation = default) =>
        new(MultiIndex.Build(codes, progress, cancellation));

    /// <summary>The k nearest codes, nearest first.</summary>
    /// <param name="query">Words of the query code, unused bits zero.</param>
    /// <param name="k">How many; all codes where it is larger than their number.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <exception cref="ArgumentException">The query has another length or an unused bit set, k is below 1, or the set of rows is over another number of rows.</exception>
    public Neighbour[] Nearest(ReadOnlySpan<ulong> query, int k, SearchOptions? options = null) => Nearest(Query(query), k, options)[0];

    /// <summary>Every code within a radius, nearest first.</summary>
    /// <param name="query">Words of the query code, unused bits zero.</param>
    /// <param name="radius">The largest distance that is returned; 0 finds equal codes.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <exception cref="ArgumentException">The query has another length or an unused bit set, the radius is negative, or the set of rows is over another number of rows.</exception>
    public Neighbour[] Within(ReadOnlySpan<ulong> query, int radius, SearchOptions? options = null) => Within(Query(query), radius, options)[0];

    /// <summary>The k nearest codes of every query.</summary>
    /// <param name="queries">Codes of the same length.</param>
    /// <param name="k">How many for each.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <returns>A list for each query, nearest first.</returns>
    public Neighbour[][] Nearest(Codes queries, int k, SearchOptions? options = null)
    {
        options ??= new SearchOptions();
        return Search(queries, Reach.Nearest(k, Codes.Bits, options.KeepTies), options);
    }

    /// <summary>Every code within a radius of every query.</summary>
    /// <param name="queries">Codes of the same length.</param>
    /// <param name="radius">The largest distance that is returned.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <returns>A list for each query, nearest first.</returns>
    public Neighbour[][] Within(Codes queries, int radius, SearchOptions? options = null) =>
        Search(queries, Reach.Within(radius, Codes.Bits), options ?? new SearchOptions());

    /// <summary>As <see cref="Nearest(Codes, int, SearchOptions?)"/>, on the thread pool.</summary>
    /// <param name="queries">Codes of the same length.</param>
    /// <param name="k">How many for each.</param>
    /// <param name="options">Which rows may be returned, and how the search runs; its cancellation counts too.</param>
    /// <param name="cancellation">Ends the search within milliseconds.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<Neighbour[][]> NearestAsync(Codes queries, int k, SearchOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new SearchOptions();
        return SearchAsync(queries, Reach.Nearest(k, Codes.Bits, options.KeepTies), options, cancellation);
    }

    /// <summary>As <see cref="Within(Codes, int, SearchOptions?)"/>, on the thread pool.</summary>
    /// <param name="queries">Codes of the same length.</param>
    /// <param name="radius">The largest distance that is returned.</param>
    /// <param name="options">Which rows may be returned, and how the search runs; its cancellation counts too.</param>
    /// <param name="cancellation">Ends the search within milliseconds.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<Neighbour[][]> WithinAsync(Codes queries, int radius, SearchOptions? options = null, CancellationToken cancellation = default) =>
        SearchAsync(queries, Reach.Within(radius, Codes.Bits), options ?? new SearchOptions(), cancellation);

    private async Task<Neighbour[][]> SearchAsync(Codes queries, Reach reach, SearchOptions options, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, options.Cancellation);
        SearchOptions own = options with { Cancellation = either.Token };
        return await Task.Run(() => Search(queries, reach, own), either.Token).ConfigureAwait(false);
    }

    private Neighbour[][] Search(Codes queries, Reach reach, SearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(queries);
        Codes.RequireSameBits(Codes.Bits, queries.Bits);
        RowFilter filter = RowFilter.Of(options, Codes.Count);
        options.Cancellation.ThrowIfCancellationRequested();
        if (filter.Listed(Codes.Count / Planner.ScanPerListedRow) is int[] listed)
        {
            return SearchListed(listed, queries, reach, filter, options);
        }

        var kind = SearchKind.Of(reach, queries.Count, filter);
        SearchPlan plan = _planner.Choose(kind, queries.Count, options);
        long started = Stopwatch.GetTimestamp();
        Neighbour[][] found = plan == SearchPlan.MultiIndex && Tables is not null
            ? new TableSearch(Tables, _planner, kind, reach, filter, options).Run(queries, left => SearchAll(_planner.SweepPlan(left.Count), left, reach, filter, options))
            : SearchAll(plan, queries, reach, filter, options);
        _planner.Learn(kind, plan, started, found);
        return found;
    }

    /// <summary>Compares all codes with all queries.</summary>
    private Neighbour[][] SearchAll(SearchPlan plan, Codes queries, Reach reach, RowFilter filter, SearchOptions options) => plan switch
    {
        SearchPlan.Planes => new Sweeps(Codes, reach, filter, options, (own, nearest) => new PlaneSweep(Codes, own, nearest, _kernel, reach)).Run(queries),
        _ => new Sweeps(Codes, reach, filter, options, (own, nearest) => new ScanSweep(Codes, own, nearest, _kernel)).Run(queries),
    };

    /// <summary>Copies the few rows of a set together and searches those.</summary>
    private Neighbour[][] SearchListed(int[] rows, Codes queries, Reach reach, RowFilter filter, SearchOptions options)
    {
        ulong[] words = new ulong[(long)rows.Length * Codes.WordsPerCode];
        for (int i = 0; i < rows.Length; i++)
        {
            Codes[rows[i]].CopyTo(words.AsSpan(i * Codes.WordsPerCode));
            if ((i & 4095) == 0)
            {
                options.Cancellation.ThrowIfCancellationRequested();
            }
        }

        SearchOptions inner = options with { Rows = null, Plan = SearchPlan.Auto, Where = filter.Where is null ? null : row => filter.Where(rows[row]) };
        Neighbour[][] found = new HammingIndex(new Codes(Codes.Bits, words), _kernel).Search(queries, reach, inner);
        foreach (Neighbour[] list in found)
        {
            for (int i = 0; i < list.Length; i++)
            {
                list[i] = list[i] with { Row = rows[list[i].Row] };
            }
        }

        return found;
    }

    private Codes Query(ReadOnlySpan<ulong> query) => query.Length == Codes.WordsPerCode
        ? new Codes(Codes.Bits, query.ToArray())
        : throw new ArgumentException($"the query has {query.Length} words; codes of {Codes.Bits} bits have {Codes.WordsPerCode}. Encode it with the model of the index.", nameof(query));
}
