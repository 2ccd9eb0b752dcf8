using Semblance.Evaluation.Kernels;

namespace Semblance.Evaluation;

/// <summary>Evaluates embeddings by exact ranking, streamed: the matrix of scores is never held, nor sorted, and memory stays below a limit.</summary>
/// <remarks>
/// Recall@K is the share of queries with a positive among the K nearest items, as in the evaluations of CUB, Cars, SOP and In-Shop (Wang et al., CVPR 2019):
/// a hit while fewer than K negatives are strictly more similar than the best positive, so that ties count for the query; a query without a positive is a
/// miss and counted. The other metrics leave such queries out and order ties by gallery row. Positives are the items that share a label.
/// Where the limit leaves no room for a copy of both sides, they are copied and compared in parts; no number depends on that, nor on the number of threads.
/// </remarks>
public static class RetrievalEvaluation
{
    /// <summary>Every item queries all others.</summary>
    /// <exception cref="ArgumentException">Fewer than two items, or an embedding is not finite.</exception>
    public static RetrievalScores LeaveOneOut(LabelledEmbeddings items, RetrievalOptions? options = null) => Run(RetrievalSides.LeaveOneOut(items), options);

    /// <summary>Queries rank a gallery.</summary>
    /// <exception cref="ArgumentException">A side is empty, dimensions differ, an embedding is not finite, or the sides overlap and the options refuse that.</exception>
    public static RetrievalScores QueryGallery(LabelledEmbeddings queries, LabelledEmbeddings gallery, RetrievalOptions? options = null) =>
        Run(RetrievalSides.QueryGallery(queries, gallery, (options ?? new RetrievalOptions()).Overlap), options);

    /// <summary>Ranks what each query may find.</summary>
    /// <param name="sides">Who asks what; also says what was done about an overlap.</param>
    /// <param name="options">What to measure.</param>
    /// <exception cref="ArgumentException">An embedding is not finite, or the memory limit is too low for one block of rows.</exception>
    public static RetrievalScores Run(RetrievalSides sides, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sides);
        options ??= new RetrievalOptions();
        RetrievalTotals totals = new(options.RecallAt);
        Rank(sides, options, QueryRetrieval.Bytes(options.RecallAt.Count), (_, ranks) => ranks.Finish(options.RecallAt), totals.Add);
        return totals.ToScores(sides.ProtocolBy(options.Similarity));
    }

    /// <summary>Ranks, and hands over what became of each group of queries, in order.</summary>
    /// <param name="sides">Who asks what.</param>
    /// <param name="options">Similarity, threads and limit.</param>
    /// <param name="bytesEach">What <paramref name="finish"/> keeps of a query.</param>
    /// <param name="finish">Makes it from the ranks of the query's positives; called by many threads.</param>
    /// <param name="take">Takes those of a group.</param>
    internal static void Rank<T>(RetrievalSides sides, RetrievalOptions options, long bytesEach, Func<int, PositiveRanks, T> finish, Action<T[]> take)
    {
        PositiveRows positives = new(sides.Gallery.Items.Labels);
        int threads = options.Parallel.MaxDegreeOfParallelism;
        StreamedSides streamed = new(sides, options.Similarity, Plan(sides, positives, options, bytesEach), threads);
        foreach ((int first, int count) in streamed.Groups())
        {
            RowPanels queries = streamed.Queries(first, count);
            PositiveRanks[] ranks = Positives(sides, streamed, queries, first, positives, options);
            streamed.Pass(queries, first, (query, scores, row) => ranks[query - first].Add(scores, row));
            var finished = new T[count];
            Parallel.For(0, count, options.Parallel, i => finished[i] = finish(first + i, ranks[i]));
            take(finished);
        }
    }

    /// <summary>What an evaluation takes at a time.</summary>
    internal static StreamPlan Plan(RetrievalSides sides, PositiveRows positives, RetrievalOptions options, long bytesEach)
    {
        (long sum, long most) = (0, 0);
        foreach (IReadOnlyList<int> labels in sides.Queries.Items.Labels)
        {
            long count = positives.AtMost(labels);
            (sum, most) = (sum + count, Math.Max(most, count));
        }

        int queries = sides.Queries.Count;
        return StreamPlan.Of(sides, PositiveRanks.Bytes(queries, sum) + (queries * bytesEach), PositiveRanks.Bytes(1, most) + bytesEach, options.Parallel.MaxDegreeOfParallelism, options.MemoryLimit);
    }

    /// <summary>The scores of every query's positives, before anything is ranked.</summary>
    private static PositiveRanks[] Positives(RetrievalSides sides, StreamedSides streamed, RowPanels queries, int first, PositiveRows positives, RetrievalOptions options)
    {
        var rows = new int[queries.Count][];
        var scores = new float[queries.Count][];
        Parallel.For(0, rows.Length, options.Parallel, i =>
        {
            rows[i] = positives.Of(sides.Queries.Items.Labels[first + i], sides.Excluded(first + i));
            scores[i] = new float[rows[i].Length];
        });
        foreach ((int firstRow, RowPanels part) in streamed.Rows())
        {
            Parallel.For(0, rows.Length, options.Parallel, i => Pick(queries, i, part, firstRow, rows[i], scores[i]));
        }

        return [.. rows.Select((positive, i) => new PositiveRanks(scores[i], positive))];
    }

    private static void Pick(RowPanels queries, int query, RowPanels part, int firstRow, int[] rows, float[] scores)
    {
        int start = Above(rows, firstRow - 1), end = Above(rows, firstRow + part.Count - 1);
        int[] local = Array.ConvertAll(rows[start..end], row => row - firstRow);
        DotTile.Pick(queries, query, part, local, scores.AsSpan(start, local.Length));
        for (int i = 0; i < local.Length && part.Offsets.Length > 0; i++)
        {
            scores[start + i] += part.Offsets[local[i]];
        }
    }

    /// <summary>How many ascending rows come before the first that is above one.</summary>
    private static int Above(int[] rows, int last)
    {
        int place = Array.BinarySearch(rows, last);
        return place >= 0 ? place + 1 : ~place;
    }
}
