using Semblance.Evaluation;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class RetrievalEvaluationTests
{
    private static readonly int[] Ks = [1, 2, 3, 5, 10, 400];

    [Theory]
    [InlineData(Similarity.Dot)]
    [InlineData(Similarity.Euclidean)]
    public void Scores_agree_with_a_full_sort_where_many_items_tie(Similarity similarity)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            LabelledEmbeddings items = Whole(seed, count: 90 + (130 * seed), dimension: 3 + seed, classes: 4 + (seed * 3));
            RetrievalScores scores = RetrievalEvaluation.LeaveOneOut(items, new RetrievalOptions { RecallAt = Ks, Similarity = similarity });

            AssertScores(Oracle(items, items, similarity, excludeSelf: true), scores);
            Assert.True(scores.QueriesWithTies > 0);
        }
    }

    [Fact]
    public void A_gallery_is_ranked_by_cosine()
    {
        LabelledEmbeddings queries = Real(seed: 1, count: 150, dimension: 37, classes: 11);
        LabelledEmbeddings gallery = Real(seed: 2, count: 700, dimension: 37, classes: 9);

        RetrievalScores scores = RetrievalEvaluation.QueryGallery(queries, gallery, new RetrievalOptions { RecallAt = Ks });

        AssertScores(Oracle(queries, gallery, Similarity.Cosine, excludeSelf: false), scores);
        Assert.Equal(queries.Items.Labels.Count(labels => labels[0] >= 9), scores.QueriesWithoutPositives);
        Assert.Equal(0, scores.QueriesWithTies);
    }

    [Fact]
    public void Items_with_several_labels_are_positive_when_they_share_one()
    {
        LabelledEmbeddings items = Whole(seed: 3, count: 200, dimension: 6, classes: 5);
        int[][] labels = [.. Enumerable.Range(0, 200).Select(i => (int[])[i % 7, 10 + (i % 3)])];
        items = new LabelledEmbeddings(items.Rows, 6, new LabelledItems { Name = "multi", Labels = labels });

        RetrievalScores scores = RetrievalEvaluation.LeaveOneOut(items, new RetrievalOptions { RecallAt = Ks, Similarity = Similarity.Dot });

        AssertScores(Oracle(items, items, Similarity.Dot, excludeSelf: true), scores);
        Assert.Contains("rel=shares-a-label,by-dot", scores.Protocol.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_do_not_depend_on_threads()
    {
        LabelledEmbeddings items = Real(seed: 4, count: 700, dimension: 20, classes: 30);

        RetrievalScores one = RetrievalEvaluation.LeaveOneOut(items, new RetrievalOptions { Threads = 1 });
        RetrievalScores many = RetrievalEvaluation.LeaveOneOut(items, new RetrievalOptions { Threads = 6 });

        Assert.Equal(one.Scores(), many.Scores());
    }

    [Fact]
    public void A_class_with_one_item_is_a_miss_and_is_counted()
    {
        var items = new LabelledEmbeddings(new float[] { 1, 0, 0.9f, 0.1f, 0, 1 }, 2, LabelledItems.OfClasses("x", [5, 5, 6]));

        RetrievalScores scores = RetrievalEvaluation.LeaveOneOut(items, new RetrievalOptions { RecallAt = [1] });

        Assert.Equal(1, scores.QueriesWithoutPositives);
        Assert.Equal(2.0 / 3, scores.Recall[0].All.Optimistic, 1e-12);
        Assert.Equal(1, scores.Recall[0].WithPositives.Optimistic);
        Assert.Equal(1, scores.MeanAveragePrecisionAtR);
    }

    [Fact]
    public void Collapse_shows_in_the_ties_and_in_the_expected_recall()
    {
        var items = new LabelledEmbeddings(Enumerable.Repeat(1f, 200).ToArray(), 2, LabelledItems.OfClasses("x", [.. Enumerable.Range(0, 100).Select(i => i % 10)]));

        RetrievalScores scores = RetrievalEvaluation.LeaveOneOut(items, new RetrievalOptions { RecallAt = [1] });

        Assert.Equal(1, scores.Recall[0].All.Optimistic);
        Assert.Equal(0, scores.Recall[0].All.Pessimistic);
        Assert.Equal(9.0 / 99, scores.Recall[0].All.Expected, 1e-12);
        Assert.Equal(100, scores.QueriesWithTies);
    }

    [Fact]
    public void A_zero_vector_is_like_nothing()
    {
        var items = new LabelledEmbeddings(new float[] { 0, 0, 1, 1, -1, -1 }, 2, LabelledItems.OfClasses("x", [0, 0, 1]));

        RetrievalScores scores = RetrievalEvaluation.LeaveOneOut(items, new RetrievalOptions { RecallAt = [1] });

        Assert.Equal(1, scores.QueriesWithTies);
        Assert.Equal(2.0 / 3, scores.Recall[0].All.Optimistic, 1e-12);
    }

    [Fact]
    public void A_query_in_the_gallery_is_refused_left_out_or_counted()
    {
        LabelledItems named = LabelledItems.OfClasses("x", [0, 1, 1]) with { Ids = ["a", "b", "c"] };
        var items = new LabelledEmbeddings(new float[] { 1, 0, 0, 1, -1, 0 }, 2, named);

        Assert.Contains("3 of the 3 queries", Assert.Throws<ArgumentException>(() => RetrievalEvaluation.QueryGallery(items, items)).Message, StringComparison.Ordinal);
        RetrievalScores counted = RetrievalEvaluation.QueryGallery(items, items, new RetrievalOptions { Overlap = OverlapRule.Count });
        RetrievalScores excluded = RetrievalEvaluation.QueryGallery(items, items, new RetrievalOptions { Overlap = OverlapRule.Exclude });

        Assert.Equal(1, counted.PrecisionAt1);
        Assert.Equal(RetrievalEvaluation.LeaveOneOut(items).Recall, excluded.Recall);
        Assert.EndsWith("overlap=excluded", excluded.Protocol.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_embeddings_are_refused_with_their_row()
    {
        var items = new LabelledEmbeddings(new float[] { 1, 0, 0, float.NaN }, 2, LabelledItems.OfClasses("x", [0, 0]));

        Assert.Contains("x: row 1 holds a number that is not finite", Assert.Throws<ArgumentException>(() => RetrievalEvaluation.LeaveOneOut(items)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LabelledEmbeddings(new float[3], 2, LabelledItems.OfClasses("x", [0])));
        Assert.Throws<ArgumentException>(() => new RetrievalOptions { RecallAt = [0] });
        LabelledEmbeddings other = Real(1, 4, 3, 2);
        Assert.Contains("dimensions", Assert.Throws<ArgumentException>(() => RetrievalEvaluation.QueryGallery(items, other)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RetrievalEvaluation.LeaveOneOut(Real(1, 1, 3, 1)));
    }

    /// <summary>Embeddings of small whole numbers: scores are exact and often equal.</summary>
    private static LabelledEmbeddings Whole(int seed, int count, int dimension, int classes)
    {
        var random = new SeededRandom(seed);
        float[] rows = [.. Enumerable.Range(0, count * dimension).Select(_ => (float)(random.Below(3) - 1))];
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Below(classes))];
        return new LabelledEmbeddings(rows, dimension, LabelledItems.OfClasses($"set {seed}", labels));
    }

    private static LabelledEmbeddings Real(int seed, int count, int dimension, int classes)
    {
        var random = new SeededRandom(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Below(classes))];
        float[] rows = [.. Enumerable.Range(0, count * dimension).Select(i => (float)(random.NextNormal() + (i % dimension % classes == labels[i / dimension] ? 1.5 : 0)))];
        return new LabelledEmbeddings(rows, dimension, LabelledItems.OfClasses($"set {seed}", labels));
    }

    private static RetrievalScores Oracle(LabelledEmbeddings queries, LabelledEmbeddings gallery, Similarity similarity, bool excludeSelf)
    {
        var all = new List<(double[] Sorted, bool[] Positive)>();
        for (int query = 0; query < queries.Count; query++)
        {
            int self = excludeSelf ? query : -1;
            (double Score, int Row)[] order = [.. Enumerable.Range(0, gallery.Count).Where(row => row != self)
                .Select(row => (Score(queries, query, gallery, row, similarity), row)).OrderByDescending(item => item.Item1).ThenBy(item => item.row)];
            bool[] positive = [.. order.Select(item => gallery.Items.Labels[item.Row].Intersect(queries.Items.Labels[query]).Any())];
            all.Add(([.. order.Select(item => item.Score)], positive));
        }

        var counted = all.Where(query => query.Positive.Contains(true)).ToList();
        return new RetrievalScores
        {
            Protocol = new Protocol { Query = "", Database = "", Relevance = "" },
            Queries = all.Count,
            QueriesWithoutPositives = all.Count - counted.Count,
            QueriesWithTies = 0,
            Recall = [.. Ks.Select(k => new RecallAtK(k, Mean(counted.Select(query => Recall(query, k)), all.Count), Mean(counted.Select(query => Recall(query, k)), counted.Count)))],
            PrecisionAt1 = counted.Average(query => query.Positive[0] ? 1.0 : 0),
            RPrecision = counted.Average(query => query.Positive.Take(query.Positive.Count(p => p)).Average(p => p ? 1.0 : 0)),
            MeanAveragePrecisionAtR = counted.Average(query => Average(query.Positive, query.Positive.Count(p => p))),
            MeanAveragePrecision = counted.Average(query => Average(query.Positive, query.Positive.Length)),
        };
    }

    private static double Score(LabelledEmbeddings a, int i, LabelledEmbeddings b, int j, Similarity similarity)
    {
        ReadOnlySpan<float> x = a.Rows.Span.Slice(i * a.Dimension, a.Dimension);
        ReadOnlySpan<float> y = b.Rows.Span.Slice(j * b.Dimension, b.Dimension);
        (double dot, double xx, double yy) = (0, 0, 0);
        for (int k = 0; k < x.Length; k++)
        {
            (dot, xx, yy) = (dot + ((double)x[k] * y[k]), xx + ((double)x[k] * x[k]), yy + ((double)y[k] * y[k]));
        }

        return similarity switch
        {
            Similarity.Cosine => dot / Math.Sqrt(xx * yy),
            Similarity.Dot => dot,
            _ => (2 * dot) - xx - yy,
        };
    }

    private static double Average(bool[] positive, int ranks)
    {
        (double sum, int hits) = (0, 0);
        for (int i = 0; i < Math.Min(ranks, positive.Length); i++)
        {
            hits += positive[i] ? 1 : 0;
            sum += positive[i] ? hits / (i + 1.0) : 0;
        }

        return sum / positive.Count(p => p);
    }

    private static TieValues Recall((double[] Sorted, bool[] Positive) query, int k)
    {
        int first = Array.IndexOf(query.Positive, true);
        double best = query.Sorted[first];
        int before = query.Sorted.Count(score => score > best);
        int tied = Enumerable.Range(0, query.Sorted.Length).Count(i => query.Sorted[i] == best && !query.Positive[i]);
        int positives = Enumerable.Range(0, query.Sorted.Length).Count(i => query.Sorted[i] == best && query.Positive[i]);
        int places = Math.Max(0, k - before);
        double missed = 1;
        for (int place = 0; place < places; place++)
        {
            missed = place >= tied ? 0 : missed * (tied - place) / (tied + positives - place);
        }

        return new TieValues(1 - missed, first < k ? 1 : 0, before < k ? 1 : 0, before + tied < k ? 1 : 0);
    }

    private static TieValues Mean(IEnumerable<TieValues> values, int count)
    {
        TieValues[] all = [.. values];
        return new TieValues(all.Sum(v => v.Expected) / count, all.Sum(v => v.StableIndexOrder) / count, all.Sum(v => v.Optimistic) / count, all.Sum(v => v.Pessimistic) / count);
    }

    private static void AssertScores(RetrievalScores expected, RetrievalScores ours)
    {
        Assert.Equal(expected.Queries, ours.Queries);
        Assert.Equal(expected.QueriesWithoutPositives, ours.QueriesWithoutPositives);
        foreach ((RecallAtK theirs, RecallAtK mine) in expected.Recall.Zip(ours.Recall))
        {
            foreach (TieRule rule in Enum.GetValues<TieRule>())
            {
                Assert.Equal(theirs.All[rule], mine.All[rule], 1e-9);
                Assert.Equal(theirs.WithPositives[rule], mine.WithPositives[rule], 1e-9);
            }
        }

        Assert.Equal(expected.PrecisionAt1, ours.PrecisionAt1, 1e-12);
        Assert.Equal(expected.RPrecision, ours.RPrecision, 1e-12);
        Assert.Equal(expected.MeanAveragePrecisionAtR, ours.MeanAveragePrecisionAtR, 1e-12);
        Assert.Equal(expected.MeanAveragePrecision, ours.MeanAveragePrecision, 1e-12);
    }
}
