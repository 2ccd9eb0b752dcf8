using Semblance.Index;

namespace Semblance.Serving.Stores;

/// <summary>Lets an index that is open for reading see what its writer has written, about a second later.</summary>
internal sealed class IndexRefresh : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly LiveIndex _index;
    private readonly string _path;
    private readonly Timer _timer;
    private string _seen;
    private volatile string? _fault;

    /// <summary>Begins to look.</summary>
    /// <param name="index">The index.</param>
    /// <param name="path">Its directory.</param>
    public IndexRefresh(LiveIndex index, string path)
    {
        (_index, _path, _seen) = (index, path, Look(path));
        _timer = new Timer(_ => Refresh(), null, Interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why the newest state cannot be read; null where it is.</summary>
    public string? Fault => _fault;

    /// <inheritdoc/>
    public void Dispose()
    {
        using ManualResetEvent stopped = new(false);
        _timer.Dispose(stopped);
        stopped.WaitOne();
    }

    private void Refresh()
    {
        try
        {
            string found = Look(_path);
            if (found != _seen)
            {
                _index.Refresh();
                _seen = found;
            }
            _fault = null;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // Searches go on with the state that was read last.
            _fault = $"what was written since cannot be read: {fault.Message}";
        }
        finally
        {
            TryAgain();
        }
    }

    private void TryAgain()
    {
        try
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The index is being closed.
        }
    }

    /// <summary>What tells one state of the directory from another.</summary>
    private static string Look(string path) =>
        string.Join(' ', new DirectoryInfo(path).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
}
