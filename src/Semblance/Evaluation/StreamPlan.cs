using Semblance.Evaluation.Kernels;

namespace Semblance.Evaluation;

/// <summary>How much of queries and gallery is taken at a time, so that a memory limit holds.</summary>
/// <param name="Queries">Queries at a time.</param>
/// <param name="Rows">Gallery rows at a time.</param>
/// <param name="Halved">Whether everything is held and one half of a symmetric matrix suffices.</param>
/// <param name="Bytes">What it takes at most, beside the embeddings that were given.</param>
internal sealed record StreamPlan(int Queries, int Rows, bool Halved, long Bytes)
{
    /// <summary>Plans.</summary>
    /// <param name="sides">Who asks what.</param>
    /// <param name="all">Bytes that all queries keep while rows stream by.</param>
    /// <param name="most">Bytes that one query keeps at most.</param>
    /// <param name="threads">Threads that multiply.</param>
    /// <param name="limit">The limit in bytes.</param>
    /// <exception cref="ArgumentException">One block of either side does not fit.</exception>
    public static StreamPlan Of(RetrievalSides sides, long all, long most, int threads, long limit)
    {
        (int queries, int rows, int dimension) = (sides.Queries.Count, sides.Gallery.Count, sides.Gallery.Dimension);
        long tiles = threads * ScoreStream.BytesPerThread;
        long whole = tiles + all + RowPanels.Bytes(rows, dimension) + (sides.IsSymmetric ? 0 : RowPanels.Bytes(queries, dimension));
        if (whole <= limit)
        {
            return new StreamPlan(queries, rows, sides.IsSymmetric, whole);
        }

        long perRow = RowPanels.Bytes(ScoreStream.Block, dimension) / ScoreStream.Block + 1, perQuery = perRow + most;
        long least = tiles + (ScoreStream.Block * (perRow + perQuery));
        if (limit < least)
        {
            throw new ArgumentException($"the memory limit is {limit >> 20} MiB; {threads} threads on {dimension} dimensions need {(least >> 20) + 1} MiB beside the embeddings. Raise the limit, or use fewer threads.");
        }

        // Half for the queries, so that the gallery is passed few times; the rest for the rows.
        int queriesAtOnce = Whole(Math.Min(queries, (limit - tiles) / 2 / perQuery));
        int rowsAtOnce = Whole(Math.Min(rows, (limit - tiles - (queriesAtOnce * perQuery)) / perRow));
        return new StreamPlan(queriesAtOnce, rowsAtOnce, false, tiles + (queriesAtOnce * perQuery) + (rowsAtOnce * perRow));
    }

    private static int Whole(long rows) => (int)Math.Max(1, rows / ScoreStream.Block) * ScoreStream.Block;
}
