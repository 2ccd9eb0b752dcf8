using Semblance.Index.Log;
using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index.Live;

/// <content>Changes of files: each ends with the switch of the manifest.</content>
internal sealed partial class IndexWriter
{
    /// <summary>Writes the files of an empty index.</summary>
    public static void CreateFiles(FileStore store, int bits, IdKind ids)
    {
        using var log = LogWriter.Create(store, 1, 1, bits, ids);
        new Manifest(bits, ids, 2, [], log.Entry).Prepare(store);
        Manifest.Switch(store);
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

    private Segment? WriteMemory(long number)
    {
        var builder = new SegmentBuilder(_bits, _ids);
        foreach (MemoryView.Chunk chunk in _memory.View().Chunks)
        {
            builder.Add(chunk.Part, chunk.Deleted);
        }

        return builder.Write(_store, number) is { } entry ? Segment.Open(_store, entry, _bits, _ids) : null;
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
