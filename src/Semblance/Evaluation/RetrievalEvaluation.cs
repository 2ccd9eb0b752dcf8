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

        PaddedRows rows = Padded(items, options);
        var excluded = new int[items.Count][];
        for (int i = 0; i < excluded.Length; i++)
        {
            excluded[i] = [i];
        }

        return Score(items, rows, items, rows, row => excluded[row], options, leaveOneOut: true);
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
        return Score(queries, Padded(queries, options), gallery, Padded(gallery, options), row => excluded.GetValueOrDefault(row, []), options, leaveOneOut: false);
    }

    private static PaddedRows Padded(LabelledEmbeddings set, RetrievalOptions options) => new(set.Rows.Span, set.Dimension, options.Similarity, set.Items.Name);

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

    private static RetrievalScores Score(
        LabelledEmbeddings queries, PaddedRows queryRows, LabelledEmbeddings gallery, PaddedRows galleryRows, Func<int, int[]> excluded, RetrievalOptions options, bool leaveOneOut)
    {
        var results = new QueryRetrieval[queries.Count];
        var positives = new PositiveRows(gallery.Items.Labels);
        int blocks = (queries.Count + QueriesPerBlock - 1) / QueriesPerBlock;
        Parallel.For(0, blocks, options.Parallel, () => new float[QueriesPerBlock * RowsPerTile], (block, _, scores) =>
        {
            int start = block * QueriesPerBlock;
            int count = Math.Min(QueriesPerBlock, queries.Count - start);
            PositiveRanks[] ranks = Ranks(queries, queryRows, galleryRows, positives, excluded, start, count);
            Stream(queryRows, start, galleryRows, excluded, ranks, scores);
            for (int i = 0; i < count; i++)
            {
                results[start + i] = ranks[i].Finish(options.RecallAt);
            }

            return scores;
        }, _ => { });
        return Total(results, options, ProtocolOf(queries, gallery, options, leaveOneOut));
    }

    private static PositiveRanks[] Ranks(
        LabelledEmbeddings queries, PaddedRows queryRows, PaddedRows galleryRows, PositiveRows positives, Func<int, int[]> excluded, int start, int count)
    {
        var ranks = new PositiveRanks[count];
        for (int i = 0; i < count; i++)
        {
            int query = start + i;
            int[] rows = positives.Of(queries.Items.Labels[query], excluded(query));
            ranks[i] = new PositiveRanks([.. rows.Select(row => DotTile.One(queryRows, query, galleryRows, row))], rows);
        }

        return ranks;
    }

    private static void Stream(PaddedRows queryRows, int start, PaddedRows galleryRows, Func<int, int[]> excluded, PositiveRanks[] ranks, float[] scores)
    {
        for (int first = 0; first < galleryRows.Count; first += RowsPerTile)
        {
            int width = Math.Min(RowsPerTile, galleryRows.Count - first);
            DotTile.Fill(queryRows, start, ranks.Length, galleryRows, first, width, scores, RowsPerTile);
            for (int i = 0; i < ranks.Length; i++)
            {
                Span<float> row = scores.AsSpan(i * RowsPerTile, width);
                foreach (int copy in excluded(start + i))
                {
                    if (copy >= first && copy < first + width)
                    {
                        row[copy - first] = float.NegativeInfinity;
                    }
                }

                ranks[i].Add(row, first);
            }
        }
    }

    private static Protocol ProtocolOf(LabelledEmbeddings queries, LabelledEmbeddings gallery, RetrievalOptions options, bool leaveOneOut) => new()
    {
        Query = queries.Items.Name,
        Database = leaveOneOut ? "all-others" : gallery.Items.Name,
        Relevance = LabelledItems.Relevance(queries.Items, gallery.Items) + (options.Similarity == Similarity.Cosine ? "" : options.Similarity == Similarity.Dot ? ",by-dot" : ",by-distance"),
        Ties = TieRule.Optimistic,
        Overlap = leaveOneOut ? OverlapRule.Refuse : options.Overlap,
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
}
