using System.Collections;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Postgres;

/// <summary>A search in SQL; the first parameter is the query code.</summary>
/// <remarks>
/// The inner query carries no more than ids and distances through the sort: with tags and payloads in it, PostgreSQL copies them for every row that it looks at, which took 2.5 times as long for payloads of 200
/// bytes. A limit is written out, since a plan for an unknown one sorts all rows in one process.
/// </remarks>
internal sealed class SearchStatement
{
    private readonly List<NpgsqlParameter> _filters = [];
    private readonly IndexTable _table;
    private readonly StoreSearch _search;
    private readonly Capabilities _server;

    /// <param name="table">The index.</param>
    /// <param name="server">What the database can do.</param>
    /// <param name="search">What is searched.</param>
    /// <param name="approximate">Whether the HNSW index is used.</param>
    /// <param name="parts">Partitions that are asked one by one; empty for a table that is none of several.</param>
    public SearchStatement(IndexTable table, Capabilities server, StoreSearch search, bool approximate, IReadOnlyList<string> parts)
    {
        (_table, _server, _search) = (table, server, search);
        string where = Where(approximate ? null : search.Radius);
        // OFFSET 0 keeps the planner from merging the sorted answers of the shards, for which it would ask one after the other.
        string inner = approximate ? Approximate(where) : parts.Count == 0 ? Exact(table.Items, where) : string.Join(" UNION ALL ", parts.Select(part => $"({Exact(part, where)})")) + " OFFSET 0";
        WithItems = search.Items && parts.Count == 0;
        StringBuilder sql = new();
        sql.Append(WithItems ? "SELECT h.id, h.distance, i.code, i.tags, i.payload" : "SELECT h.id, h.distance").Append($" FROM ({inner}) h");
        _ = WithItems ? sql.Append($" JOIN {table.Items} i ON i.id = h.id") : sql;
        _ = approximate && search.Radius is { } radius ? sql.Append(CultureInfo.InvariantCulture, $" WHERE h.distance <= {radius}") : sql;
        sql.Append(CultureInfo.InvariantCulture, $" ORDER BY h.distance, h.id LIMIT {search.K}");
        Sql = sql.ToString();
    }

    /// <summary>The statement.</summary>
    public string Sql { get; }

    /// <summary>Whether its rows have code, tags and payload.</summary>
    public bool WithItems { get; }

    /// <summary>The statement for one code.</summary>
    public NpgsqlBatchCommand For(BitArray code)
    {
        NpgsqlBatchCommand command = new(Sql);
        command.Parameters.Add(new NpgsqlParameter { Value = code, NpgsqlDbType = NpgsqlDbType.Bit });
        foreach (NpgsqlParameter parameter in _filters)
        {
            command.Parameters.Add(parameter.Clone());
        }
        return command;
    }

    // As a whole number it is no expression that an HNSW index could be asked to order by.
    private string Distance => _server.Hamming is { } hamming ? $"(code {hamming} $1)::bigint" : "bit_count(code # $1)";

    private string Exact(string items, string where) => string.Create(CultureInfo.InvariantCulture, $"SELECT id, {Distance} AS distance FROM {items}{where} ORDER BY distance, id LIMIT {_search.K}");

    private string Approximate(string where) =>
        string.Create(CultureInfo.InvariantCulture, $"SELECT id, (code {_server.Hamming} $1)::bigint AS distance FROM {_table.Items}{where} ORDER BY code {_server.Hamming} $1 LIMIT {_search.K}");

    private string Where(int? radius)
    {
        List<string> conditions = [];
        if (radius is { } reach)
        {
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"{Distance} <= {reach}"));
        }
        if (_search.Filter is { } filter)
        {
            // Written so that postgres_fdw sends every one of them to the shards.
            Tags(filter.AllTags, "tags @> {0}", conditions);
            Tags(filter.AnyTags, "tags && {0}", conditions);
            Tags(filter.NoTags, "(tags IS NULL OR NOT tags && {0})", conditions);
            if (filter.Payload is { } payload)
            {
                conditions.Add(JsonContainment.IsComparable(payload) ? $"document @> {Add(new NpgsqlParameter { Value = payload.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb })}" : "false");
            }
        }
        return conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
    }

    private void Tags(IReadOnlyList<string> tags, string condition, List<string> conditions)
    {
        if (tags.Count > 0)
        {
            NpgsqlParameter parameter = new() { Value = tags.Where(tag => !tag.Contains('\0', StringComparison.Ordinal)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
            bool impossible = condition.Contains("@>", StringComparison.Ordinal) && tags.Any(tag => tag.Contains('\0', StringComparison.Ordinal));
            conditions.Add(impossible ? "false" : string.Format(CultureInfo.InvariantCulture, condition, Add(parameter)));
        }
    }

    private string Add(NpgsqlParameter parameter)
    {
        _filters.Add(parameter);
        return string.Create(CultureInfo.InvariantCulture, $"${_filters.Count + 1}");
    }
}
