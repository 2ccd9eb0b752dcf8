using Npgsql;

namespace Semblance.Serving.Postgres;

/// <summary>What a database can do for an index, as it was when it was asked.</summary>
/// <param name="Server">Version of the server.</param>
/// <param name="Vector">Version of pgvector; null without, and before 0.7, which had no Hamming distance.</param>
/// <param name="VectorSchema">The schema of pgvector; null without.</param>
/// <param name="Hnsw">Whether the index has an HNSW index of its codes.</param>
/// <param name="Parts">Partitions of the index, by name; empty where it is one table.</param>
internal sealed record Capabilities(Version Server, Version? Vector, string? VectorSchema, bool Hnsw, IReadOnlyList<Partition> Parts)
{
    /// <summary>Whether a search through HNSW goes on where a filter leaves too few.</summary>
    public bool Iterates => Vector >= new Version(0, 8);

    /// <summary>The operator of the Hamming distance; null without pgvector.</summary>
    public string? Hamming => VectorSchema is null ? null : $"OPERATOR({VectorSchema}.<~>)";

    /// <summary>Asks.</summary>
    public static async Task<Capabilities> OfAsync(NpgsqlConnection connection, IndexTable table, CancellationToken cancellation)
    {
        List<(string Version, string Schema)> vector = await PostgresServer.RowsAsync(
            connection,
            "SELECT extversion, quote_ident(nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'vector'",
            row => (row.GetString(0), row.GetString(1)),
            cancellation).ConfigureAwait(false);
        Version? version = vector.Count > 0 && Version.TryParse(vector[0].Version, out Version? found) && found >= new Version(0, 7) ? found : null;
        bool hnsw = version is not null && await PostgresServer.ScalarAsync<bool>(
            connection,
            "SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam JOIN pg_opclass o ON o.oid = i.indclass[0] WHERE i.indrelid = to_regclass($1) AND i.indisvalid AND a.amname = 'hnsw' AND o.opcname = 'bit_hamming_ops')",
            cancellation,
            table.Items).ConfigureAwait(false);
        List<Partition> parts = await PostgresServer.RowsAsync(
            connection,
            "SELECT inhrelid::regclass::text, coalesce(s.srvname::text, 'the coordinator') FROM pg_inherits LEFT JOIN pg_foreign_table f ON f.ftrelid = inhrelid LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE inhparent = to_regclass($1) ORDER BY 1",
            row => new Partition(row.GetString(0), row.GetString(1)),
            cancellation,
            table.Items).ConfigureAwait(false);
        return new Capabilities(connection.PostgreSqlVersion, version, version is null ? null : vector[0].Schema, hnsw, parts);
    }
}

/// <summary>A part of an index that lies on a server of its own.</summary>
/// <param name="Table">Its table on the coordinator.</param>
/// <param name="Server">The name of its server.</param>
internal sealed record Partition(string Table, string Server);
