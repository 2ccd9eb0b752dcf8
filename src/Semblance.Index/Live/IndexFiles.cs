using Semblance.Index.Log;
using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index.Live;

/// <summary>An index as it was read from its files.</summary>
internal sealed class IndexFiles
{
    private IndexFiles(Manifest manifest, List<LiveSegment> segments, MemoryRows memory, LogContents log) =>
        (Manifest, Segments, Memory, Log) = (manifest, segments, memory, log);

    /// <summary>The manifest.</summary>
    public Manifest Manifest { get; }

    /// <summary>The segments with their deleted items, those that the log names too.</summary>
    public List<LiveSegment> Segments { get; }

    /// <summary>The items that the log has put.</summary>
    public MemoryRows Memory { get; }

    /// <summary>The log.</summary>
    public LogContents Log { get; }

    /// <summary>Reads an index that nobody changes.</summary>
    /// <param name="store">Its files.</param>
    /// <param name="memoryRows">Items that are expected in memory.</param>
    /// <exception cref="InvalidDataException">It is damaged, of a newer version, or not an index.</exception>
    public static IndexFiles Read(FileStore store, int memoryRows) => Read(store, memoryRows, tries: 1);

    /// <summary>Reads an index that another process may be changing.</summary>
    /// <exception cref="InvalidDataException">It is damaged, of a newer version, or not an index.</exception>
    public static IndexFiles ReadWhileWritten(FileStore store) => Read(store, int.MaxValue, tries: 20);

    /// <summary>The state to read.</summary>
    public IndexState State() => new([.. Segments.Select(segment => segment.View())], Memory.View());

    private static IndexFiles Read(FileStore store, int memoryRows, int tries)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return ReadOnce(store, memoryRows);
            }
            catch (FileNotFoundException) when (attempt < tries)
            {
                // The writer replaced the manifest and deleted what only the old one named: the new one is there to be read.
                Thread.Sleep(attempt);
            }
            catch (FileNotFoundException fault)
            {
                throw new InvalidDataException($"{fault.FileName}: the manifest names this file, and it is missing. Restore the index from a copy or build it anew.", fault);
            }
        }
    }

    private static IndexFiles ReadOnce(FileStore store, int memoryRows)
    {
        var manifest = Manifest.Read(store);
        List<LiveSegment> segments = [];
        try
        {
            foreach (SegmentEntry entry in manifest.Segments)
            {
                segments.Add(Open(store, entry, manifest));
            }

            var log = LogContents.Read(store, manifest.Log, manifest.Bits, manifest.Ids);
            var memory = new MemoryRows(manifest.Bits, manifest.Ids, memoryRows);
            Replay(store, manifest, log, new Changes(segments, memory));
            return new IndexFiles(manifest, segments, memory, log);
        }
        catch
        {
            segments.ForEach(segment => segment.Segment.Release());
            throw;
        }
    }

    private static LiveSegment Open(FileStore store, SegmentEntry entry, Manifest manifest)
    {
        var segment = Segment.Open(store, entry, manifest.Bits, manifest.Ids);
        try
        {
            return new LiveSegment(segment, entry.Deleted is { } deleted ? DeletedFile.Read(store, deleted, segment.Items) : new RowMarks(segment.Items), entry.Deleted);
        }
        catch
        {
            segment.Release();
            throw;
        }
    }

    private static void Replay(FileStore store, Manifest manifest, LogContents log, Changes changes)
    {
        var codec = new OperationCodec(manifest.Bits, manifest.Ids);
        for (int record = 0; record < log.Bodies.Count; record++)
        {
            try
            {
                foreach (Operation operation in codec.Decode(log.Bodies[record]))
                {
                    changes.Apply(operation, changes.Locate(operation.Id));
                }
            }
            catch (Exception fault) when (fault is FormatException or ArgumentException)
            {
                throw Damage.At(store.PathOf(manifest.Log.FileName), 0, $"record {manifest.Log.FirstSequence + record} does not follow the layout: {fault.Message}");
            }
        }
    }
}
