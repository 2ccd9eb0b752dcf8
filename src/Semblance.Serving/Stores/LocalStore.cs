using System.Runtime.CompilerServices;
using Semblance.Encoders;
using Semblance.Index;

namespace Semblance.Serving.Stores;

/// <summary>An index in a directory as a store.</summary>
public sealed class LocalStore : ISearchStore
{
    /// <summary>Few items in memory: what a process that runs for months takes shall not swing by the tens of megabytes that an import would gain from.</summary>
    private static readonly LiveIndexOptions Settings = new() { MemoryRows = 1 << 15 };

    private readonly LiveIndex _index;
    private readonly string _path;
    private readonly IndexRefresh? _refresh;

    private LocalStore(string path, LiveIndex index, bool readOnly) => (_path, _index, ReadOnly, _refresh) = (path, index, readOnly, readOnly ? new IndexRefresh(index, path) : null);

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
        if (LiveIndex.Exists(path))
        {
            return new LocalStore(path, options.ReadOnly ? LiveIndex.OpenRead(path) : LiveIndex.Open(path, Settings), options.ReadOnly);
        }
        if (options.CreateBits is { } bits && !options.ReadOnly && !File.Exists(path))
        {
            return new LocalStore(path, LiveIndex.Create(path, Settings with { Bits = bits, Ids = options.CreateIds }), false);
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
        foreach (Item item in snapshot.Items(after))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return item;
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
        return Task.FromResult(new StoreInfo(info.Items, info.Bits, info.Ids, $"index, format {info.FormatVersion}, {info.Segments.Count} segments") { Bytes = info.SegmentBytes + info.LogBytes, Warning = info.Warning ?? _refresh?.Fault });
    }

    /// <inheritdoc/>
    public Task<EncodedNote?> NoteAsync(CancellationToken cancellation = default) => Task.FromResult(IndexNote.Of(_path));

    /// <inheritdoc/>
    public Task SetNoteAsync(EncodedNote note, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        Writable();
        IndexNote.Write(_path, note);
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
        _refresh?.Dispose();
        _index.Dispose();
        return ValueTask.CompletedTask;
    }

    private LiveIndex Writable() => !ReadOnly ? _index : throw new ReadOnlyStoreException($"{Name} is open for reading only; start the service without --read-only to write.");

    private StoreAnswer Found(ReadOnlySpan<ulong> code, StoreSearch search, LiveSearchOptions options)
    {
        if (search.Radius is not { } radius)
        {
            return new StoreAnswer(_index.Nearest(code, search.K, options));
        }
        using Snapshot snapshot = _index.Snapshot();
        return IsWide(radius) ? Cut(snapshot.Nearest(code, search.K, options), radius) : WithItems(snapshot, First(snapshot.Within(code, radius, options with { Items = false }), search.K), search);
    }

    private StoreAnswer[] FoundAll(Codes queries, StoreSearch search, LiveSearchOptions options)
    {
        using Snapshot snapshot = _index.Snapshot();
        return search.Radius is not { } radius ? Array.ConvertAll(snapshot.Nearest(queries, search.K, options), matches => new StoreAnswer(matches))
            : IsWide(radius) ? Array.ConvertAll(snapshot.Nearest(queries, search.K, options), matches => Cut(matches, radius))
            : Array.ConvertAll(snapshot.Within(queries, radius, options with { Items = false }), matches => WithItems(snapshot, First(matches, search.K), search));
    }

    /// <summary>Whether so many items may lie within a radius that the k nearest of them are found with less memory as the k nearest of all, cut at the radius; they are the same.</summary>
    private bool IsWide(int radius) => radius > Bits / 8;

    private static StoreAnswer Cut(ItemMatch[] matches, int radius) => new(new ArraySegment<ItemMatch>(matches, 0, Array.FindIndex(matches, match => match.Distance > radius) is >= 0 and var end ? end : matches.Length));

    private static ItemMatch[] First(ItemMatch[] matches, int k) => matches.Length <= k ? matches : matches[..k];

    private static StoreAnswer WithItems(Snapshot snapshot, ItemMatch[] matches, StoreSearch search) =>
        new(search.Items ? Array.ConvertAll(matches, match => match with { Item = snapshot.Find(match.Id) }) : matches);
}
