using System.Globalization;

namespace Semblance.Serving.Postgres;

/// <summary>How pgvector links the codes of an HNSW index (Malkov and Yashunin, 2018); its own values unless set. Fewer links and candidates build sooner, take less memory and find less.</summary>
public sealed record HnswOptions
{
    /// <summary>Links of a code on each layer, twice as many on the lowest; 2 to 100. pgvector's <c>m</c>.</summary>
    public int M { get; init; } = 16;

    /// <summary>Candidates kept while the links of a code are looked for, at least twice <see cref="M"/>; 4 to 1,000. pgvector's <c>ef_construction</c>.</summary>
    public int EfConstruction { get; init; } = 64;

    /// <exception cref="ArgumentException">pgvector does not take them.</exception>
    internal void Require()
    {
        if (M is < 2 or > 100 || EfConstruction is < 4 or > 1000 || EfConstruction < 2 * M)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"HNSW with m {M} and ef_construction {EfConstruction} cannot be built: m is 2 to 100, ef_construction 4 to 1000 and at least twice m. Choose others."));
        }
    }

    /// <summary>The statement that builds the index.</summary>
    internal string Sql(IndexTable table, Capabilities known, string how = "") => string.Create(
        CultureInfo.InvariantCulture, $"CREATE INDEX {how}ON {table.Items} USING hnsw (code {known.VectorSchema}.bit_hamming_ops) WITH (m = {M}, ef_construction = {EfConstruction})");
}
