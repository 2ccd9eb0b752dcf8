using Semblance.Index.Live;
using Semblance.Index.Searching;

namespace Semblance.Index;

/// <summary>A <see cref="LiveIndex"/> as it was at one time: later writes do not show in it. Safe for concurrent use; dispose of it to let go of old files.</summary>
/// <remarks>
/// Results are ordered by (distance, id). A search throws <see cref="InvalidDataException"/> where a file of the index is damaged, <see cref="ArgumentException"/> for a query
/// of another length or with unused bits set.
/// </remarks>
public sealed class Snapshot : IDisposable
{
    private readonly IndexState _state;
    private readonly int _bits;
    private readonly IdKind _ids;
    private int _disposed;

    /// <summary>Takes over a reference on a state.</summary>
    internal Snapshot(IndexState state, int bits, IdKind ids) => (_state, _bits, _ids) = (state, bits, ids);

    /// <summary>Number of items.</summary>
    public long Count => Use(state => state.Count);

    /// <summary>The item of an id, or null where there is none.</summary>
    /// <exception cref="ArgumentException">The index has ids of the other kind.</exception>
    public Item? Find(ItemId id)
    {
        Checks.Id(id, _ids);
        return Use(state => state.Find(id));
    }

    /// <summary>All items, or those behind an id, in the order of their ids.</summary>
    /// <param name="after">The id, which no item needs to have; null for all items.</param>
    /// <exception cref="ArgumentException">The index has ids of the other kind.</exception>
    public IEnumerable<Item> Items(ItemId? after = null)
    {
        if (after is { } id)
        {
            Checks.Id(id, _ids);
        }

        return ItemsBehind(after);
    }

    private IEnumerable<Item> ItemsBehind(ItemId? after)
    {
        IndexState state = Acquire();
        try
        {
            foreach (Item item in state.Items(after))
            {
                yield return item;
            }
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>The k nearest items.</summary>
    /// <param name="code">Words of the query code.</param>
    /// <param name="k">How many, 1 or more; all where it is larger than their number.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    public ItemMatch[] Nearest(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null) => Nearest(Query(code), k, options)[0];

    /// <summary>All items within a radius.</summary>
    /// <param name="code">Words of the query code.</param>
    /// <param name="radius">The largest distance; 0 finds equal codes.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    public ItemMatch[] Within(ReadOnlySpan<ulong> code, int radius, LiveSearchOptions? options = null) => Within(Query(code), radius, options)[0];

    /// <summary>The k nearest items of every query.</summary>
    /// <param name="queries">The query codes.</param>
    /// <param name="k">How many for each, 1 or more; all where it is larger than their number.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    public ItemMatch[][] Nearest(Codes queries, int k, LiveSearchOptions? options = null)
    {
        Checks.Queries(queries, _bits);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return Search(options, search => search.Nearest(queries, k));
    }

    /// <summary>All items within a radius of every query.</summary>
    /// <param name="queries">The query codes.</param>
    /// <param name="radius">The largest distance; 0 finds equal codes.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    public ItemMatch[][] Within(Codes queries, int radius, LiveSearchOptions? options = null)
    {
        Checks.Queries(queries, _bits);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        return Search(options, search => search.Within(queries, radius));
    }

    /// <summary>The k nearest items by the sum of the weights of the differing bits.</summary>
    /// <param name="code">Words of the query code.</param>
    /// <param name="weights">A weight for each bit, finite and 0 or more.</param>
    /// <param name="k">How many, 1 or more; all where it is larger than their number.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    public ScoredMatch[] NearestWeighted(ReadOnlySpan<ulong> code, ReadOnlySpan<double> weights, int k, LiveSearchOptions? options = null)
    {
        ulong[] query = Query(code).Words.ToArray();
        double[] own = weights.ToArray();
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return Search(options, search => search.Nearest(
            k,
            (part, rows) => part.NearestWeighted(query, own, k, rows),
            (part, radius, rows) => part.WithinWeighted(query, own, radius, rows)));
    }

    /// <summary>The k nearest items by Jaccard distance: 1 - |a and b| / |a or b|, which is 0 where both are empty.</summary>
    /// <param name="code">Words of the query code.</param>
    /// <param name="k">How many, 1 or more; all where it is larger than their number.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    public ScoredMatch[] NearestJaccard(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null)
    {
        ulong[] query = Query(code).Words.ToArray();
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return Search(options, search => search.Nearest(
            k,
            (part, rows) => part.NearestJaccard(query, k, rows),
            (part, radius, rows) => part.WithinJaccard(query, radius, rows)));
    }

    /// <summary>All items within a Jaccard distance.</summary>
    /// <param name="code">Words of the query code.</param>
    /// <param name="radius">The largest distance, 0 to 1.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    public ScoredMatch[] WithinJaccard(ReadOnlySpan<ulong> code, double radius, LiveSearchOptions? options = null)
    {
        ulong[] query = Query(code).Words.ToArray();
        return Search(options, search => search.Within((part, rows) => part.WithinJaccard(query, radius, rows)));
    }

    /// <summary>The items nearest to an embedding that is not rounded to bits: candidates by Hamming distance, ranked by how strongly the embedding speaks for its bits.</summary>
    /// <param name="embedding">The query's real outputs, one a bit; the signs are the query code, and a differing bit costs the output's absolute value.</param>
    /// <param name="k">How many, 1 or more.</param>
    /// <param name="candidates">How many items are ranked anew, <paramref name="k"/> or more.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    public ScoredMatch[] NearestAsymmetric(ReadOnlySpan<float> embedding, int k, int candidates, LiveSearchOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, k);
        double[] weights = Checks.Embedding(embedding, _bits);
        var query = Codes.FromSigns(embedding, _bits);
        return Search(options, search => search.Reranked(query, candidates, new WeightedScore(query.Words, weights), k));
    }

    /// <summary>Which plan a search takes in every part of the index, and why.</summary>
    /// <param name="code">Words of the query code.</param>
    /// <param name="k">How many nearest items.</param>
    /// <param name="options">Which items may be returned; its plan does not count.</param>
    public IReadOnlyList<PartExplanation> Explain(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null)
    {
        ulong[] query = Query(code).Words.ToArray();
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return Search(options, search => search.Explain(query, k));
    }

    /// <summary>Lets go of the state; files that only it needed are deleted. Searches that run finish.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _state.Release();
        }
    }

    private Codes Query(ReadOnlySpan<ulong> code)
    {
        Checks.Code(code, _bits);
        return new Codes(_bits, code.ToArray());
    }

    private T Search<T>(LiveSearchOptions? options, Func<StateSearch, T> search) => Use(state => search(new StateSearch(state, options ?? new LiveSearchOptions())));

    private IndexState Acquire()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0 || !_state.TryAcquire(), this);
        return _state;
    }

    private T Use<T>(Func<IndexState, T> read)
    {
        IndexState state = Acquire();
        try
        {
            return read(state);
        }
        finally
        {
            state.Release();
        }
    }
}
