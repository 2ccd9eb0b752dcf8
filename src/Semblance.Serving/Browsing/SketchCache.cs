using System.Collections.Concurrent;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Browsing;

/// <summary>The last pass over a store, and the next one when the store has changed.</summary>
/// <remarks>
/// Where the number of items has changed by a hundredth or more, the next caller waits for a new pass. Otherwise a pass that is old is replaced in the background, and callers have the old one
/// until then.
/// </remarks>
internal sealed class SketchCache(ISearchStore store, BrowsingOptions options, TimeProvider time) : IAsyncDisposable
{
    private const double MuchChanged = 0.01;
    private const int CostsBetweenPasses = 50;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task<SketchResults>? _next;
    private SketchResults? _current;

    /// <summary>A pass that is recent enough.</summary>
    public async Task<SketchResults> GetAsync(CancellationToken cancellation)
    {
        if (_current is not { } current || HasChanged(current.Sketch.Items, (await store.InfoAsync(cancellation).ConfigureAwait(false)).Items))
        {
            return await Next().WaitAsync(cancellation).ConfigureAwait(false);
        }
        if (time.GetElapsedTime(current.Made) > GoodFor(current))
        {
            _ = Next();
        }
        return current;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_next is { } next)
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (_current is { } current)
        {
            await current.WhenIdleAsync().ConfigureAwait(false);
        }
        _stopping.Dispose();
    }

    private static bool HasChanged(long before, long now) => Math.Abs(now - before) > before * MuchChanged;

    private TimeSpan GoodFor(SketchResults results) => TimeSpan.FromTicks(Math.Max(options.Refresh.Ticks, results.Took.Ticks * CostsBetweenPasses));

    /// <summary>The pass that is under way, or a new one.</summary>
    private Task<SketchResults> Next()
    {
        lock (_lock)
        {
            return _next is { IsCompleted: false } ? _next : _next = Task.Run(PassAsync, _stopping.Token);
        }
    }

    private async Task<SketchResults> PassAsync()
    {
        long start = time.GetTimestamp();
        CollectionSketch sketch = await CollectionSketch.OfAsync(store, options, time, _stopping.Token).ConfigureAwait(false);
        return _current = new SketchResults(sketch, time.GetTimestamp(), time.GetElapsedTime(start), _stopping.Token);
    }
}

/// <summary>What was made of one pass over a store, each thing once and one at a time.</summary>
/// <param name="sketch">What the pass kept.</param>
/// <param name="made">When, as a timestamp of the clock.</param>
/// <param name="took">How long the pass took.</param>
/// <param name="stopping">Ends everything.</param>
internal sealed class SketchResults(CollectionSketch sketch, long made, TimeSpan took, CancellationToken stopping)
{
    private const int MostKept = 64;
    private readonly ConcurrentDictionary<string, Lazy<Task<object>>> _results = [];
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;

    public CollectionSketch Sketch => sketch;

    public long Made => made;

    public TimeSpan Took => took;

    /// <summary>A result by name, made where it is not there; a failed one is made again by the next caller.</summary>
    public async Task<T> GetAsync<T>(string name, Func<CancellationToken, T> make)
        where T : class
    {
        if (_results.Count >= MostKept && !_results.ContainsKey(name))
        {
            _results.Clear();
        }
        Lazy<Task<object>> result = _results.GetOrAdd(name, _ => new Lazy<Task<object>>(() => Queue(make)));
        try
        {
            return (T)await result.Value.ConfigureAwait(false);
        }
        catch
        {
            _results.TryRemove(KeyValuePair.Create(name, result));
            throw;
        }
    }

    /// <summary>Waits until nothing is being made.</summary>
    public async Task WhenIdleAsync() => await _last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task<object> Queue<T>(Func<CancellationToken, T> make)
        where T : class
    {
        lock (_lock)
        {
            Task<object> next = MakeAfterAsync(_last, make);
            _last = next;
            return next;
        }
    }

    private async Task<object> MakeAfterAsync<T>(Task before, Func<CancellationToken, T> make)
        where T : class
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await Task.Run(() => make(stopping), stopping).ConfigureAwait(false);
    }
}
