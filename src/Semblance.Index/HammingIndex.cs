using Semblance.Index.Kernels;

namespace Semblance.Index;

/// <summary>Exact Hamming search by a scan over all codes.</summary>
/// <remarks>
/// Results are ordered by (distance, row): at equal distance the lower row comes first. They are the same for every kernel and every number of
/// threads. Safe for concurrent searches.
/// </remarks>
public sealed class HammingIndex
{
    private const int Block = 8192;
    private readonly HammingKernel _kernel;

    /// <summary>An index over codes in memory, which are not copied.</summary>
    public HammingIndex(Codes codes)
        : this(codes, HammingScan.Default)
    {
    }

    /// <summary>An index that scans with a chosen kernel.</summary>
    public HammingIndex(Codes codes, HammingKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(kernel);
        Codes = codes;
        _kernel = kernel;
    }

    /// <summary>The codes that are searched.</summary>
    public Codes Codes { get; }

    /// <summary>The k nearest codes, nearest first.</summary>
    /// <param name="query">Words of the query code.</param>
    /// <param name="k">How many; all codes where it is larger than their number.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <exception cref="ArgumentException">The query has another length, or k is below 1.</exception>
    public Neighbour[] Nearest(ReadOnlySpan<ulong> query, int k, SearchOptions? options = null)
    {
        RequireQuery(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        options ??= new SearchOptions();
        var nearest = new NearestRows(Math.Min(k, Codes.Count), Codes.Bits, options.KeepTies, Allowed(options));
        Span<ushort> distances = new ushort[Math.Min(Block, Codes.Count)];
        for (int start = 0; start < Codes.Count; start += Block)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            nearest.Offer(Scan(query, start, distances), start);
        }

        return nearest.ToArray();
    }

    /// <summary>Every code within a radius, nearest first.</summary>
    /// <param name="query">Words of the query code.</param>
    /// <param name="radius">The largest distance that is returned; 0 finds equal codes.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <exception cref="ArgumentException">The query has another length, or the radius is negative.</exception>
    public Neighbour[] Within(ReadOnlySpan<ulong> query, int radius, SearchOptions? options = null)
    {
        RequireQuery(query);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        options ??= new SearchOptions();
        Func<int, bool>? allowed = Allowed(options);
        var found = new List<Neighbour>();
        Span<ushort> distances = new ushort[Math.Min(Block, Codes.Count)];
        for (int start = 0; start < Codes.Count; start += Block)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<ushort> scanned = Scan(query, start, distances);
            for (int i = 0; i < scanned.Length; i++)
            {
                if (scanned[i] <= radius && (allowed is null || allowed(start + i)))
                {
                    found.Add(new Neighbour(start + i, scanned[i]));
                }
            }
        }

        return NearestRows.Ordered(found, Codes.Bits);
    }

    /// <summary>The k nearest codes of every query.</summary>
    /// <param name="queries">Codes of the same length.</param>
    /// <param name="k">How many for each.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    public Neighbour[][] Nearest(Codes queries, int k, SearchOptions? options = null) => Batch(queries, options, query => Nearest(queries[query], k, options));

    /// <summary>Every code within a radius of every query.</summary>
    /// <param name="queries">Codes of the same length.</param>
    /// <param name="radius">The largest distance that is returned.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    public Neighbour[][] Within(Codes queries, int radius, SearchOptions? options = null) => Batch(queries, options, query => Within(queries[query], radius, options));

    private static Func<int, bool>? Allowed(SearchOptions options) => options switch
    {
        { Rows: null } => options.Where,
        { Where: null } => row => options.Rows[row],
        _ => row => options.Rows[row] && options.Where(row),
    };

    private Neighbour[][] Batch(Codes queries, SearchOptions? search, Func<int, Neighbour[]> one)
    {
        ArgumentNullException.ThrowIfNull(queries);
        int threads = search?.Threads ?? 0;
        Codes.RequireSameBits(Codes.Bits, queries.Bits);
        var results = new Neighbour[queries.Count][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads };
        Parallel.For(0, queries.Count, options, query => results[query] = one(query));
        return results;
    }

    private ReadOnlySpan<ushort> Scan(ReadOnlySpan<ulong> query, int start, Span<ushort> distances)
    {
        int count = Math.Min(Block, Codes.Count - start);
        _kernel(Codes.WordsOf(start, count), query, distances);
        return distances[..count];
    }

    private void RequireQuery(ReadOnlySpan<ulong> query)
    {
        if (query.Length != Codes.WordsPerCode)
        {
            throw new ArgumentException($"the query has {query.Length} words; codes of {Codes.Bits} bits have {Codes.WordsPerCode}. Encode it with the model of the index.", nameof(query));
        }
    }
}
