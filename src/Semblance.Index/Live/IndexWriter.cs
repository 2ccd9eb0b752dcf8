using Semblance.Index.Log;
using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index.Live;

/// <summary>What the writer of an index holds and does. Everything but <see cref="Current"/> is for the writer's thread alone.</summary>
/// <remarks>
/// A write counts when its record is in the log; a change of files counts when the manifest is switched. Before that the log is synced, so that no file
/// ever knows more than the log: a deletion that a file names is never the half of a replacement whose other half a power cut could take.
/// </remarks>
internal sealed partial class IndexWriter
{
    private const long MaxLogBytes = 1 << 30;

    private readonly FileStore _store;
    private readonly LiveIndexOptions _options;
    private readonly int _bits;
    private readonly IdKind _ids;
    private List<LiveSegment> _segments;
    private MemoryRows _memory;
    private LogWriter _log;
    private long _next;
    private long _loggedLength;
    private int _retryFlushAt;
    private DateTime? _syncDue;
    private volatile IOException? _broken;
    private volatile bool _closed;
    private volatile IndexState _current;

    /// <summary>Goes on with an index that was read.</summary>
    public IndexWriter(FileStore store, LiveIndexOptions options, IndexFiles files)
    {
        (_store, _options, _bits, _ids) = (store, options, files.Manifest.Bits, files.Manifest.Ids);
        (_segments, _memory, _next) = (files.Segments, files.Memory, files.Manifest.Next);
        _loggedLength = files.Manifest.Log.Length;

        // A writer that was killed may have switched to this manifest without syncing the switch. What only the one before names goes when that cannot come back.
        store.SyncDirectory();
        DeleteOrphans(files.Manifest);
        _log = LogWriter.Continue(store, files.Manifest.Log, files.Log);
        _current = NewState();
    }

    /// <summary>The state that readers see.</summary>
    public IndexState Current => _current;

    /// <summary>What went wrong in the background since the last time that it succeeded; null for nothing.</summary>
    public string? Warning => FlushWarning ?? MergeWarning;

    /// <summary>Why rows in memory could not be written to a segment.</summary>
    public string? FlushWarning { get; set; }

    /// <summary>Why segments could not be merged.</summary>
    public string? MergeWarning { get; set; }

    /// <summary>Bytes of the log.</summary>
    public long LogLength => _log.Length;

    /// <summary>Segments at present.</summary>
    public IReadOnlyList<LiveSegment> Segments => _segments;

    /// <summary>A number for a new file; for any thread.</summary>
    public long NewNumber() => Interlocked.Increment(ref _next) - 1;

    /// <summary>Commits the changes of some callers with one record and one sync, and completes each of them.</summary>
    public void Commit(List<Commit> commits)
    {
        var changes = new Changes(_segments, _memory);
        commits.RemoveAll(commit => !Located(commit, changes));
        if (commits.Count == 0)
        {
            return;
        }

        try
        {
            RequireSound();
            Log(commits);
        }
        catch (Exception fault)
        {
            CommitApart(commits, fault);
            return;
        }

        int[] found = commits.ConvertAll(commit => Apply(commit, changes)).ToArray();
        Publish();
        for (int i = 0; i < found.Length; i++)
        {
            commits[i].Succeed(found[i]);
        }
    }

    /// <summary>Returns when all that was acknowledged is on the disk.</summary>
    public void Sync()
    {
        RequireSound();
        SyncLog();
    }

    /// <summary>How long until the log must be synced.</summary>
    public TimeSpan UntilSync()
    {
        if (_syncDue is not { } due)
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan left = due - DateTime.UtcNow;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Syncs the log when it is due; an error is kept for the next write.</summary>
    public void SyncWhenDue()
    {
        try
        {
            SyncLog();
        }
        catch (IOException)
        {
            // The index refuses writes from here on and says why.
        }
    }

    /// <summary>Makes the log durable, writes its length to the manifest and lets go of all files.</summary>
    public void Close(bool flush)
    {
        try
        {
            if (_broken is null)
            {
                SyncLog();
                TryFlushOnClose(flush);
            }
        }
        finally
        {
            Abandon();
        }
    }

    /// <summary>Lets go of all files as they are.</summary>
    public void Abandon()
    {
        _closed = true;
        _log.Dispose();
        _current.Release();
        _segments.ForEach(segment => segment.Segment.Release());
    }

    private static bool Located(Commit commit, Changes changes)
    {
        try
        {
            for (int i = 0; i < commit.Places.Length; i++)
            {
                commit.Places[i] = changes.Locate(commit.Operations[i].Id);
            }

            return true;
        }
        catch (Exception fault)
        {
            commit.Fail(fault);
            return false;
        }
    }

    private static int Apply(Commit commit, Changes changes)
    {
        int found = 0;
        for (int i = 0; i < commit.Places.Length; i++)
        {
            found += changes.Apply(commit.Operations[i], commit.Places[i]) ? 1 : 0;
        }

        return found;
    }

    /// <summary>After commits together could not be written: each alone, so that a large one for which there is no room does not take the others with it.</summary>
    private void CommitApart(List<Commit> commits, Exception fault)
    {
        if (commits.Count == 1 || _broken is not null)
        {
            commits.ForEach(commit => commit.Fail(fault));
            return;
        }

        foreach (Commit commit in commits)
        {
            Commit([commit]);
        }
    }

    private void Log(List<Commit> commits)
    {
        RequireRoomInLog(commits.Sum(commit => (long)commit.Body.Length));
        try
        {
            _log.Append(commits.ConvertAll(commit => commit.Body));
        }
        catch (LogBrokenException fault)
        {
            throw Break(fault);
        }

        if (_options.Durability.Delay == TimeSpan.Zero)
        {
            SyncLog();
        }
        else if (_options.Durability.Delay != Timeout.InfiniteTimeSpan)
        {
            _syncDue ??= DateTime.UtcNow + _options.Durability.Delay;
        }
    }

    /// <summary>A log must stay short enough to be read; it grows without end only where its rows cannot be written to a segment.</summary>
    private void RequireRoomInLog(long bytes)
    {
        if (_log.Length + bytes > MaxLogBytes && _log.Length > LogLayout.HeaderLength)
        {
            _retryFlushAt = 0;
            throw new IOException($"{_store.PathOf(FileNames.Log(_log.Number))}: the log has {_log.Length} bytes and takes no more until its rows are written to a segment. {Warning ?? "Write less at a time, or import."}");
        }
    }

    private void SyncLog()
    {
        _syncDue = null;
        try
        {
            _log.Sync();
        }
        catch (Exception fault)
        {
            throw Break(fault);
        }
    }

    private IOException Break(Exception fault) =>
        _broken = new IOException($"{_store.PathOf(FileNames.Log(_log.Number))}: a write could not be brought to the disk, so what the disk holds is not known: {fault.Message} The index can be read; to write, close it and open it again.", fault);

    private void RequireSound()
    {
        if (_broken is not null)
        {
            throw new IOException(_broken.Message, _broken);
        }
    }

    private IndexState NewState() => new([.. _segments.Select(segment => segment.View())], _memory.View());

    private void Publish()
    {
        IndexState old = _current;
        _current = NewState();
        old.Release();
    }
}
