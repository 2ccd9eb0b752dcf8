using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Semblance.Index;

namespace Semblance.Serving.Postgres;

/// <summary>The table of an index.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Index">Name of the index.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Ids">What the ids are.</param>
internal sealed record IndexTable(string Schema, string Index, int Bits, IdKind Ids)
{
    /// <summary>The table, with its schema.</summary>
    public string Items { get; init; } = $"{Schema}.items_{Index}";

    /// <summary>The type of ids without a collation.</summary>
    public string IdType => Ids == IdKind.Number ? "bigint" : "text";

    /// <summary>What stands for the kind of ids in the table of indexes.</summary>
    public string IdName => Ids == IdKind.Number ? "number" : "text";

    /// <summary>The columns as CREATE TABLE lists them.</summary>
    public string Columns => string.Create(
        CultureInfo.InvariantCulture,
        $"id {IdType}{(Ids == IdKind.Text ? " COLLATE \"C\"" : "")} NOT NULL, code bit({Bits}) NOT NULL, tags text[], payload text, document jsonb GENERATED ALWAYS AS ({Schema}.document(payload)) STORED");

    /// <summary>Statements that make the indexes of a table, best after it is filled.</summary>
    public string Indexes =>
        $"ALTER TABLE {Items} ADD PRIMARY KEY (id); CREATE INDEX ON {Items} USING gin (tags) WHERE tags IS NOT NULL; CREATE INDEX ON {Items} USING gin (document jsonb_path_ops) WHERE document IS NOT NULL";

    /// <summary>An id as a parameter.</summary>
    public NpgsqlParameter Parameter(ItemId id) => Ids == IdKind.Number ? new NpgsqlParameter<long> { TypedValue = id.Number } : new NpgsqlParameter<string> { TypedValue = id.Text };

    /// <summary>Ids as a parameter, an array.</summary>
    public NpgsqlParameter Parameter(IEnumerable<ItemId> ids) => Ids == IdKind.Number
        ? new NpgsqlParameter<long[]> { TypedValue = [.. ids.Select(id => id.Number)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint }
        : new NpgsqlParameter<string[]> { TypedValue = [.. ids.Select(id => id.Text)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    /// <summary>The id in a column.</summary>
    public ItemId IdOf(NpgsqlDataReader row, int column) => Ids == IdKind.Number ? new ItemId(row.GetInt64(column)) : new ItemId(row.GetString(column));

    /// <summary>The item in the columns id, code, tags and payload.</summary>
    /// <param name="row">The row.</param>
    /// <param name="id">The column of the id.</param>
    /// <param name="rest">The column of the code; tags and payload follow.</param>
    public Item ItemOf(NpgsqlDataReader row, int id, int rest) => new(
        IdOf(row, id),
        BitStrings.ToWords(row.GetFieldValue<System.Collections.BitArray>(rest)),
        row.IsDBNull(rest + 1) ? null : row.GetFieldValue<string[]>(rest + 1),
        row.IsDBNull(rest + 2) ? null : row.GetString(rest + 2));

    /// <summary>Throws unless an id can be one of this index.</summary>
    public void Require(ItemId id)
    {
        if (id.Kind != Ids)
        {
            throw new ArgumentException($"the id {id} is a {(id.Kind == IdKind.Number ? "number" : "text")}; the ids of the index are {(Ids == IdKind.Number ? "numbers" : "texts")}. Give ids of that kind.");
        }
        if (id.Kind == IdKind.Text)
        {
            RequireText(id.Text, "an id");
        }
    }

    /// <summary>Throws unless an item can be one of this index.</summary>
    public void Require(Item item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Require(item.Id);
        ReadOnlySpan<ulong> code = item.Code.Span;
        if (code.Length != Codes.WordsFor(Bits) || ((Bits & 63) != 0 && code[^1] >> (Bits & 63) != 0))
        {
            throw new ArgumentException($"the code of {item.Id} is none of {Bits} bits, which the codes of the index have. Encode with the model of the index.");
        }
        foreach (string tag in item.Tags)
        {
            RequireText(tag, "a tag");
        }
    }

    /// <summary>Throws where an id comes twice.</summary>
    public static void RequireDistinct(IEnumerable<ItemId> ids)
    {
        HashSet<ItemId> seen = [];
        foreach (ItemId id in ids)
        {
            if (!seen.Add(id))
            {
                throw new ArgumentException($"the id {id} comes twice in one batch; which of the two counts cannot be told. Give every id once.");
            }
        }
    }

    private static void RequireText(string text, string what)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"{what} has a character U+0000, which PostgreSQL's texts cannot hold. Leave it out.");
        }
    }
}
