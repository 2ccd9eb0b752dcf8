using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Postgres;

/// <content>Searching: one round trip for a code, one transaction for several.</content>
public sealed partial class PostgresStore
{
    /// <summary>Candidates that a search through HNSW keeps unless it says; pgvector's own default is 40, its most 1000.</summary>
    private const int UsualEf = 100, MostEf = 1000;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoreAnswer>> SearchAsync(Codes queries, StoreSearch search, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(search);
        _ = search.Filter?.Tags();
        if (queries.Bits != Bits)
        {
            throw new ArgumentException($"The code has {queries.Bits} bits and the codes of {Name} have {Bits}. Search with the model that encoded it.");
        }
        if (queries.Count == 0)
        {
            return [];
        }
        Capabilities known = await LearnAsync(cancellation).ConfigureAwait(false);
        return known.Parts.Count > 0
            ? await SearchShardsAsync(queries, search, known, cancellation).ConfigureAwait(false)
            : await SearchTableAsync(queries, search, known, cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<StoreAnswer>> SearchTableAsync(Codes queries, StoreSearch search, Capabilities known, CancellationToken cancellation)
    {
        bool approximate = search.Approximate && known.Hnsw;
        SearchStatement statement = new(_table, known, search, approximate, []);
        Task<List<ItemMatch>[]> Work(NpgsqlConnection connection) => ReadAsync(connection, queries, statement, approximate ? HnswSettings(search, known) : null, cancellation);
        List<ItemMatch>[] found = queries.Count == 1 && !approximate
            ? await _server.RunAsync(Work, cancellation).ConfigureAwait(false)
            : await _server.InTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Work, cancellation).ConfigureAwait(false);
        return Array.ConvertAll(found, matches => new StoreAnswer(matches));
    }

    private async Task<List<ItemMatch>[]> ReadAsync(NpgsqlConnection connection, Codes queries, SearchStatement statement, string? settings, CancellationToken cancellation)
    {
        NpgsqlBatch batch = connection.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            if (settings is not null)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(settings));
            }
            for (int query = 0; query < queries.Count; query++)
            {
                batch.BatchCommands.Add(statement.For(BitStrings.ToBits(queries[query], Bits)));
            }
            NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                _ = settings is not null && await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                return await ReadAsync(reader, queries.Count, statement.WithItems, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<List<ItemMatch>[]> ReadAsync(NpgsqlDataReader reader, int queries, bool withItems, CancellationToken cancellation)
    {
        List<ItemMatch>[] found = new List<ItemMatch>[queries];
        for (int query = 0; query < queries; query++)
        {
            List<ItemMatch> matches = [];
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                Item? item = withItems ? _table.ItemOf(reader, 0, 2) : null;
                matches.Add(new ItemMatch(item?.Id ?? _table.IdOf(reader, 0), (int)reader.GetInt64(1)) { Item = item });
            }
            found[query] = matches;
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        }
        return found;
    }

    internal static string HnswSettings(StoreSearch search, Capabilities known) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT set_config('hnsw.ef_search', '{Math.Clamp(search.EfSearch ?? UsualEf, Math.Min(search.K, MostEf), MostEf)}', true){(known.Iterates ? ", set_config('hnsw.iterative_scan', 'strict_order', true)" : "")}");
}
