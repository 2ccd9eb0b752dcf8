using System.Globalization;
using Npgsql;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Postgres;

/// <summary>Spreads an index over several servers: the coordinator has a partitioned table, its partitions are tables of the other servers, reached through <c>postgres_fdw</c>.</summary>
public static class PostgresShards
{
    /// <summary>Makes an empty index on all servers. Each shard is an index of its own, which holds the items whose ids fall to it.</summary>
    /// <param name="coordinator">The database that is asked; its role must be allowed to make servers and user mappings.</param>
    /// <param name="shards">The databases that hold the items, as the coordinator reaches them. Where one names no index it is called as on the coordinator.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="ids">What the ids are.</param>
    /// <param name="cancellation">Ends it; the coordinator stays as it was.</param>
    /// <exception cref="InvalidDataException">The coordinator has such an index, or a shard has items.</exception>
    public static async Task CreateAsync(PostgresUrl coordinator, IReadOnlyList<PostgresUrl> shards, int bits, IdKind ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(coordinator);
        ArgumentNullException.ThrowIfNull(shards);
        if (shards.Count == 0)
        {
            throw new ArgumentException("an index needs at least one shard; give the URLs of their databases.", nameof(shards));
        }
        PostgresUrl[] named = [.. shards.Select(shard => shard.NamesIndex ? shard : shard.For(coordinator.Index))];
        foreach (PostgresUrl shard in named)
        {
            await MakeShardAsync(shard, bits, ids, cancellation).ConfigureAwait(false);
        }
        IndexTable table = new(coordinator.Schema, coordinator.Index, bits, ids);
        PostgresServer server = new(coordinator, readOnly: false, patient: true);
        await using (server.ConfigureAwait(false))
        {
            int version = await server.RunAsync(connection => IndexCatalog.VersionAsync(connection, coordinator, cancellation), cancellation).ConfigureAwait(false);
            await IndexCatalog.MigrateAsync(server, version, new StoreOptions { CreateBits = bits }, cancellation).ConfigureAwait(false);
            await server.InTransactionAsync(System.Data.IsolationLevel.ReadCommitted, connection => JoinAsync(connection, table, named, cancellation), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The statements that make a coordinator's tables.</summary>
    internal static IEnumerable<string> Statements(IndexTable table, IReadOnlyList<PostgresUrl> shards)
    {
        yield return "CREATE EXTENSION IF NOT EXISTS postgres_fdw";
        yield return $"CREATE TABLE {table.Items} ({table.Columns}) PARTITION BY HASH (id)";
        for (int i = 0; i < shards.Count; i++)
        {
            PostgresUrl shard = shards[i];
            string name = string.Create(CultureInfo.InvariantCulture, $"{table.Index}_{i}");
            yield return $"CREATE SERVER {name} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({ServerOptions(shard)})";
            yield return $"CREATE USER MAPPING FOR CURRENT_USER SERVER {name} OPTIONS (user {Quoted(shard.Connection.Username!)}{(shard.Connection.Password is { } password ? $", password {Quoted(password)}" : "")})";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"CREATE FOREIGN TABLE {table.Schema}.items_{name} PARTITION OF {table.Items} FOR VALUES WITH (MODULUS {shards.Count}, REMAINDER {i}) SERVER {name} OPTIONS (schema_name {Quoted(shard.Schema)}, table_name {Quoted("items_" + shard.Index)})");
        }
    }

    private static async Task MakeShardAsync(PostgresUrl shard, int bits, IdKind ids, CancellationToken cancellation)
    {
        PostgresStore store = await PostgresStore.OpenAsync(shard, new StoreOptions { CreateBits = bits, CreateIds = ids }, cancellation).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            if (store.Bits != bits || store.Ids != ids || (await store.InfoAsync(cancellation).ConfigureAwait(false)).Items > 0)
            {
                throw new InvalidDataException($"{store.Name} is there already and holds items, or others. Name another index for the shard with ?index=, or drop that one.");
            }
        }
    }

    private static async Task<int> JoinAsync(NpgsqlConnection connection, IndexTable table, PostgresUrl[] shards, CancellationToken cancellation)
    {
        await IndexCatalog.LockAsync(connection, table, cancellation).ConfigureAwait(false);
        if (await PostgresServer.ScalarAsync<bool>(connection, $"SELECT EXISTS (SELECT FROM {table.Schema}.indexes WHERE name = $1)", cancellation, table.Index).ConfigureAwait(false))
        {
            throw new InvalidDataException($"the coordinator has an index {table.Index} already. Give another name with ?index=, or drop that one.");
        }
        foreach (string statement in Statements(table, shards))
        {
            await PostgresServer.ExecuteAsync(connection, statement, cancellation).ConfigureAwait(false);
        }
        return await IndexCatalog.EnterAsync(connection, table, null, cancellation).ConfigureAwait(false);
    }

    /// <summary>Scans of all shards run at once; a shard that does not answer is given up soon.</summary>
    private static string ServerOptions(PostgresUrl shard)
    {
        NpgsqlConnectionStringBuilder to = shard.Connection;
        List<string> options =
        [
            $"host {Quoted(to.Host!)}", string.Create(CultureInfo.InvariantCulture, $"port '{to.Port}'"), $"dbname {Quoted(to.Database!)}", "async_capable 'true'", "fetch_size '1000'", "batch_size '1000'", "connect_timeout '5'",
            "keepalives_idle '10'", "keepalives_interval '5'", "keepalives_count '3'",
        ];
        if (to.SslMode != SslMode.Prefer)
        {
            options.Add($"sslmode {Quoted(PostgresUrl.NameOf(to.SslMode))}");
        }
        return string.Join(", ", options);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
