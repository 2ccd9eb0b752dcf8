using System.Threading.Channels;

namespace Semblance.Serving.Ingestion;

/// <summary>What a watch tells.</summary>
/// <param name="Report">What a pass did; null where it failed.</param>
/// <param name="Problem">Why it failed or what is worth knowing, in a sentence; null for nothing.</param>
public sealed record WatchEvent(IngestReport? Report, string? Problem);

/// <summary>Keeps a target in step with a folder until it is stopped.</summary>
/// <remarks>
/// The system's notices of changes only say when to look; what has changed is found by comparing, so a lost notice costs time and nothing else. Without notices (a network
/// drive, no watches left) the folder is looked at every <paramref name="interval"/>. A pass that fails is told and tried again.
/// </remarks>
/// <param name="folder">The folder.</param>
/// <param name="ingest">Does the passes.</param>
/// <param name="interval">The longest time between two passes.</param>
public sealed class FolderWatch(string folder, FolderIngest ingest, TimeSpan interval)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Passes, until stopped.</summary>
    /// <param name="tell">Hears of every pass that did something or failed, and of the first.</param>
    /// <param name="progress">Hears of files done and files to do.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action<WatchEvent> tell, Action<int, int>? progress, CancellationToken stop)
    {
        Channel<bool> notices = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using FileSystemWatcher? watcher = Watch(notices.Writer, tell);
        bool first = true;
        int failures = 0;
        while (!stop.IsCancellationRequested)
        {
            WatchEvent passed = await PassAsync(progress, stop).ConfigureAwait(false);
            if (first || passed.Problem is not null || passed.Report is { Any: true } or { Refused.Count: > 0 })
            {
                tell(passed);
            }
            failures = passed.Problem is null ? 0 : failures + 1;
            first = false;
            TimeSpan pause = failures > 0 ? Pause(failures) : passed.Report!.Waiting > 0 ? Again : interval;
            await WaitAsync(notices.Reader, pause, stop).ConfigureAwait(false);
        }
    }

    private static TimeSpan Pause(int failures) => TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, failures - 1)));

    private async Task<WatchEvent> PassAsync(Action<int, int>? progress, CancellationToken stop)
    {
        try
        {
            return new WatchEvent(await ingest.RunAsync(progress, stop).ConfigureAwait(false), null);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or SemblanceException)
        {
            return new WatchEvent(null, exception.Message);
        }
    }

    /// <summary>Until something happens and then nothing for a moment, or until the time is over.</summary>
    private static async Task WaitAsync(ChannelReader<bool> notices, TimeSpan longest, CancellationToken stop)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(longest);
        try
        {
            await notices.ReadAsync(over.Token).ConfigureAwait(false);
            await Task.Delay(Quiet, stop).ConfigureAwait(false);
            notices.TryRead(out _);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    private FileSystemWatcher? Watch(ChannelWriter<bool> notices, Action<WatchEvent> tell)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
            watcher.Created += (_, _) => notices.TryWrite(true);
            watcher.Changed += (_, _) => notices.TryWrite(true);
            watcher.Deleted += (_, _) => notices.TryWrite(true);
            watcher.Renamed += (_, _) => notices.TryWrite(true);
            watcher.Error += (_, _) => notices.TryWrite(true);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            watcher?.Dispose();
            tell(new WatchEvent(null, $"The system gives no notice of changes in {folder} ({exception.Message}); it is looked at every {interval.TotalSeconds:0} seconds."));
            return null;
        }
    }
}
