using Semblance.Index.Live;

namespace Semblance.Index;

/// <summary>A <see cref="LiveIndex"/> as it was at one time: later writes do not show in it. Safe for concurrent use; dispose of it to let go of old files.</summary>
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

    /// <summary>All items in the order of their ids.</summary>
    public IEnumerable<Item> Items()
    {
        IndexState state = Acquire();
        try
        {
            foreach (Item item in state.Items())
            {
                yield return item;
            }
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>The k nearest items, nearest first, at equal distance the lower id first.</summary>
    /// <param name="code">Words of the query code.</param>
    /// <param name="k">How many; all where it is larger than their number.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    /// <exception cref="ArgumentException">The code has another length or bits set that it does not have, or k is below 1.</exception>
    /// <exception cref="InvalidDataException">A file of the index is damaged.</exception>
    public ItemMatch[] Nearest(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null)
    {
        Checks.Code(code, _bits);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        IndexState state = Acquire();
        try
        {
            return new StateSearch(state, options ?? new LiveSearchOptions()).Nearest(code, k);
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>All items within a radius, nearest first, at equal distance the lower id first.</summary>
    /// <param name="code">Words of the query code.</param>
    /// <param name="radius">The largest distance; 0 finds equal codes.</param>
    /// <param name="options">Which items may be returned, and how the search runs.</param>
    /// <exception cref="ArgumentException">The code has another length or bits set that it does not have, or the radius is negative.</exception>
    /// <exception cref="InvalidDataException">A file of the index is damaged.</exception>
    public ItemMatch[] Within(ReadOnlySpan<ulong> code, int radius, LiveSearchOptions? options = null)
    {
        Checks.Code(code, _bits);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        IndexState state = Acquire();
        try
        {
            return new StateSearch(state, options ?? new LiveSearchOptions()).Within(code, radius);
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>The k nearest items of every query.</summary>
    /// <inheritdoc cref="Nearest(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public ItemMatch[][] Nearest(Codes queries, int k, LiveSearchOptions? options = null)
    {
        Checks.Queries(queries, _bits);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return Use(state => new StateSearch(state, options ?? new LiveSearchOptions()).Nearest(queries, k));
    }

    /// <summary>All items within a radius of every query.</summary>
    /// <inheritdoc cref="Within(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public ItemMatch[][] Within(Codes queries, int radius, LiveSearchOptions? options = null)
    {
        Checks.Queries(queries, _bits);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        return Use(state => new StateSearch(state, options ?? new LiveSearchOptions()).Within(queries, radius));
    }

    /// <summary>Lets go of the state; files that only it needed are deleted. Searches that run finish.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _state.Release();
        }
    }

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
