namespace Semblance.Index.Live;

/// <summary>Calls that write files of their own beside the writer's thread: an index is not given up to another writer while one is under way.</summary>
internal sealed class LongCalls
{
    private readonly object _lock = new();
    private int _running;
    private bool _closed;

    /// <summary>Begins a call; disposing of the result ends it.</summary>
    /// <exception cref="ObjectDisposedException">The index was closed.</exception>
    public IDisposable Begin()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(LiveIndex));
            _running++;
        }

        return new Call(this);
    }

    /// <summary>Lets no more calls begin and waits for those that are under way.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            while (_running > 0)
            {
                Monitor.Wait(_lock);
            }
        }
    }

    private void End()
    {
        lock (_lock)
        {
            _running--;
            Monitor.PulseAll(_lock);
        }
    }

    private sealed class Call(LongCalls calls) : IDisposable
    {
        public void Dispose() => calls.End();
    }
}
