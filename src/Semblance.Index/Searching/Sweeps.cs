using System.Runtime.ExceptionServices;

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
            Share(threads, queries.Count, tile, (start, count) => Tile(queries, start, count, 1, chunk, results));
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
        int wanted = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        return (int)Math.Clamp(work / LeastWork, 1, wanted);
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
        Share(threads, threads, 1, (thread, _) =>
        {
            NearestRows[] nearest = new NearestRows[count];
            for (int query = 0; query < count; query++)
            {
                nearest[query] = new NearestRows(reach, filter);
            }

            parts[thread] = nearest;
            Sweep sweep = make(own, nearest);
            for (int row = Interlocked.Add(ref next, chunk) - chunk; row < codes.Count && row >= 0; row = Interlocked.Add(ref next, chunk) - chunk)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                sweep.Cover(row, Math.Min(chunk, codes.Count - row));
            }
        });
        for (int query = 0; query < count; query++)
        {
            results[start + query] = threads == 1 ? parts[0][query].ToArray() : NearestRows.Join(parts.Select(part => part[query].ToArray()), reach);
        }
    }

    /// <summary>Does work in runs of <paramref name="tile"/> pieces, on this thread alone if it is to be one.</summary>
    private void Share(int threads, int pieces, int tile, Action<int, int> work)
    {
        if (threads == 1)
        {
            for (int start = 0; start < pieces; start += tile)
            {
                work(start, Math.Min(tile, pieces - start));
            }

            return;
        }

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = options.Cancellation };
        try
        {
            Parallel.For(0, (pieces + tile - 1) / tile, parallel, part => work(part * tile, Math.Min(tile, pieces - (part * tile))));
        }
        catch (AggregateException several) when (several.InnerException is { } first)
        {
            // As it would come from one thread.
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
