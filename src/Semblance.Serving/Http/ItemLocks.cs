using Semblance.Index;

namespace Semblance.Serving.Http;

/// <summary>Lets one write at a time change an item together with its image, so that the two always belong together.</summary>
/// <remarks>Ids share a fixed number of locks, which are taken in their order, so that no two writes wait for each other.</remarks>
internal sealed class ItemLocks : IDisposable
{
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits for the locks of items.</summary>
    /// <returns>Frees them.</returns>
    public async Task<IDisposable> HoldAsync(IEnumerable<ItemId> ids, CancellationToken cancellation)
    {
        Held held = new();
        try
        {
            foreach (int number in ids.Select(id => (int)((uint)id.GetHashCode() % (uint)_locks.Length)).Distinct().Order())
            {
                await _locks[number].WaitAsync(cancellation).ConfigureAwait(false);
                held.Add(_locks[number]);
            }
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_locks, one => one.Dispose());

    private sealed class Held : List<SemaphoreSlim>, IDisposable
    {
        public void Dispose() => ForEach(one => one.Release());
    }
}
