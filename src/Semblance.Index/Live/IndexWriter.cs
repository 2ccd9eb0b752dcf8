using Semblance.Index.Log;
using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index.Live;

/// <summary>What the writer of an index holds and does. Everything but <see cref="Current"/> is for the writer's thread alone.</summary>
/// <remarks>
/// A write counts when its record is in the log; a change of files counts when the manifest is switched. Before that the log is synced, so that no file
/// ever knows more than the log: a deletion that a file names is never the half of a replacement whose other half a power cut could take.
/// </remarks>
internal sealed class IndexWriter
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

    /// <summary>Writes the files of an empty index.</summary>
    public static void CreateFiles(FileStore store, int bits, IdKind ids)
    {
        using var log = LogWriter.Create(store, 1, 1, bits, ids);
        new Manifest(bits, ids, 2, [], log.Entry).Prepare(store);
        Manifest.Switch(store);
    }

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

    /// <summary>Whether the rows in memory should be written to a segment.</summary>
    public bool FlushIsDue => _broken is null && _memory.Count >= _retryFlushAt && (_memory.Count >= _options.MemoryRows || _log.Length >= Math.Min(_options.MemoryBytes, MaxLogBytes / 2));

    /// <summary>Writes the rows in memory to a segment and begins a new log.</summary>
    public void Flush()
    {
        RequireSound();
        if (_log.Length == LogLayout.HeaderLength)
        {
            return;
        }

        // Should this fail, it is tried again only after more rows: an error at every commit would help nobody.
        _retryFlushAt = _memory.Count + Math.Max(1, _options.MemoryRows / 4);
        long number = NewNumber();
        long logNumber = NewNumber();
        Segment? segment = null;
        LogWriter? log = null;
        LogWriter old = _log;
        try
        {
            segment = WriteMemory(number);
            log = LogWriter.Create(_store, logNumber, old.NextSequence, _bits, _ids);
            Switch(segment is null ? _segments : [.. _segments, new LiveSegment(segment, new RowMarks(segment.Items), null)], log, new MemoryRows(_bits, _ids, _options.MemoryRows));
        }
        catch
        {
            segment?.Release();
            log?.Dispose();
            DeleteUnlessBroken([FileNames.Segment(number), FileNames.Log(logNumber)]);
            throw;
        }

        old.Dispose();
        _retryFlushAt = 0;
        FlushWarning = null;
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

    /// <summary>Puts new segments in the place of some: after a merge.</summary>
    /// <param name="sources">The segments that were merged, as they were then.</param>
    /// <param name="merged">What they became; null where nothing was left.</param>
    public void Replace(IReadOnlyList<SegmentView> sources, Segment? merged)
    {
        RequireSound();
        HashSet<Segment> gone = [.. sources.Select(source => source.Segment)];
        List<LiveSegment> segments = _segments.FindAll(segment => !gone.Contains(segment.Segment));
        if (merged is not null)
        {
            var added = new LiveSegment(merged, new RowMarks(merged.Items), null);
            foreach (SegmentView source in sources)
            {
                LiveSegment now = _segments.Find(segment => segment.Segment == source.Segment)!;
                foreach (int item in now.Deleted.Since(source.Deleted))
                {
                    added.Delete(merged.Find(source.Segment.IdOf(item)));
                }
            }

            segments.Add(added);
        }

        Switch(segments, _log, _memory);
        foreach (Segment segment in gone)
        {
            segment.WhenUnused(() => DeleteUnused(segment.Entry.FileName));
            segment.Release();
        }
    }

    /// <summary>Deletes a file that was written and did not come to count; for any thread.</summary>
    public void Drop(string name) => DeleteUnlessBroken([name]);

    /// <summary>Adds segments whose items replace those of the same ids.</summary>
    public int Add(IReadOnlyList<Segment> added)
    {
        RequireSound();
        Flush();
        List<LiveSegment> segments = _segments.ConvertAll(segment => segment.Fork());
        int replaced = 0;
        foreach (LiveSegment old in segments)
        {
            foreach (Segment segment in added)
            {
                foreach (int item in SameIds.Of(old.Segment, segment))
                {
                    replaced += old.Delete(item) ? 1 : 0;
                }
            }
        }

        segments.AddRange(added.Select(segment => new LiveSegment(segment, new RowMarks(segment.Items), null)));
        Switch(segments, _log, _memory);
        return replaced;
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

    private Segment? WriteMemory(long number)
    {
        var builder = new SegmentBuilder(_bits, _ids);
        foreach (MemoryView.Chunk chunk in _memory.View().Chunks)
        {
            builder.Add(chunk.Part, chunk.Deleted);
        }

        return builder.Write(_store, number) is { } entry ? Segment.Open(_store, entry, _bits, _ids) : null;
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

    private void TryFlushOnClose(bool flush)
    {
        try
        {
            if (flush && _memory.Count >= Math.Min(_options.MemoryRows, 1 << 14))
            {
                Flush();
            }
            else if (_log.Synced != _loggedLength)
            {
                Switch(_segments, _log, _memory);
            }
        }
        catch (Exception)
        {
            // All that was acknowledged is in the log and synced; the next writer goes on from there.
        }
    }

    /// <summary>Writes what files are still to be written and switches the manifest; then, and only then, the new parts count.</summary>
    private void Switch(List<LiveSegment> segments, LogWriter log, MemoryRows memory)
    {
        SyncLog();
        List<LiveSegment> saved = Prepare(segments, log);
        try
        {
            Manifest.Switch(_store);
        }
        catch (Exception fault)
        {
            throw Break(fault);
        }

        HashSet<string> kept = [.. saved.Select(segment => segment.Saved?.FileName).OfType<string>()];
        foreach (string name in _segments.Select(segment => segment.Saved?.FileName).OfType<string>().Where(name => !kept.Contains(name)))
        {
            TryDelete(name);
        }

        if (log != _log)
        {
            TryDelete(FileNames.Log(_log.Number));
        }

        (_segments, _log, _memory, _loggedLength) = (saved, log, memory, log.Synced);
        Publish();
    }

    /// <summary>Writes new files of deleted items and the new manifest; where that fails, nothing of it is left.</summary>
    private List<LiveSegment> Prepare(List<LiveSegment> segments, LogWriter log)
    {
        List<string> written = [FileNames.NewManifest];
        try
        {
            var saved = new List<LiveSegment>(segments.Count);
            foreach (LiveSegment segment in segments)
            {
                saved.Add(segment.Unsaved ? Save(segment, written) : segment);
            }

            new Manifest(_bits, _ids, Interlocked.Read(ref _next), [.. saved.Select(EntryOf)], log.Entry).Prepare(_store);
            return saved;
        }
        catch
        {
            DeleteUnlessBroken(written);
            throw;
        }
    }

    private LiveSegment Save(LiveSegment segment, List<string> written)
    {
        long number = NewNumber();
        written.Add(FileNames.Deleted(number));
        return segment.SavedAs(DeletedFile.Write(_store, number, segment.Deleted));
    }

    private static SegmentEntry EntryOf(LiveSegment segment) => segment.Segment.Entry with { Deleted = segment.Saved };

    private IndexState NewState() => new([.. _segments.Select(segment => segment.View())], _memory.View());

    private void Publish()
    {
        IndexState old = _current;
        _current = NewState();
        old.Release();
    }

    private void DeleteOrphans(Manifest manifest)
    {
        HashSet<string> named = [manifest.Log.FileName, .. manifest.Segments.Select(entry => entry.FileName), .. manifest.Segments.Select(entry => entry.Deleted?.FileName).OfType<string>()];
        foreach (string name in _store.List().Where(name => name == FileNames.NewManifest || (FileNames.IsNumbered(name) && !named.Contains(name))))
        {
            TryDelete(name);
        }
    }

    /// <summary>Deletes files that no manifest names. Where the switch of the manifest broke off, it is not known whether one does: they stay.</summary>
    private void DeleteUnlessBroken(List<string> names)
    {
        if (_broken is null)
        {
            names.ForEach(TryDelete);
        }
    }

    private void DeleteUnused(string name)
    {
        // A snapshot may outlive the index. Then the directory is another writer's, who deletes what no manifest names.
        if (!_closed)
        {
            TryDelete(name);
        }
    }

    private void TryDelete(string name)
    {
        try
        {
            _store.Delete(name);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The next writer deletes what the manifest does not name.
        }
    }
}
