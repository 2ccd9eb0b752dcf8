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
public sealed class LiveIndex : IDisposable
{
    private const long MaxCallBytes = 256 << 20;

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

    /// <summary>Puts an item; one that has the id is replaced.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Upsert(Item item) => Wait(UpsertAsync(item)) > 0;

    /// <summary>Puts items, all or none; those that have the ids are replaced.</summary>
    /// <returns>How many were replaced.</returns>
    public int Upsert(IReadOnlyCollection<Item> items) => Wait(UpsertAsync(items));

    /// <inheritdoc cref="Upsert(Item)"/>
    /// <param name="item">The item.</param>
    /// <param name="cancellation">Ends the waiting; a write that is already on its way may still count.</param>
    public async Task<int> UpsertAsync(Item item, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return await Enqueue([Put(item)], cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc cref="Upsert(IReadOnlyCollection{Item})"/>
    /// <param name="items">Items with different ids.</param>
    /// <param name="cancellation">Ends the waiting; a write that is already on its way may still count.</param>
    public async Task<int> UpsertAsync(IReadOnlyCollection<Item> items, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        Operation[] operations = [.. items.Select(Put)];
        Checks.Distinct(Array.ConvertAll(operations, operation => operation.Id));
        return await Enqueue(operations, cancellation).ConfigureAwait(false);
    }

    /// <summary>Deletes an item.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Delete(ItemId id) => Wait(DeleteAsync([id])) > 0;

    /// <summary>Deletes items, all or none.</summary>
    /// <returns>How many there were.</returns>
    public int Delete(IReadOnlyCollection<ItemId> ids) => Wait(DeleteAsync(ids));

    /// <inheritdoc cref="Delete(IReadOnlyCollection{ItemId})"/>
    /// <param name="ids">Different ids; one that no item has is passed over.</param>
    /// <param name="cancellation">Ends the waiting; a write that is already on its way may still count.</param>
    public async Task<int> DeleteAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        Checks.Distinct(ids);
        Operation[] operations = [.. ids.Select(Remove)];
        return await Enqueue(operations, cancellation).ConfigureAwait(false);
    }

    /// <summary>Puts many items at once, straight into a segment; all or none, and on the disk when it returns. Fastest where the ids ascend.</summary>
    /// <param name="ids">Different ids.</param>
    /// <param name="codes">The code of each.</param>
    /// <returns>How many items were replaced.</returns>
    /// <exception cref="ArgumentException">An id comes twice, or there are not as many ids as codes.</exception>
    public int Import(ReadOnlyMemory<long> ids, Codes codes)
    {
        RequireCodes(codes, ids.Length);
        RequireKind(IdKind.Number);
        return Import(new ImportRows(codes, ids, null, null));
    }

    /// <inheritdoc cref="Import(ReadOnlyMemory{long}, Codes)"/>
    public int Import(IReadOnlyList<string> ids, Codes codes)
    {
        ArgumentNullException.ThrowIfNull(ids);
        RequireCodes(codes, ids.Count);
        RequireKind(IdKind.Text);
        return Import(new ImportRows(codes, default, [.. ids.Select(id => new ItemId(id))], null));
    }

    /// <summary>Puts many items at once, straight into a segment; all or none, and on the disk when it returns.</summary>
    /// <param name="items">Items with different ids.</param>
    /// <returns>How many items were replaced.</returns>
    /// <exception cref="ArgumentException">An id comes twice, or an item does not fit the index.</exception>
    public int Import(IReadOnlyList<Item> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        int words = Codes.WordsFor(_bits);
        var codes = new ulong[(long)items.Count * words];
        for (int i = 0; i < items.Count; i++)
        {
            Put(items[i]).Item!.Words.CopyTo(codes, i * words);
        }

        return Import(_ids == IdKind.Number
            ? new ImportRows(new Codes(_bits, codes), items.Select(item => item.Id.Number).ToArray(), null, items)
            : new ImportRows(new Codes(_bits, codes), default, [.. items.Select(item => item.Id)], items));
    }

    /// <summary>Returns when all that was acknowledged is on the disk and the rows in memory are in a segment.</summary>
    public void Flush() => OnWriter(writer =>
    {
        writer.Sync();
        writer.Flush();
        return 0;
    });

    /// <summary>Merges segments and drops deleted items, as far as the limits of a segment allow.</summary>
    /// <param name="progress">Receives the share that is done, 0 to 1.</param>
    /// <param name="cancellation">Ends it; what is merged by then stays merged.</param>
    public void Compact(IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        using IDisposable call = _longCalls.Begin();
        Flush();
        _compactor!.All(progress, cancellation);
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

    /// <summary>The item of an id, or null where there is none.</summary>
    public Item? Find(ItemId id) => Read(snapshot => snapshot.Find(id));

    /// <inheritdoc cref="Semblance.Index.Snapshot.Nearest(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public ItemMatch[] Nearest(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.Nearest(code, k, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.Within(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public ItemMatch[] Within(ReadOnlySpan<ulong> code, int radius, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.Within(code, radius, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.Nearest(Codes, int, LiveSearchOptions?)"/>
    public ItemMatch[][] Nearest(Codes queries, int k, LiveSearchOptions? options = null) => Read(snapshot => snapshot.Nearest(queries, k, options));

    /// <inheritdoc cref="Semblance.Index.Snapshot.Within(Codes, int, LiveSearchOptions?)"/>
    public ItemMatch[][] Within(Codes queries, int radius, LiveSearchOptions? options = null) => Read(snapshot => snapshot.Within(queries, radius, options));

    /// <inheritdoc cref="Semblance.Index.Snapshot.NearestWeighted"/>
    public ScoredMatch[] NearestWeighted(ReadOnlySpan<ulong> code, ReadOnlySpan<double> weights, int k, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.NearestWeighted(code, weights, k, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.NearestJaccard"/>
    public ScoredMatch[] NearestJaccard(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.NearestJaccard(code, k, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.NearestAsymmetric"/>
    public ScoredMatch[] NearestAsymmetric(ReadOnlySpan<float> embedding, int k, int candidates, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.NearestAsymmetric(embedding, k, candidates, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.Explain"/>
    public IReadOnlyList<PartExplanation> Explain(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.Explain(code, k, options);
    }

    /// <summary>The k nearest items, found on another thread.</summary>
    /// <inheritdoc cref="Semblance.Index.Snapshot.Nearest(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public Task<ItemMatch[]> NearestAsync(ReadOnlyMemory<ulong> code, int k, LiveSearchOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Nearest(code.Span, k, With(options, cancellation)), cancellation);

    /// <summary>All items within a radius, found on another thread.</summary>
    /// <inheritdoc cref="Semblance.Index.Snapshot.Within(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public Task<ItemMatch[]> WithinAsync(ReadOnlyMemory<ulong> code, int radius, LiveSearchOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Within(code.Span, radius, With(options, cancellation)), cancellation);

    /// <summary>The k nearest items of every query, found on other threads.</summary>
    /// <inheritdoc cref="Semblance.Index.Snapshot.Nearest(Codes, int, LiveSearchOptions?)"/>
    public Task<ItemMatch[][]> NearestAsync(Codes queries, int k, LiveSearchOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Nearest(queries, k, With(options, cancellation)), cancellation);

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

    private static LiveSearchOptions With(LiveSearchOptions? options, CancellationToken cancellation)
    {
        options ??= new LiveSearchOptions();
        return cancellation.CanBeCanceled ? options with { Cancellation = cancellation } : options;
    }

    private static int Wait(Task<int> task) => task.GetAwaiter().GetResult();

    private IndexState TakeState(IndexFiles files)
    {
        IndexState state = files.State();
        files.Segments.ForEach(segment => segment.Segment.Release());
        _readLogBytes = files.Log.GoodLength;
        return state;
    }

    private Operation Put(Item item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Checks.Id(item.Id, _ids);
        Checks.Code(item.Words, _bits);
        return new Operation(item.Id, item);
    }

    private Operation Remove(ItemId id)
    {
        Checks.Id(id, _ids);
        return new Operation(id, null);
    }

    private Task<int> Enqueue(Operation[] operations, CancellationToken cancellation)
    {
        WriterThread thread = RequireWriter();
        cancellation.ThrowIfCancellationRequested();
        return operations.Length == 0 ? Task.FromResult(0) : thread.Enqueue(new Commit(operations, Encode(operations))).WaitAsync(cancellation);
    }

    private byte[] Encode(Operation[] operations)
    {
        long bytes = operations.Sum(operation => 32L + (operation.Item is { } item ? (item.Words.Length * sizeof(ulong)) + (item.Json?.Length ?? 0) : 0));
        return bytes <= MaxCallBytes
            ? _codec.Encode(operations)
            : throw new ArgumentException($"the {operations.Length} changes of one call take {bytes >> 20} MiB; one call may take {MaxCallBytes >> 20}. Make several calls, or import the items.");
    }

    private void Commit(List<Commit> commits)
    {
        _writer!.Commit(commits);
        if (!_writer.FlushIsDue)
        {
            return;
        }

        try
        {
            _writer.Flush();
        }
        catch (Exception fault)
        {
            // Whatever it is, the writes are in the log and acknowledged.
            _writer.FlushWarning = $"the rows in memory could not be written to a segment: {fault.Message}";
        }

        Merge();
    }

    private int Import(ImportRows rows)
    {
        RequireWriter();
        if (rows.Items == 0)
        {
            return 0;
        }

        using IDisposable call = _longCalls.Begin();
        var builder = new SegmentBuilder(_bits, _ids);
        builder.Add(rows, null);
        long number = _writer!.NewNumber();
        Segment? segment = null;
        try
        {
            segment = Segment.Open(_store, builder.Write(_store, number)!, _bits, _ids);
            int replaced = _thread!.Run(() => _writer.Add([segment]));
            Merge();
            return replaced;
        }
        catch
        {
            segment?.Release();
            _writer.Drop(FileNames.Segment(number));
            throw;
        }
    }

    private void Merge()
    {
        if (_automatic)
        {
            _compactor!.Start();
        }
    }

    private T OnWriter<T>(Func<IndexWriter, T> work)
    {
        WriterThread thread = RequireWriter();
        return thread.Run(() => work(_writer!));
    }

    private WriterThread RequireWriter()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _thread ?? throw new InvalidOperationException($"{_store.PathOf("")}: the index is open for reading only. Open it for writing with LiveIndex.Open.");
    }

    private void RequireCodes(Codes codes, int ids)
    {
        ArgumentNullException.ThrowIfNull(codes);
        Codes.RequireSameBits(_bits, codes.Bits);
        if (codes.Count != ids)
        {
            throw new ArgumentException($"{ids} ids came with {codes.Count} codes; every code needs one id.", nameof(codes));
        }
    }

    private void RequireKind(IdKind kind)
    {
        if (kind != _ids)
        {
            Checks.Id(kind == IdKind.Number ? new ItemId(0) : new ItemId("text"), _ids);
        }
    }

    private T Read<T>(Func<Snapshot, T> read)
    {
        using Snapshot snapshot = Snapshot();
        return read(snapshot);
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
