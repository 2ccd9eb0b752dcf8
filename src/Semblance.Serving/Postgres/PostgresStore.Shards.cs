using Npgsql;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Postgres;

/// <content>Searching an index whose parts lie on other servers.</content>
public sealed partial class PostgresStore
{
    /// <summary>Whatever the planner believes of how many rows pass a filter, shards sort and cut; the coordinator sorts what they send.</summary>
    internal const string PushDown = "SELECT set_config('enable_sort', 'off', true)";

    private readonly LostShards _lost = new();

    private async Task<IReadOnlyList<StoreAnswer>> SearchShardsAsync(Codes queries, StoreSearch search, Capabilities known, CancellationToken cancellation)
    {
        Partition[] parts = [.. known.Parts.Where(part => !search.Partial || !_lost.Contains(part))];
        while (parts.Length > 0)
        {
            try
            {
                List<ItemMatch>[] found = await SearchPartsAsync(queries, search, known, parts, cancellation).ConfigureAwait(false);
                Array.ForEach(parts, _lost.Remove);
                return Marked(found, known.Parts.Except(parts));
            }
            catch (StoreUnavailableException fault)
            {
                Partition[] lost = await UnreachableAsync(parts, cancellation).ConfigureAwait(false);
                Array.ForEach(lost, _lost.Add);
                if (!search.Partial || lost.Length == 0)
                {
                    throw lost.Length == 0 ? fault : new StoreUnavailableException($"{Name}: {Names(lost)} cannot be reached, and the answer would not be whole. Start what is down, or ask for a partial answer.", fault);
                }
                parts = [.. parts.Except(lost)];
            }
        }
        throw new StoreUnavailableException($"{Name}: no shard can be reached. Start them, and try again.");
    }

    private Task<List<ItemMatch>[]> SearchPartsAsync(Codes queries, StoreSearch search, Capabilities known, Partition[] parts, CancellationToken cancellation)
    {
        SearchStatement statement = new(_table, known with { VectorSchema = null }, search, false, Array.ConvertAll(parts, part => part.Table));
        return _server.InTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            async connection =>
            {
                List<ItemMatch>[] found = await ReadAsync(connection, queries, statement, PushDown, cancellation).ConfigureAwait(false);
                return search.Items ? await WithItemsAsync(connection, found, parts, cancellation).ConfigureAwait(false) : found;
            },
            cancellation);
    }

    /// <summary>Fetches the items of all matches, in the same snapshot of every shard.</summary>
    private async Task<List<ItemMatch>[]> WithItemsAsync(NpgsqlConnection connection, List<ItemMatch>[] found, Partition[] parts, CancellationToken cancellation)
    {
        NpgsqlParameter ids = _table.Parameter(found.SelectMany(matches => matches).Select(match => match.Id).Distinct());
        string sql = string.Join(" UNION ALL ", parts.Select(part => $"SELECT id, code, tags, payload FROM {part.Table} WHERE id = ANY ($1)"));
        Dictionary<ItemId, Item> items = [];
        foreach (Item item in await PostgresServer.RowsAsync(connection, sql, row => _table.ItemOf(row, 0, 1), cancellation, ids).ConfigureAwait(false))
        {
            items[item.Id] = item;
        }
        return Array.ConvertAll(found, matches => matches.ConvertAll(match => match with { Item = items[match.Id] }));
    }

    private static StoreAnswer[] Marked(List<ItemMatch>[] found, IEnumerable<Partition> missing)
    {
        Partition[] lost = [.. missing];
        string? words = lost.Length == 0 ? null : $"{Names(lost)} cannot be reached; nearer items may be there.";
        return Array.ConvertAll(found, matches => new StoreAnswer(matches) { Missing = words });
    }

    private async Task<Partition[]> UnreachableAsync(Partition[] parts, CancellationToken cancellation)
    {
        List<Partition> lost = [];
        foreach (Partition part in parts)
        {
            try
            {
                await _server.RunAsync(connection => PostgresServer.ScalarAsync<int>(connection, $"SELECT 1 FROM {part.Table} LIMIT 1", cancellation), cancellation).ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                lost.Add(part);
            }
        }
        return [.. lost];
    }

    private static string Names(Partition[] parts) => (parts.Length == 1 ? "shard " : "shards ") + string.Join(", ", parts.Select(part => part.Server).Distinct());

    /// <summary>Shards that could not be reached a moment ago; partial searches leave them out without trying.</summary>
    private sealed class LostShards
    {
        private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, long> _until = new(StringComparer.Ordinal);

        public void Add(Partition part) => _until[part.Server] = Environment.TickCount64 + (long)Rest.TotalMilliseconds;

        public void Remove(Partition part) => _until.TryRemove(part.Server, out _);

        public bool Contains(Partition part) => _until.TryGetValue(part.Server, out long until) && Environment.TickCount64 < until;
    }
}
