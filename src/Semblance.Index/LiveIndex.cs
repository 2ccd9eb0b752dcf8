using Semblance.Index.Live;
using Semblance.Index.Log;
using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index;

/// <summary>Binary codes with ids, tags and payloads in a directory: exact search, durable writes.</summary>
/// <remarks>
/// One process writes (<see cref="Create(string, LiveIndexOptions)"/>, <see cref="Open(string, LiveIndexOptions?)"/>), any number read
/// (<see cref="OpenRead(string)"/>). All methods may be called from several threads at once; searches and snapshots see one state each and never wait for a writer.
/// A write counts when its call returns or its task completes; <see cref="Durability"/> says when it is on the disk. All changes of one call count together.
/// Results are ordered by (distance, id) and are the same whatever the layout of the files, the kernel and the number of threads.
/// </remarks>
public sealed partial class LiveIndex : IDisposable
{
    private readonly FileStore _store;
    private readonly int _bits;
    private readonly IdKind _ids;
    private readonly OperationCodec _codec;
    private readonly Durability _durability;
    private readonly bool _automatic;
    private readonly IDisposable? _lock;
    private readonly IndexWriter? _writer;
    private readonly WriterThread? _thread;
    private readonly Compactor? _compactor;
    private readonly LongCalls _longCalls = new();
    private readonly Lock _refreshing = new();
    private volatile IndexState? _read;
    private long _readLogBytes;
    private int _disposed;

    private LiveIndex(FileStore store, LiveIndexOptions? options, IndexFiles files, IDisposable? writerLock)
    {
        (_store, _bits, _ids, _lock) = (store, files.Manifest.Bits, files.Manifest.Ids, writerLock);
        _codec = new OperationCodec(_bits, _ids);
        if (options is null)
        {
            _read = TakeState(files);
            return;
        }

        (_durability, _automatic) = (options.Durability, options.AutomaticCompaction);
        _writer = new IndexWriter(store, options, files);
        _thread = new WriterThread(Commit, _writer.UntilSync, _writer.SyncWhenDue);
        _compactor = new Compactor(store, _writer, _thread, _bits, _ids, options.Tables);
    }

    /// <summary>Bits of a code.</summary>
    public int Bits => _bits;

    /// <summary>What the ids are.</summary>
    public IdKind Ids => _ids;

    /// <summary>Number of items.</summary>
    public long Count => Read(snapshot => snapshot.Count);

    /// <summary>Whether a path is the directory of an index, whole or damaged.</summary>
    public static bool Exists(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.Exists(Path.Combine(path, FileNames.Manifest));
    }

    /// <summary>Whether a writer has the index in a directory open, in this process or another.</summary>
    /// <param name="path">The directory; one that holds no index has no writer.</param>
    public static bool HasWriter(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return DirectoryStore.IsLocked(path);
    }

    /// <summary>Whether a name is one that an index gives to its files.</summary>
    public static bool IsFileName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name is FileNames.Manifest or FileNames.NewManifest or FileNames.Lock || FileNames.IsNumbered(name);
    }

    /// <summary>Creates an empty index and opens it for writing.</summary>
    /// <param name="path">A directory that is empty or not there yet.</param>
    /// <param name="options">Its settings; <see cref="LiveIndexOptions.Bits"/> is needed.</param>
    /// <exception cref="IOException">The directory has files, or cannot be written.</exception>
    public static LiveIndex Create(string path, LiveIndexOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        Codes.RequireBits(options.Bits);
        NativeDirectory.Create(Path.GetFullPath(path));
        return Create(new DirectoryStore(path), options);
    }

    /// <summary>Opens an index for writing; at most one writer has it open.</summary>
    /// <exception cref="InvalidDataException">The directory is not an index, it is damaged, or of a newer version.</exception>
    /// <exception cref="IOException">Another writer has it open.</exception>
    public static LiveIndex Open(string path, LiveIndexOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(new DirectoryStore(path), options);
    }

    /// <summary>Opens an index for reading, as it is now; nothing on the disk is changed, and a writer may go on meanwhile.</summary>
    /// <exception cref="InvalidDataException">The directory is not an index, it is damaged, or of a newer version.</exception>
    public static LiveIndex OpenRead(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return OpenRead(new DirectoryStore(path));
    }

    /// <summary>Reads every byte and checks it: checksums, order of ids, places of everything.</summary>
    /// <param name="progress">Receives the share that is done, 0 to 1.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What is wrong, with file and offset; empty where all is well.</returns>
    public IReadOnlyList<string> Verify(IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        IndexState state = Acquire();
        try
        {
            return new IndexCheck(_store, state).Run(progress, cancellation);
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>The index as it is now.</summary>
    public Snapshot Snapshot() => new(Acquire(), _bits, _ids);

    /// <summary>Lets an index that is open for reading see what was written since.</summary>
    /// <exception cref="InvalidOperationException">The index is open for writing and always up to date.</exception>
    public void Refresh()
    {
        lock (_refreshing)
        {
            if (_read is not { } old || _disposed != 0)
            {
                throw new InvalidOperationException("only an index that is open for reading is refreshed; one that is open for writing is always up to date.");
            }

            _read = TakeState(IndexFiles.ReadWhileWritten(_store));
            old.Release();
        }
    }

    /// <summary>What the index consists of.</summary>
    public LiveIndexInfo Info()
    {
        IndexState state = Acquire();
        try
        {
            SegmentInfo[] segments = [.. state.Segments.Select(view => new SegmentInfo(
                view.Segment.Entry.FileName,
                view.Segment.Items,
                view.Segment.Rows,
                view.Deleted.Count,
                view.Segment.File.Length,
                [.. view.Segment.File.Columns.Select(column => new ColumnInfo(column.Name, column.Bytes))]))];
            return new LiveIndexInfo(_bits, _ids, Manifest.Version, _writer is null ? null : _durability, state.Count, state.Memory.Alive, _writer?.LogLength ?? _readLogBytes, segments, _writer?.Warning);
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>Finishes the writes that wait and imports that are under way, ends compaction, brings all to the disk and closes the index. Snapshots that are open stay valid.</summary>
    /// <exception cref="IOException">Writes that were acknowledged could not be brought to the disk.</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            _compactor?.Dispose();
            _longCalls.Close();
            _thread?.Dispose();
            _writer?.Close(flush: true);
            lock (_refreshing)
            {
                _read?.Release();
            }
        }
        finally
        {
            _lock?.Dispose();
        }
    }

    internal static LiveIndex Create(FileStore store, LiveIndexOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Codes.RequireBits(options.Bits);
        RequireEmpty(store);
        using (store.Lock())
        {
            RequireEmpty(store);
            IndexWriter.CreateFiles(store, options.Bits, options.Ids);
        }

        return Open(store, options);
    }

    internal static LiveIndex Open(FileStore store, LiveIndexOptions? options = null)
    {
        options ??= new LiveIndexOptions();
        Manifest.Read(store);
        IDisposable writerLock = store.Lock();
        try
        {
            var files = IndexFiles.Read(store, options.MemoryRows);
            if (options.Bits != 0)
            {
                Codes.RequireSameBits(files.Manifest.Bits, options.Bits);
            }

            return new LiveIndex(store, options, files, writerLock);
        }
        catch
        {
            writerLock.Dispose();
            throw;
        }
    }

    internal static LiveIndex OpenRead(FileStore store) => new(store, null, IndexFiles.ReadWhileWritten(store), null);

    private static void RequireEmpty(FileStore store)
    {
        // A creation that was cut off leaves these; nothing was acknowledged yet.
        string[] harmless = [FileNames.Lock, FileNames.NewManifest, FileNames.Log(1)];
        if (store.List().FirstOrDefault(name => !harmless.Contains(name)) is { } found)
        {
            throw new IOException(found == FileNames.Manifest
                ? $"{store.PathOf("")}: there is an index already. Open it, or delete the directory."
                : $"{store.PathOf("")}: the directory has other files ('{found}'). Name an empty one, or one that does not exist.");
        }
    }

    private IndexState TakeState(IndexFiles files)
    {
        IndexState state = files.State();
        files.Segments.ForEach(segment => segment.Segment.Release());
        _readLogBytes = files.Log.GoodLength;
        return state;
    }

    private IndexState Acquire()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            IndexState state = _writer?.Current ?? _read!;
            if (state.TryAcquire())
            {
                return state;
            }
        }
    }
}
