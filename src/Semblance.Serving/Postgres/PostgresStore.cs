using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Postgres;

/// <summary>An index in a PostgreSQL database as a store; docs/postgres.md describes its tables.</summary>
public sealed partial class PostgresStore : ISearchStore
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private readonly PostgresServer _server;
    private readonly IndexTable _table;
    private volatile Known _known;
    private volatile Counted? _counted;

    internal PostgresStore(PostgresServer server, IndexTable table, Capabilities known, bool readOnly) =>
        (_server, _table, _known, ReadOnly) = (server, table, new Known(known, Environment.TickCount64), readOnly);

    /// <inheritdoc/>
    public string Name => _server.Url.ToString();

    /// <inheritdoc/>
    public int Bits => _table.Bits;

    /// <inheritdoc/>
    public IdKind Ids => _table.Ids;

    /// <inheritdoc/>
    public bool ReadOnly { get; }

    internal PostgresServer Server => _server;

    /// <summary>Opens an index in a database, and makes tables and index where <see cref="StoreOptions.CreateBits"/> says so.</summary>
    /// <param name="url">The database and the index.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    /// <exception cref="InvalidDataException">There is no such database or index, or its tables are of a newer version.</exception>
    public static async Task<PostgresStore> OpenAsync(PostgresUrl url, StoreOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(options);
        IndexTable table = await IndexCatalog.FindAsync(url, options, cancellation).ConfigureAwait(false);
        PostgresServer server = new(url, options.ReadOnly);
        try
        {
            Capabilities known = await server.RunAsync(connection => Capabilities.OfAsync(connection, table, cancellation), cancellation).ConfigureAwait(false);
            return new PostgresStore(server, table, known, options.ReadOnly);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<Item?> FindAsync(ItemId id, CancellationToken cancellation = default)
    {
        _table.Require(id);
        List<Item> found = await _server.RunAsync(
            connection => PostgresServer.RowsAsync(connection, $"SELECT id, code, tags, payload FROM {_table.Items} WHERE id = $1", row => _table.ItemOf(row, 0, 1), cancellation, _table.Parameter(id)),
            cancellation).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Item> ItemsAsync(ItemId? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (after is { } begin)
        {
            _table.Require(begin);
        }
        ItemCursor cursor = await ItemCursor.OpenAsync(_server, _table, after, cancellation).ConfigureAwait(false);
        await using (cursor.ConfigureAwait(false))
        {
            while (await cursor.NextAsync(cancellation).ConfigureAwait(false) is { Count: > 0 } part)
            {
                foreach (Item item in part)
                {
                    yield return item;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task<StoreInfo> InfoAsync(CancellationToken cancellation = default)
    {
        Capabilities known = await LearnAsync(cancellation).ConfigureAwait(false);
        if (_counted is not { } counted || Environment.TickCount64 - counted.At > Fresh.TotalMilliseconds)
        {
            counted = await _server.RunAsync(
                async connection => new Counted(
                    await PostgresServer.ScalarAsync<long>(connection, CountOf(known), cancellation).ConfigureAwait(false),
                    known.Parts.Count > 0 ? null : await PostgresServer.ScalarAsync<long>(connection, "SELECT pg_total_relation_size(to_regclass($1))", cancellation, _table.Items).ConfigureAwait(false),
                    Environment.TickCount64),
                cancellation).ConfigureAwait(false);
            _counted = counted;
        }
        string vector = known.Vector is null ? "" : $", pgvector {known.Vector}{(known.Hnsw ? " with HNSW" : "")}";
        string parts = known.Parts.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {known.Parts.Count} shards");
        return new StoreInfo(counted.Items, Bits, Ids, string.Create(CultureInfo.InvariantCulture, $"postgres {known.Server}, schema version {Migrations.Version}{vector}{parts}")) { Bytes = counted.Bytes };
    }

    /// <inheritdoc/>
    public async Task<EncodedNote?> NoteAsync(CancellationToken cancellation = default)
    {
        string? note = await _server.RunAsync(
            connection => PostgresServer.ScalarAsync<string>(connection, $"SELECT encoder FROM {_table.Schema}.indexes WHERE name = $1", cancellation, _table.Index),
            cancellation).ConfigureAwait(false);
        return note is null ? null : EncodedNote.Parse(note);
    }

    /// <inheritdoc/>
    public async Task SetNoteAsync(EncodedNote note, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        RequireWritable();
        await _server.RunAsync(
            connection => PostgresServer.ExecuteAsync(connection, $"UPDATE {_table.Schema}.indexes SET encoder = $1 WHERE name = $2", cancellation, note.ToJson(), _table.Index),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellation = default) =>
        _server.RunAsync(connection => PostgresServer.ScalarAsync<long>(connection, $"SELECT count(*) FROM (SELECT FROM {_table.Items} LIMIT 1) one", cancellation), cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string CountOf(Capabilities known) => known.Parts.Count == 0 ? $"SELECT count(*) FROM {_table.Items}"
        : $"SELECT sum(n)::bigint FROM ({string.Join(" UNION ALL ", known.Parts.Select(part => $"SELECT count(*) AS n FROM {part.Table}"))}) parts";

    /// <summary>What the database can do; asked again now and then, since an index may be built or shards added meanwhile.</summary>
    private async Task<Capabilities> LearnAsync(CancellationToken cancellation)
    {
        if (Environment.TickCount64 - _known.At > Fresh.TotalMilliseconds)
        {
            Capabilities known = await _server.RunAsync(connection => Capabilities.OfAsync(connection, _table, cancellation), cancellation).ConfigureAwait(false);
            _known = new Known(known, Environment.TickCount64);
        }
        return _known.Capabilities;
    }

    private void RequireWritable()
    {
        if (ReadOnly)
        {
            throw new ReadOnlyStoreException($"{Name} is open for reading only; start the service without --read-only to write.");
        }
    }

    private sealed record Known(Capabilities Capabilities, long At);

    private sealed record Counted(long Items, long? Bytes, long At);
}
