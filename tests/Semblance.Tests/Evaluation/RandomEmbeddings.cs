using Semblance.Evaluation;

namespace Semblance.Tests.Evaluation;

/// <summary>Embeddings to evaluate.</summary>
internal static class RandomEmbeddings
{
    /// <summary>Rows about the centres of their classes.</summary>
    public static LabelledEmbeddings Clustered(int seed, int count, int dimension, int classes, double spread = 1)
    {
        var random = new SeededRandom(seed);
        float[] centres = [.. Enumerable.Range(0, classes * dimension).Select(_ => (float)new SeededRandom(99, _).NextNormal())];
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Below(classes))];
        float[] rows = [.. Enumerable.Range(0, count * dimension).Select(i => centres[(labels[i / dimension] * dimension) + (i % dimension)] + (float)(spread * random.NextNormal()))];
        return new LabelledEmbeddings(rows, dimension, LabelledItems.OfClasses($"set {seed}", labels));
    }

    /// <summary>Rows of small whole numbers: products are exact and often equal.</summary>
    public static LabelledEmbeddings Whole(int seed, int count, int dimension, int classes)
    {
        var random = new SeededRandom(seed);
        float[] rows = [.. Enumerable.Range(0, count * dimension).Select(_ => (float)(random.Below(3) - 1))];
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Below(classes))];
        return new LabelledEmbeddings(rows, dimension, LabelledItems.OfClasses($"set {seed}", labels));
    }

    public static double Cosine(LabelledEmbeddings a, int i, LabelledEmbeddings b, int j)
    {
        double[] x = Row(a, i), y = Row(b, j);
        double length = Math.Sqrt(x.Sum(v => v * v) * y.Sum(v => v * v));
        return length == 0 ? 0 : x.Zip(y, (p, q) => p * q).Sum() / length;
    }

    public static double[] Row(LabelledEmbeddings set, int row) => [.. set.Rows.Span.Slice(row * set.Dimension, set.Dimension).ToArray().Select(value => (double)value)];

    /// <summary>Rows a query may find, the most similar first, equal ones by row.</summary>
    public static int[] Order(RetrievalSides sides, int query, Func<int, double> score) =>
        [.. Enumerable.Range(0, sides.Gallery.Count).Where(row => !sides.IsLeaveOneOut || row != query).OrderByDescending(score).ThenBy(row => row)];

    /// <summary>Recall@K, R-precision, mAP@R and mAP of whole rankings, over the queries with a positive; recall over all.</summary>
    public static double[] Scores(RetrievalSides sides, IReadOnlyList<int[]> orders, IReadOnlyList<int> recallAt)
    {
        bool[][] hits = [.. orders.Select((order, query) => order.Select(row => sides.Queries.Items.Labels[query].Intersect(sides.Gallery.Items.Labels[row]).Any()).ToArray())];
        bool[][] counted = [.. hits.Where(query => query.Contains(true))];
        double Average(bool[] query, int depth) => Enumerable.Range(0, depth).Sum(i => query[i] ? (double)query.Take(i + 1).Count(hit => hit) / (i + 1) : 0) / query.Count(hit => hit);
        return
        [
            .. recallAt.Select(k => (double)hits.Count(query => query.Take(k).Contains(true)) / hits.Length),
            counted.Average(query => (double)query.Take(query.Count(hit => hit)).Count(hit => hit) / query.Count(hit => hit)),
            counted.Average(query => Average(query, query.Count(hit => hit))),
            counted.Average(query => Average(query, query.Length)),
        ];
    }

    public static double[] Values(RetrievalScores scores) => [.. scores.Recall.Select(recall => recall.All.StableIndexOrder), scores.RPrecision, scores.MeanAveragePrecisionAtR, scores.MeanAveragePrecision];
}
