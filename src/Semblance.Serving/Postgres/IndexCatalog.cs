using System.Globalization;
using Npgsql;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Postgres;

/// <summary>The indexes of a database: finds one, makes one, brings the tables up to date.</summary>
internal static class IndexCatalog
{
    /// <summary>bit_count of a bit string came with version 14.</summary>
    private static readonly Version Oldest = new(14, 0);

    /// <summary>The table of an index; made where the options ask for it.</summary>
    /// <exception cref="InvalidDataException">There is no such index, or the tables are of another version.</exception>
    public static async Task<IndexTable> FindAsync(PostgresUrl url, StoreOptions options, CancellationToken cancellation)
    {
        PostgresServer server = new(url, options.ReadOnly, patient: true);
        await using (server.ConfigureAwait(false))
        {
            int version = await server.RunAsync(connection => VersionAsync(connection, url, cancellation), cancellation).ConfigureAwait(false);
            await MigrateAsync(server, version, options, cancellation).ConfigureAwait(false);
            IndexTable? table = await server.RunAsync(connection => FindAsync(connection, url, cancellation), cancellation).ConfigureAwait(false);
            if (table is null && options.CreateBits is { } bits && !options.ReadOnly)
            {
                table = await CreateAsync(server, new IndexTable(url.Schema, url.Index, bits, options.CreateIds), cancellation).ConfigureAwait(false);
            }
            return table ?? throw await NoneAsync(server, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The table of an index; null where there is none.</summary>
    public static async Task<IndexTable?> FindAsync(NpgsqlConnection connection, PostgresUrl url, CancellationToken cancellation)
    {
        List<IndexTable> found = await PostgresServer.RowsAsync(
            connection,
            $"SELECT bits, ids FROM {url.Schema}.indexes WHERE name = $1",
            row => new IndexTable(url.Schema, url.Index, row.GetInt32(0), row.GetString(1) == "number" ? IdKind.Number : IdKind.Text),
            cancellation,
            url.Index).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Brings the tables to this program's version, or refuses.</summary>
    public static async Task MigrateAsync(PostgresServer server, int version, StoreOptions options, CancellationToken cancellation)
    {
        PostgresUrl url = server.Url;
        if (version > Migrations.Version)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{url}: the tables are of version {version}, of a newer Semblance; this one knows version {Migrations.Version}. Update this program."));
        }
        if (version == 0 && (options.CreateBits is null || options.ReadOnly))
        {
            throw new InvalidDataException($"{url}: the database holds no indexes yet. Bring one in with 'semblance index push', or make one with 'semblance ingest'.");
        }
        if (version < Migrations.Version && options.ReadOnly)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{url}: the tables are of version {version}, and this program needs version {Migrations.Version}. Open the store once for writing, by the role that owns the tables; that brings them up to date."));
        }
        if (version < Migrations.Version)
        {
            await Migrations.ApplyAsync(server, Migrations.Version, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Enters an index into the table of indexes, in the place of one of its name.</summary>
    public static Task<int> EnterAsync(NpgsqlConnection connection, IndexTable table, string? note, CancellationToken cancellation) => PostgresServer.ExecuteAsync(
        connection,
        $"INSERT INTO {table.Schema}.indexes (name, bits, ids, encoder) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET bits = excluded.bits, ids = excluded.ids, encoder = excluded.encoder, made = now()",
        cancellation,
        table.Index,
        table.Bits,
        table.IdName,
        new NpgsqlParameter { Value = (object?)note ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });

    /// <summary>The version of the tables.</summary>
    /// <exception cref="InvalidDataException">The server is too old.</exception>
    public static Task<int> VersionAsync(NpgsqlConnection connection, PostgresUrl url, CancellationToken cancellation) => connection.PostgreSqlVersion >= Oldest
        ? Migrations.VersionAsync(connection, url.Schema, cancellation)
        : throw new InvalidDataException($"{url.Server} runs PostgreSQL {connection.PostgreSqlVersion}; version {Oldest.Major} or newer is needed, which counts the ones of a bit string.");

    private static Task<IndexTable> CreateAsync(PostgresServer server, IndexTable table, CancellationToken cancellation) => server.InTransactionAsync(
        System.Data.IsolationLevel.ReadCommitted,
        async connection =>
        {
            await LockAsync(connection, table, cancellation).ConfigureAwait(false);
            if (await FindAsync(connection, server.Url, cancellation).ConfigureAwait(false) is { } made)
            {
                return made;
            }
            await PostgresServer.ExecuteAsync(connection, $"CREATE TABLE {table.Items} ({table.Columns}); {table.Indexes}", cancellation).ConfigureAwait(false);
            await EnterAsync(connection, table, null, cancellation).ConfigureAwait(false);
            return table;
        },
        cancellation);

    /// <summary>Keeps others from making or replacing the same index until the transaction ends.</summary>
    public static Task<int> LockAsync(NpgsqlConnection connection, IndexTable table, CancellationToken cancellation) =>
        PostgresServer.ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", cancellation, table.Items);

    /// <summary>Keeps other writers of an index over shards waiting until the transaction ends; no server sees the locks of all, so that none could tell that two writers wait for each other.</summary>
    public static Task<int> LockShardsAsync(NpgsqlConnection connection, IndexTable table, CancellationToken cancellation) =>
        PostgresServer.ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", cancellation, table.Items);

    private static async Task<Exception> NoneAsync(PostgresServer server, CancellationToken cancellation)
    {
        List<string> names = await server.RunAsync(
            connection => PostgresServer.RowsAsync(connection, $"SELECT name FROM {server.Url.Schema}.indexes ORDER BY 1 LIMIT 20", row => row.GetString(0), cancellation),
            cancellation).ConfigureAwait(false);
        string others = names.Count == 0 ? "it holds none yet" : $"it holds {string.Join(", ", names)}; name one with ?index=";
        return new InvalidDataException($"{server.Url}: the database has no index {server.Url.Index}; {others}. 'semblance index push' brings one in.");
    }
}
