using System.Runtime.CompilerServices;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.IO;

namespace Semblance.Serving.Stores;

/// <summary>An index in a directory as a store.</summary>
public sealed class LocalStore : ISearchStore
{
    private const string NoteFile = "encoder.json";
    private readonly LiveIndex _index;
    private readonly string _path;

    private LocalStore(string path, LiveIndex index, bool readOnly) => (_path, _index, ReadOnly) = (path, index, readOnly);

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public int Bits => _index.Bits;

    /// <inheritdoc/>
    public IdKind Ids => _index.Ids;

    /// <inheritdoc/>
    public bool ReadOnly { get; }

    /// <summary>Opens an index.</summary>
    /// <param name="path">Its directory.</param>
    /// <param name="options">How.</param>
    /// <exception cref="InvalidDataException">The directory is no index, damaged, or of a newer version.</exception>
    /// <exception cref="IOException">Another process has it open to write.</exception>
    public static LocalStore Open(string path, StoreOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        if (File.Exists(Path.Combine(path, "MANIFEST")))
        {
            return new LocalStore(path, options.ReadOnly ? LiveIndex.OpenRead(path) : LiveIndex.Open(path), options.ReadOnly);
        }
        if (options.CreateBits is { } bits && !options.ReadOnly && !File.Exists(path))
        {
            return new LocalStore(path, LiveIndex.Create(path, new LiveIndexOptions { Bits = bits, Ids = options.CreateIds }), false);
        }
        throw new InvalidDataException($"{path} {(File.Exists(path) ? "is a file" : Directory.Exists(path) ? "is a folder without an index" : "is not there")}. Give the directory of an index; 'semblance index import' and 'semblance ingest' make one.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoreAnswer>> SearchAsync(Codes queries, StoreSearch search, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(search);
        LiveSearchOptions options = new() { Filter = search.Filter?.Tags(), Where = search.Filter?.Where(), Items = search.Items, Cancellation = cancellation };
        if (queries.Bits != Bits)
        {
            throw new ArgumentException($"The code has {queries.Bits} bits and the codes of {Name} have {Bits}. Search with the model that encoded it.");
        }
        return queries.Count == 1 ? [Found(queries[0], search, options)] : await Task.Run(() => FoundAll(queries, search, options), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<Item?> FindAsync(ItemId id, CancellationToken cancellation = default) => Task.FromResult(_index.Find(id));

    /// <inheritdoc/>
    public async IAsyncEnumerable<Item> ItemsAsync(ItemId? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using Snapshot snapshot = _index.Snapshot();
        foreach (Item item in snapshot.Items())
        {
            cancellation.ThrowIfCancellationRequested();
            if (after is not { } begin || item.Id > begin)
            {
                yield return item;
            }
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<int> UpsertAsync(IReadOnlyCollection<Item> items, CancellationToken cancellation = default) => Writable().UpsertAsync(items, cancellation);

    /// <inheritdoc/>
    public Task<int> DeleteAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellation = default) => Writable().DeleteAsync(ids, cancellation);

    /// <inheritdoc/>
    public Task<StoreInfo> InfoAsync(CancellationToken cancellation = default)
    {
        LiveIndexInfo info = _index.Info();
        return Task.FromResult(new StoreInfo(info.Items, info.Bits, info.Ids, $"index, format {info.FormatVersion}, {info.Segments.Count} segments") { Bytes = info.SegmentBytes + info.LogBytes, Warning = info.Warning });
    }

    /// <inheritdoc/>
    public async Task<EncodedNote?> NoteAsync(CancellationToken cancellation = default)
    {
        string file = Path.Combine(_path, NoteFile);
        return File.Exists(file) ? EncodedNote.Parse(await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false)) : null;
    }

    /// <inheritdoc/>
    public Task SetNoteAsync(EncodedNote note, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        Writable();
        AtomicFile.WriteText(Path.Combine(_path, NoteFile), note.ToJson() + "\n");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellation = default)
    {
        _ = _index.Count;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _index.Dispose();
        return ValueTask.CompletedTask;
    }

    private LiveIndex Writable() => !ReadOnly ? _index : throw new ReadOnlyStoreException($"{Name} is open for reading only; start the service without --read-only to write.");

    private StoreAnswer Found(ReadOnlySpan<ulong> code, StoreSearch search, LiveSearchOptions options) =>
        new(search.Radius is { } radius ? Cut(_index.Within(code, radius, options), search.K) : _index.Nearest(code, search.K, options));

    private StoreAnswer[] FoundAll(Codes queries, StoreSearch search, LiveSearchOptions options)
    {
        ItemMatch[][] found = search.Radius is { } radius ? _index.Within(queries, radius, options) : _index.Nearest(queries, search.K, options);
        return Array.ConvertAll(found, matches => new StoreAnswer(Cut(matches, search.K)));
    }

    private static ArraySegment<ItemMatch> Cut(ItemMatch[] matches, int k) => new(matches, 0, Math.Min(k, matches.Length));
}
