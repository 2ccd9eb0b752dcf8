using System.Globalization;
using Npgsql;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Postgres;

/// <summary>How an index is brought into a database.</summary>
public sealed record PushOptions
{
    /// <summary>Whether an index of the name gives way; otherwise it stays and the push is refused.</summary>
    public bool Replace { get; init; }

    /// <summary>The HNSW index that is built for approximate searches, for which pgvector is needed; null for none.</summary>
    public HnswOptions? Hnsw { get; init; }

    /// <summary>Hears of the number of items sent.</summary>
    public Action<long>? Sent { get; init; }

    /// <summary>Hears when all are sent and the indexes of the table are built.</summary>
    public Action? Building { get; init; }

    /// <summary>Hears of the number of codes that HNSW has linked, about every second.</summary>
    public Action<long>? Linked { get; init; }
}

/// <summary>Brings all items of a store into a database by COPY, in one transaction: the index that was there answers until the new one is whole, and stays where the push ends early.</summary>
public static class PostgresPush
{
    private const int RowsOfInsert = 10_000;

    /// <summary>Pushes.</summary>
    /// <param name="source">Where the items come from.</param>
    /// <param name="target">The database and the name of the index in it.</param>
    /// <param name="options">How; null for an index that is not there yet.</param>
    /// <param name="cancellation">Ends it; the database stays as it was.</param>
    /// <returns>How many items were pushed.</returns>
    /// <exception cref="InvalidDataException">There is an index of the name, and it shall not be replaced; or pgvector is not there.</exception>
    /// <exception cref="ArgumentException">HNSW cannot be built so.</exception>
    public static async Task<long> RunAsync(ISearchStore source, PostgresUrl target, PushOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        options ??= new PushOptions();
        options.Hnsw?.Require();
        EncodedNote? note = await source.NoteAsync(cancellation).ConfigureAwait(false);
        IndexTable table = new(target.Schema, target.Index, source.Bits, source.Ids);
        PostgresServer server = new(target, readOnly: false, patient: true);
        await using (server.ConfigureAwait(false))
        {
            int version = await server.RunAsync(connection => IndexCatalog.VersionAsync(connection, target, cancellation), cancellation).ConfigureAwait(false);
            await IndexCatalog.MigrateAsync(server, version, new StoreOptions { CreateBits = source.Bits }, cancellation).ConfigureAwait(false);
            return await server.InTransactionAsync(System.Data.IsolationLevel.ReadCommitted, connection => PushAsync(server, connection, source, table, note?.ToJson(), options, cancellation), cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<long> PushAsync(PostgresServer server, NpgsqlConnection connection, ISearchStore source, IndexTable table, string? note, PushOptions options, CancellationToken cancellation)
    {
        if (!await PostgresServer.ScalarAsync<bool>(connection, "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", cancellation, table.Items).ConfigureAwait(false))
        {
            throw new StoreUnavailableException($"index {table.Index} is being pushed or made by another program. Wait until that is done.");
        }
        bool isThere = await PostgresServer.ScalarAsync<bool>(connection, $"SELECT EXISTS (SELECT FROM {table.Schema}.indexes WHERE name = $1)", cancellation, table.Index).ConfigureAwait(false);
        Capabilities known = await Capabilities.OfAsync(connection, table, cancellation).ConfigureAwait(false);
        if (isThere && !options.Replace && !(known.Parts.Count > 0 && await IsEmptyAsync(connection, table, cancellation).ConfigureAwait(false)))
        {
            throw new InvalidDataException($"the database has an index {table.Index} already. Replace it with --replace, or give another name with ?index=.");
        }
        if (options.Hnsw is not null && (known.VectorSchema is null || known.Parts.Count > 0))
        {
            throw new InvalidDataException(known.Parts.Count > 0 ? $"index {table.Index} is spread over shards, which are searched exactly. Leave --hnsw out."
                : "the database has no pgvector 0.7 or newer, which HNSW needs. Install it, then 'CREATE EXTENSION vector', or leave --hnsw out.");
        }
        return known.Parts.Count > 0
            ? await IntoShardsAsync(connection, source, table, note, options, cancellation).ConfigureAwait(false)
            : await IntoTableAsync(server, connection, source, table, note, known, options, cancellation).ConfigureAwait(false);
    }

    private static async Task<long> IntoTableAsync(PostgresServer server, NpgsqlConnection connection, ISearchStore source, IndexTable table, string? note, Capabilities known, PushOptions options, CancellationToken cancellation)
    {
        IndexTable loaded = table with { Items = string.Create(CultureInfo.InvariantCulture, $"{table.Items}_{Random.Shared.Next():x8}") };
        await PostgresServer.ExecuteAsync(connection, $"CREATE TABLE {loaded.Items} ({loaded.Columns})", cancellation).ConfigureAwait(false);
        // Frozen rows need no look at who wrote them, in the first search as in all later ones.
        string copy = $"COPY {loaded.Items} {PostgresStore.Columns} FROM STDIN (FORMAT binary, FREEZE)";
        long sent = await CopyRows.WriteAsync(connection, copy, table.Bits, source.ItemsAsync(null, cancellation), options.Sent, cancellation).ConfigureAwait(false);
        options.Building?.Invoke();
        await PostgresServer.ExecuteAsync(connection, loaded.Indexes, cancellation).ConfigureAwait(false);
        if (options.Hnsw is { } hnsw)
        {
            Task<int> building = PostgresServer.ExecuteAsync(connection, hnsw.Sql(loaded, known), cancellation);
            await (options.Linked is { } linked ? BuildProgress.FollowAsync(building, server, connection.ProcessID, linked) : building).ConfigureAwait(false);
        }
        await PostgresServer.ExecuteAsync(connection, $"ANALYZE {loaded.Items}", cancellation).ConfigureAwait(false);
        foreach (string grant in await GrantsAsync(connection, table, loaded, cancellation).ConfigureAwait(false))
        {
            await PostgresServer.ExecuteAsync(connection, grant, cancellation).ConfigureAwait(false);
        }
        await PostgresServer.ExecuteAsync(connection, $"DROP TABLE IF EXISTS {table.Items}; ALTER TABLE {loaded.Items} RENAME TO items_{table.Index}", cancellation).ConfigureAwait(false);
        await IndexCatalog.EnterAsync(connection, table, note, cancellation).ConfigureAwait(false);
        return sent;
    }

    private static async Task<long> IntoShardsAsync(NpgsqlConnection connection, ISearchStore source, IndexTable table, string? note, PushOptions options, CancellationToken cancellation)
    {
        int bits = await PostgresServer.ScalarAsync<int>(connection, $"SELECT bits FROM {table.Schema}.indexes WHERE name = $1 AND ids = $2", cancellation, table.Index, table.IdName).ConfigureAwait(false);
        if (bits != table.Bits)
        {
            throw new InvalidDataException($"index {table.Index} of the database is spread over shards for other codes or ids. Make one for these with 'semblance index shard'.");
        }
        await IndexCatalog.LockShardsAsync(connection, table, cancellation).ConfigureAwait(false);
        await PostgresServer.ExecuteAsync(connection, $"TRUNCATE {table.Items}", cancellation).ConfigureAwait(false);
        long sent = 0;
        await foreach (Item[] part in source.ItemsAsync(null, cancellation).Chunk(RowsOfInsert).WithCancellation(cancellation).ConfigureAwait(false))
        {
            await PostgresServer.ExecuteAsync(connection, $"INSERT INTO {table.Items} {PostgresStore.Columns} {PostgresStore.RowsOf(table)}", cancellation, PostgresStore.Parameters(table, part)).ConfigureAwait(false);
            sent += part.Length;
            options.Sent?.Invoke(sent);
        }
        options.Building?.Invoke();
        // The coordinator sends a limit only where it expects more rows than that.
        await PostgresServer.ExecuteAsync(connection, $"ANALYZE {table.Items}", cancellation).ConfigureAwait(false);
        await IndexCatalog.EnterAsync(connection, table, note, cancellation).ConfigureAwait(false);
        return sent;
    }

    private static async Task<bool> IsEmptyAsync(NpgsqlConnection connection, IndexTable table, CancellationToken cancellation) =>
        !await PostgresServer.ScalarAsync<bool>(connection, $"SELECT EXISTS (SELECT FROM {table.Items})", cancellation).ConfigureAwait(false);

    /// <summary>Statements that give a new table the rights that others have on the old one.</summary>
    private static Task<List<string>> GrantsAsync(NpgsqlConnection connection, IndexTable old, IndexTable loaded, CancellationToken cancellation) => PostgresServer.RowsAsync(
        connection,
        "SELECT format('GRANT %s ON %s TO %s', a.privilege_type, $2, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END) FROM pg_class c CROSS JOIN aclexplode(c.relacl) a WHERE c.oid = to_regclass($1) AND a.grantee <> c.relowner",
        row => row.GetString(0),
        cancellation,
        old.Items,
        loaded.Items);
}
