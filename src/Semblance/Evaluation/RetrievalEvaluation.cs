using Semblance.Evaluation.Kernels;

namespace Semblance.Evaluation;

/// <summary>Evaluates embeddings by exact ranking, in blocks: no more than a few hundred queries times a few hundred gallery rows are held at a time.</summary>
/// <remarks>
/// Recall@K is the share of queries with a positive among the K nearest items, as in the evaluations of CUB, Cars, SOP and In-Shop (Wang et al., CVPR 2019):
/// a hit while fewer than K negatives are strictly more similar than the best positive, so that ties count for the query; a query without a positive is a
/// miss and counted. The other metrics leave such queries out and order ties by gallery row. Positives are the items that share a label.
/// </remarks>
public static class RetrievalEvaluation
{
    private const int QueriesPerBlock = 128;
    private const int RowsPerTile = 256;

    /// <summary>Every item queries all others.</summary>
    /// <exception cref="ArgumentException">Fewer than two items, or an embedding is not finite.</exception>
    public static RetrievalScores LeaveOneOut(LabelledEmbeddings items, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        options ??= new RetrievalOptions();
        if (items.Count < 2)
        {
            throw new ArgumentException($"{items.Items.Name} has {items.Count} items; leave-one-out needs at least two.", nameof(items));
        }

        var side = new Side(items, options);
        return Rank(side, side, row => [row], options, ProtocolOf(items, "all-others", items, options) with { Overlap = OverlapRule.Refuse });
    }

    /// <summary>Queries rank a gallery.</summary>
    /// <exception cref="ArgumentException">A side is empty, dimensions differ, an embedding is not finite, or the sides overlap and the options refuse that.</exception>
    public static RetrievalScores QueryGallery(LabelledEmbeddings queries, LabelledEmbeddings gallery, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(gallery);
        options ??= new RetrievalOptions();
        RequireSides(queries, gallery);
        Dictionary<int, List<int>> copies = new Overlap(queries.Items, options.Overlap).RowsToExclude(gallery.Items);
        Dictionary<int, int[]> excluded = copies.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray());
        Protocol protocol = ProtocolOf(queries, gallery.Items.Name, gallery, options);
        return Rank(new Side(queries, options), new Side(gallery, options), row => excluded.GetValueOrDefault(row, []), options, protocol);
    }

    private static void RequireSides(LabelledEmbeddings queries, LabelledEmbeddings gallery)
    {
        if (queries.Count == 0 || gallery.Count == 0)
        {
            throw new ArgumentException($"{queries.Items.Name} has {queries.Count} queries, {gallery.Items.Name} has {gallery.Count} items; evaluation needs at least one of each.");
        }

        if (queries.Dimension != gallery.Dimension)
        {
            throw new ArgumentException($"the queries have {queries.Dimension} dimensions, the gallery has {gallery.Dimension}; both need the same. Embed both with the same model.");
        }
    }

    private static RetrievalScores Rank(Side queries, Side gallery, Func<int, int[]> excluded, RetrievalOptions options, Protocol protocol)
    {
        var results = new QueryRetrieval[queries.Rows.Count];
        var positives = new PositiveRows(gallery.Labels);
        int blocks = (results.Length + QueriesPerBlock - 1) / QueriesPerBlock;
        Parallel.For(0, blocks, options.Parallel, () => new float[QueriesPerBlock * RowsPerTile], (block, _, scores) =>
        {
            int start = block * QueriesPerBlock;
            var ranks = new PositiveRanks[Math.Min(QueriesPerBlock, results.Length - start)];
            for (int i = 0; i < ranks.Length; i++)
            {
                ranks[i] = RanksOf(start + i, queries, gallery, positives.Of(queries.Labels[start + i], excluded(start + i)));
            }

            Stream(queries.Rows, start, gallery.Rows, excluded, ranks, scores);
            for (int i = 0; i < ranks.Length; i++)
            {
                results[start + i] = ranks[i].Finish(options.RecallAt);
            }

            return scores;
        }, _ => { });
        return Total(results, options, protocol);
    }

    private static PositiveRanks RanksOf(int query, Side queries, Side gallery, int[] positives) =>
        new([.. positives.Select(row => DotTile.One(queries.Rows, query, gallery.Rows, row))], positives);

    private static void Stream(PaddedRows queries, int start, PaddedRows gallery, Func<int, int[]> excluded, PositiveRanks[] ranks, float[] scores)
    {
        for (int first = 0; first < gallery.Count; first += RowsPerTile)
        {
            int width = Math.Min(RowsPerTile, gallery.Count - first);
            DotTile.Fill(queries, start, ranks.Length, gallery, first, width, scores, RowsPerTile);
            for (int i = 0; i < ranks.Length; i++)
            {
                Span<float> row = scores.AsSpan(i * RowsPerTile, width);
                LeaveOut(excluded(start + i), first, row);
                ranks[i].Add(row, first);
            }
        }
    }

    private static void LeaveOut(int[] rows, int first, Span<float> scores)
    {
        foreach (int row in rows)
        {
            if (row >= first && row < first + scores.Length)
            {
                scores[row - first] = float.NegativeInfinity;
            }
        }
    }

    private static Protocol ProtocolOf(LabelledEmbeddings queries, string database, LabelledEmbeddings gallery, RetrievalOptions options) => new()
    {
        Query = queries.Items.Name,
        Database = database,
        Relevance = LabelledItems.Relevance(queries.Items, gallery.Items) + options.Similarity switch
        {
            Similarity.Cosine => "",
            Similarity.Dot => ",by-dot",
            _ => ",by-distance",
        },
        Ties = TieRule.Optimistic,
        Overlap = options.Overlap,
    };

    private static RetrievalScores Total(QueryRetrieval[] queries, RetrievalOptions options, Protocol protocol)
    {
        QueryRetrieval[] counted = [.. queries.Where(query => query.Positives > 0)];
        double divisor = Math.Max(1, counted.Length);
        return new RetrievalScores
        {
            Protocol = protocol,
            Queries = queries.Length,
            QueriesWithoutPositives = queries.Length - counted.Length,
            QueriesWithTies = queries.Count(query => query.Tied),
            Recall = [.. options.RecallAt.Select((k, i) => RecallOf(k, counted.Aggregate(default(TieValues), (sum, query) => TieValues.Add(sum, query.Recall[i]))))],
            PrecisionAt1 = counted.Sum(query => query.PrecisionAt1) / divisor,
            RPrecision = counted.Sum(query => query.RPrecision) / divisor,
            MeanAveragePrecisionAtR = counted.Sum(query => query.AverageAtR) / divisor,
            MeanAveragePrecision = counted.Sum(query => query.Average) / divisor,
        };

        RecallAtK RecallOf(int k, TieValues sum) => new(k, sum.Over(queries.Length), sum.Over(counted.Length));
    }

    /// <summary>One side's embeddings, ready for dot products, and their labels.</summary>
    private sealed class Side(LabelledEmbeddings set, RetrievalOptions options)
    {
        public PaddedRows Rows { get; } = new(set.Rows.Span, set.Dimension, options.Similarity, set.Items.Name);

        public IReadOnlyList<IReadOnlyList<int>> Labels { get; } = set.Items.Labels;
    }
}
