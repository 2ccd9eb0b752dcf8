namespace Semblance.Index.Searching;

/// <summary>Scans all rows under some distance.</summary>
internal static class ScoreScan
{
    // Rows between two looks at the cancellation; some tens of microseconds.
    private const int Block = 8192;

    /// <summary>The wanted rows by (distance, row).</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="score">The distance of the query.</param>
    /// <param name="most">Rows that are wanted at most.</param>
    /// <param name="radius">Rows farther than this are not wanted.</param>
    /// <param name="options">Filters, threads and cancellation.</param>
    public static ScoredRow[] Run(Codes codes, IRowScore score, int most, double radius, SearchOptions options)
    {
        RowFilter filter = RowFilter.Of(options, codes.Count);
        RowFilter set = filter with { Where = null };
        int threads = (int)Math.Clamp((long)codes.Count * codes.WordsPerCode / (4 * Block), 1, Workers.Of(options.Threads));
        var parts = new NearestScores[threads];
        int next = 0;
        Workers.Run(threads, thread =>
        {
            NearestScores nearest = parts[thread] = new(most, radius);
            for (int start = Interlocked.Add(ref next, Block) - Block; (uint)start < (uint)codes.Count; start = Interlocked.Add(ref next, Block) - Block)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(Block, codes.Count - start);
                ReadOnlySpan<ulong> words = codes.WordsOf(start, count);
                for (int row = start; row < start + count; row++, words = words[codes.WordsPerCode..])
                {
                    if (set.Allows(row) && score.Of(words[..codes.WordsPerCode]) is double distance && nearest.Wants(distance) && (filter.Where is null || filter.Where(row)))
                    {
                        nearest.Keep(row, distance);
                    }
                }
            }
        }, options.Cancellation);
        return NearestScores.Join(parts, most);
    }
}
