using System.Collections;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Semblance.Index;

namespace Semblance.Serving.Postgres;

/// <content>Writing: one call, one transaction.</content>
public sealed partial class PostgresStore
{
    /// <summary>Items of a call above which they are copied into a table of their own first.</summary>
    private const int MostInStatement = 1000;

    internal const string Columns = "(id, code, tags, payload)";

    /// <inheritdoc/>
    public async Task<int> UpsertAsync(IReadOnlyCollection<Item> items, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        RequireWritable();
        foreach (Item item in items)
        {
            _table.Require(item);
        }
        IndexTable.RequireDistinct(items.Select(item => item.Id));
        if (items.Count == 0)
        {
            return 0;
        }
        // In one order, so that two writers do not wait for each other.
        Item[] sorted = [.. items.OrderBy(item => item.Id)];
        bool sharded = (await LearnAsync(cancellation).ConfigureAwait(false)).Parts.Count > 0;
        long replaced = sharded ? await UpsertShardsAsync(sorted, cancellation).ConfigureAwait(false)
            : sorted.Length <= MostInStatement ? await UpsertFewAsync(sorted, cancellation).ConfigureAwait(false)
            : await UpsertManyAsync(sorted, cancellation).ConfigureAwait(false);
        _counted = null;
        return (int)replaced;
    }

    /// <inheritdoc/>
    public async Task<int> DeleteAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        RequireWritable();
        foreach (ItemId id in ids)
        {
            _table.Require(id);
        }
        IndexTable.RequireDistinct(ids);
        if (ids.Count == 0)
        {
            return 0;
        }
        bool sharded = (await LearnAsync(cancellation).ConfigureAwait(false)).Parts.Count > 0;
        int deleted = sharded
            ? await _server.InTransactionAsync(System.Data.IsolationLevel.ReadCommitted, connection => LockAndDeleteAsync(connection, ids, cancellation), cancellation).ConfigureAwait(false)
            : await _server.RunAsync(connection => PostgresServer.ExecuteAsync(connection, DeleteInOrder, cancellation, _table.Parameter(ids)), cancellation).ConfigureAwait(false);
        _counted = null;
        return deleted;
    }

    /// <summary>Builds an HNSW index of the codes for approximate searches, while others read and write; none where there is one.</summary>
    /// <param name="options">How; null for pgvector's own values.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidDataException">The database has no pgvector, or the index is spread over shards.</exception>
    /// <exception cref="ArgumentException">HNSW cannot be built so.</exception>
    public async Task BuildHnswAsync(HnswOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new HnswOptions();
        options.Require();
        RequireWritable();
        Capabilities known = await LearnAsync(cancellation).ConfigureAwait(false);
        if (known.VectorSchema is null || known.Parts.Count > 0)
        {
            throw new InvalidDataException($"{Name}: {(known.Parts.Count > 0 ? "an index over shards is searched exactly." : "the database has no pgvector 0.7 or newer, which HNSW needs. Install it, then 'CREATE EXTENSION vector'.")}");
        }
        if (!known.Hnsw)
        {
            PostgresServer server = new(_server.Url, readOnly: false, patient: true);
            await using (server.ConfigureAwait(false))
            {
                await server.RunAsync(connection => PostgresServer.ExecuteAsync(connection, options.Sql(_table, known, "CONCURRENTLY "), cancellation), cancellation).ConfigureAwait(false);
                // The planner weighs the graph against a scan by what it knows of the table.
                await server.RunAsync(connection => PostgresServer.ExecuteAsync(connection, $"ANALYZE {_table.Items}", cancellation), cancellation).ConfigureAwait(false);
            }
            _known = new Known(known with { Hnsw = true }, Environment.TickCount64);
        }
    }

    // Rows are locked in the order in which upserts lock them.
    private string DeleteInOrder =>
        $"WITH gone AS (SELECT id FROM {_table.Items} WHERE id = ANY ($1) ORDER BY id FOR UPDATE) DELETE FROM {_table.Items} i USING gone WHERE i.id = gone.id";

    private async Task<int> LockAndDeleteAsync(NpgsqlConnection connection, IEnumerable<ItemId> ids, CancellationToken cancellation)
    {
        await IndexCatalog.LockShardsAsync(connection, _table, cancellation).ConfigureAwait(false);
        return await DeleteFromShardsAsync(connection, ids, cancellation).ConfigureAwait(false);
    }

    private Task<int> DeleteFromShardsAsync(NpgsqlConnection connection, IEnumerable<ItemId> ids, CancellationToken cancellation) =>
        PostgresServer.ExecuteAsync(connection, $"DELETE FROM {_table.Items} WHERE id = ANY ($1)", cancellation, _table.Parameter(ids));

    private Task<long> UpsertFewAsync(Item[] items, CancellationToken cancellation) => _server.RunAsync(
        connection => PostgresServer.ScalarAsync<long>(connection, Upsert(Rows), cancellation, Parameters(_table, items)),
        cancellation);

    private Task<long> UpsertManyAsync(Item[] items, CancellationToken cancellation) => _server.InTransactionAsync(
        System.Data.IsolationLevel.ReadCommitted,
        async connection =>
        {
            await PostgresServer.ExecuteAsync(connection, $"CREATE TEMPORARY TABLE incoming (LIKE {_table.Items}) ON COMMIT DROP", cancellation).ConfigureAwait(false);
            await CopyRows.WriteAsync(connection, $"COPY incoming {Columns} FROM STDIN (FORMAT binary)", Bits, items.ToAsyncEnumerable(), null, cancellation).ConfigureAwait(false);
            return await PostgresServer.ScalarAsync<long>(connection, Upsert("SELECT id, code, tags, payload FROM incoming ORDER BY id"), cancellation).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Foreign tables know no ON CONFLICT: what is there is deleted first.</summary>
    private Task<long> UpsertShardsAsync(Item[] items, CancellationToken cancellation) => _server.InTransactionAsync(
        System.Data.IsolationLevel.ReadCommitted,
        async connection =>
        {
            long replaced = 0;
            await IndexCatalog.LockShardsAsync(connection, _table, cancellation).ConfigureAwait(false);
            foreach (Item[] part in items.Chunk(10 * MostInStatement))
            {
                replaced += await DeleteFromShardsAsync(connection, part.Select(item => item.Id), cancellation).ConfigureAwait(false);
                await PostgresServer.ExecuteAsync(connection, $"INSERT INTO {_table.Items} {Columns} {Rows}", cancellation, Parameters(_table, part)).ConfigureAwait(false);
            }
            return replaced;
        },
        cancellation);

    /// <summary>The rows of a statement's parameters; tags come as the text of an array, since arrays of arrays must be rectangular.</summary>
    private string Rows => RowsOf(_table);

    internal static string RowsOf(IndexTable table) => $"SELECT id, code, tags::text[], payload FROM unnest($1::{table.IdType}[], $2::bit({table.Bits})[], $3::text[], $4::text[]) AS new {Columns}";

    // A row that was there has been locked by this transaction: its xmax is not 0.
    private string Upsert(string rows) =>
        $"WITH put AS (INSERT INTO {_table.Items} {Columns} {rows} ON CONFLICT (id) DO UPDATE SET code = excluded.code, tags = excluded.tags, payload = excluded.payload RETURNING xmax <> 0 AS replaced) SELECT count(*) FROM put WHERE replaced";

    /// <summary>The parameters of <see cref="RowsOf"/>.</summary>
    internal static object[] Parameters(IndexTable table, Item[] items) =>
    [
        table.Parameter(items.Select(item => item.Id)),
        new NpgsqlParameter<BitArray[]> { TypedValue = Array.ConvertAll(items, item => BitStrings.ToBits(item.Code.Span, table.Bits)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bit },
        new NpgsqlParameter<string?[]> { TypedValue = Array.ConvertAll(items, item => item.Tags.Count == 0 ? null : ArrayText(item.Tags)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        new NpgsqlParameter<string?[]> { TypedValue = Array.ConvertAll(items, item => item.Payload), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
    ];

    /// <summary>An array of texts as PostgreSQL writes it.</summary>
    internal static string ArrayText(IEnumerable<string> texts)
    {
        StringBuilder result = new("{");
        foreach (string text in texts)
        {
            _ = result.Length > 1 ? result.Append(',') : result;
            result.Append('"').Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }
        return result.Append('}').ToString();
    }
}
