namespace Semblance.Index.Searching;

/// <summary>Runs sweeps on several threads.</summary>
/// <param name="codes">The codes.</param>
/// <param name="reach">What each query wants.</param>
/// <param name="filter">Which rows may be results.</param>
/// <param name="options">Threads and cancellation.</param>
/// <param name="make">Makes a sweep of some queries.</param>
internal sealed class Sweeps(Codes codes, Reach reach, RowFilter filter, SearchOptions options, Func<Codes, NearestRows[], Sweep> make)
{
    // Queries that pass together: what they have found stays in the second-level cache.
    private const int MostQueries = 1024;

    // Work of a thread below which another costs more than it brings (about 50 µs against 5 to 10).
    private const long LeastWork = 1 << 19;

    // Words between two looks at the cancellation and at what is left to do.
    private const int ChunkWords = 1 << 16;

    /// <summary>Finds what every query wants.</summary>
    public Neighbour[][] Run(Codes queries)
    {
        var results = new Neighbour[queries.Count][];
        int threads = Threads(queries.Count);
        int tile = Math.Min(MostQueries, queries.Count);
        int chunk = Chunk(tile);
        if (codes.Count < 2L * threads * chunk)
        {
            // Too few rows to share out: each thread takes queries and passes over all rows.
            tile = Math.Min(tile, (queries.Count + threads - 1) / threads);
            int nextQuery = 0;
            Workers.Run(threads, _ =>
            {
                for (int start = Interlocked.Add(ref nextQuery, tile) - tile; (uint)start < (uint)queries.Count; start = Interlocked.Add(ref nextQuery, tile) - tile)
                {
                    Tile(queries, start, Math.Min(tile, queries.Count - start), 1, chunk, results);
                }
            }, options.Cancellation);
            return results;
        }

        for (int start = 0; start < queries.Count; start += tile)
        {
            Tile(queries, start, Math.Min(tile, queries.Count - start), threads, chunk, results);
        }

        return results;
    }

    private int Threads(int queries)
    {
        long work = (long)codes.Count * codes.WordsPerCode * queries;
        return (int)Math.Clamp(work / LeastWork, 1, Workers.Of(options.Threads));
    }

    private int Chunk(int tile)
    {
        // Larger for few queries, so that sharing out costs nothing; whole blocks of bit planes in any case.
        int words = Math.Max(512, ChunkWords / codes.WordsPerCode);
        return Math.Max(512, (tile < 16 ? words : words / 8) & ~511);
    }

    private void Tile(Codes queries, int start, int count, int threads, int chunk, Neighbour[][] results)
    {
        Codes own = count == queries.Count ? queries : queries.Slice(start, count);
        var parts = new NearestRows[threads][];
        int next = 0;
        Workers.Run(threads, thread =>
        {
            NearestRows[] nearest = new NearestRows[count];
            for (int query = 0; query < count; query++)
            {
                nearest[query] = new NearestRows(reach, filter);
            }

            parts[thread] = nearest;
            Sweep sweep = make(own, nearest);
            for (int row = Interlocked.Add(ref next, chunk) - chunk; (uint)row < (uint)codes.Count; row = Interlocked.Add(ref next, chunk) - chunk)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                sweep.Cover(row, Math.Min(chunk, codes.Count - row));
            }
        }, options.Cancellation);
        for (int query = 0; query < count; query++)
        {
            results[start + query] = threads == 1 ? parts[0][query].ToArray() : NearestRows.Join(parts.Select(part => part[query].ToArray()), reach);
        }
    }
}
