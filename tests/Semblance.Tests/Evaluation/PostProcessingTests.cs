using Semblance.Evaluation;
using Xunit;

namespace Semblance.Tests.Evaluation;

/// <summary>Nearest lists, query expansion and re-ranking against slow, obvious ones.</summary>
public sealed class PostProcessingTests
{
    private static readonly int[] Ks = [1, 3, 10];
    private static readonly RetrievalOptions Options = new() { RecallAt = Ks, Threads = 3 };

    public static TheoryData<bool, int, int> Sizes => new() { { true, 60, 60 }, { true, 330, 330 }, { false, 40, 210 }, { false, 170, 35 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Nearest_lists_are_the_beginnings_of_a_full_sort(bool alone, int queries, int gallery)
    {
        RetrievalSides sides = alone
            ? RetrievalSides.LeaveOneOut(RandomEmbeddings.Whole(1, gallery, 5, 7))
            : RetrievalSides.QueryGallery(RandomEmbeddings.Whole(1, queries, 5, 7), RandomEmbeddings.Whole(2, gallery, 5, 7));
        foreach (int count in new[] { 1, 7, 1000 })
        {
            NearestLists lists = NearestLists.Of(sides, count, Options with { Similarity = Similarity.Dot });
            for (int query = 0; query < sides.Queries.Count; query++)
            {
                double Product(int row) => RandomEmbeddings.Row(sides.Queries, query).Zip(RandomEmbeddings.Row(sides.Gallery, row), (x, y) => x * y).Sum();
                int[] order = RandomEmbeddings.Order(sides, query, Product);
                Assert.Equal(order.Take(count), lists.Rows(query).ToArray());
                Assert.Equal(order.Take(count).Select(Product), lists.Scores(query).ToArray().Select(score => (double)score));
            }
        }
    }

    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(true, 4, 3)]
    [InlineData(false, 4, 0)]
    [InlineData(false, 500, 1.5)]
    public void An_expanded_query_is_the_weighted_mean_of_itself_and_its_nearest(bool alone, int count, double alpha)
    {
        RetrievalSides sides = Sides(alone, 50, 90, 6);

        RetrievalSides expanded = QueryExpansion.Expand(sides, new QueryExpansionOptions { Count = count, Alpha = alpha }, Options);

        for (int query = 0; query < sides.Queries.Count; query++)
        {
            double[] sum = Unit(RandomEmbeddings.Row(sides.Queries, query));
            foreach (int row in RandomEmbeddings.Order(sides, query, row => RandomEmbeddings.Cosine(sides.Queries, query, sides.Gallery, row)).Take(count))
            {
                double weight = Math.Pow(Math.Max(0, RandomEmbeddings.Cosine(sides.Queries, query, sides.Gallery, row)), alpha);
                sum = [.. sum.Zip(Unit(RandomEmbeddings.Row(sides.Gallery, row)), (s, x) => s + (weight * x))];
            }

            Assert.All(Unit(sum).Zip(RandomEmbeddings.Row(expanded.Queries, query)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        Assert.Equal(sides.Gallery.Rows, expanded.Gallery.Rows);
        Assert.EndsWith(FormattableString.Invariant($"/post=expand-{count}-alpha-{alpha}"), RetrievalEvaluation.Run(expanded, Options).Protocol.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void Expansion_helps_where_classes_are_clusters_and_never_shows_a_query_itself()
    {
        RetrievalSides sides = RetrievalSides.LeaveOneOut(RandomEmbeddings.Clustered(3, 400, 16, 12, spread: 1.4));

        RetrievalScores before = RetrievalEvaluation.Run(sides, Options);
        RetrievalScores after = RetrievalEvaluation.Run(QueryExpansion.Expand(sides, new QueryExpansionOptions(), Options), Options);

        Assert.True(after.MeanAveragePrecision > before.MeanAveragePrecision + 0.02, $"{before.MeanAveragePrecision} {after.MeanAveragePrecision}");
        LabelledEmbeddings pair = new(new float[] { 1, 0, 0, 1 }, 2, LabelledItems.OfClasses("pair", [0, 1]));
        RetrievalScores strangers = RetrievalEvaluation.Run(QueryExpansion.Expand(RetrievalSides.LeaveOneOut(pair), new QueryExpansionOptions { Alpha = 0 }), new RetrievalOptions { RecallAt = [1] });
        Assert.Equal(0, strangers.Recall[0].All.Optimistic);
        Assert.Equal(2, strangers.QueriesWithoutPositives);
    }

    [Fact]
    public void A_query_of_length_zero_stays_zero()
    {
        LabelledEmbeddings items = new(new float[] { 0, 0, 1, 0, 0, 2 }, 2, LabelledItems.OfClasses("x", [0, 0, 1]));

        RetrievalSides expanded = QueryExpansion.Expand(RetrievalSides.LeaveOneOut(items), new QueryExpansionOptions { Count = 2, Alpha = 0 });

        Assert.Equal([0f, 0f], expanded.Queries.Rows.Span[..2].ToArray());
        Assert.All(expanded.Queries.Rows.ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 20)]
    [InlineData(false, 7)]
    [InlineData(false, 5000)]
    public void The_first_of_the_signs_are_ordered_by_cosine(bool alone, int top)
    {
        RetrievalSides sides = Sides(alone, 60, 150, 9);
        List<int[]> orders = [];
        for (int query = 0; query < sides.Queries.Count; query++)
        {
            int Distance(int row) => RandomEmbeddings.Row(sides.Queries, query).Zip(RandomEmbeddings.Row(sides.Gallery, row), (x, y) => x >= 0 == y >= 0 ? 0 : 1).Sum();
            int[] order = RandomEmbeddings.Order(sides, query, row => -Distance(row));
            orders.Add([.. order.Take(top).OrderByDescending(row => RandomEmbeddings.Cosine(sides.Queries, query, sides.Gallery, row)), .. order.Skip(top)]);
        }

        RetrievalScores scores = Reranking.ByCosine(sides, top, Options);

        Assert.All(RandomEmbeddings.Scores(sides, orders, Ks).Zip(RandomEmbeddings.Values(scores)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Contains($"/post=hamming-top-{top}-by-cosine", scores.Protocol.Id, StringComparison.Ordinal);
        Assert.Contains("ties=index-order", scores.Protocol.Id, StringComparison.Ordinal);
        Assert.DoesNotContain("by-dot", scores.Protocol.Id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 6, 3, 0.3, 5000)]
    [InlineData(true, 5, 1, 0, 5000)]
    [InlineData(true, 500, 4, 0.3, 5000)]
    [InlineData(false, 8, 4, 0.3, 5000)]
    [InlineData(false, 8, 4, 1, 12)]
    [InlineData(false, 1, 2, 0.5, 12)]
    public void Reciprocal_neighbours_order_as_the_dense_method_does(bool alone, int neighbours, int averaged, double weight, int top)
    {
        RetrievalSides sides = Sides(alone, 40, 70, 8);
        ReciprocalOptions reciprocal = new() { Neighbours = neighbours, Averaged = averaged, Weight = weight, Top = top };
        double[,] distances = DenseReciprocal.Distances(sides, reciprocal);
        List<int[]> orders = [];
        for (int query = 0; query < sides.Queries.Count; query++)
        {
            int[] order = RandomEmbeddings.Order(sides, query, row => RandomEmbeddings.Cosine(sides.Queries, query, sides.Gallery, row));
            orders.Add([.. order.Take(top).OrderBy(row => Math.Round(distances[query, row], 6)), .. order.Skip(top)]);
        }

        ReciprocalNeighbours ours = new(sides, reciprocal, Options);
        RetrievalScores scores = Reranking.ByReciprocalNeighbours(sides, reciprocal, Options);

        Assert.All(Enumerable.Range(0, sides.Queries.Count), query => Assert.All(Enumerable.Range(0, sides.Gallery.Count), row => Assert.Equal(distances[query, row], ours.Distance(query, row), 1e-6)));
        Assert.All(RandomEmbeddings.Scores(sides, orders, Ks).Zip(RandomEmbeddings.Values(scores)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Contains("/post=reciprocal-", scores.Protocol.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void Reciprocal_neighbours_help_where_classes_are_clusters_also_behind_an_expansion()
    {
        RetrievalSides sides = RetrievalSides.LeaveOneOut(RandomEmbeddings.Clustered(4, 300, 16, 10, spread: 1.3));

        double before = RetrievalEvaluation.Run(sides, Options).MeanAveragePrecision;
        double after = Reranking.ByReciprocalNeighbours(sides, new ReciprocalOptions(), Options).MeanAveragePrecision;
        RetrievalSides expanded = QueryExpansion.Expand(sides, new QueryExpansionOptions(), Options);
        double both = Reranking.ByReciprocalNeighbours(expanded, new ReciprocalOptions(), Options).MeanAveragePrecision;

        Assert.True(after > before + 0.02, $"{before} {after}");
        Assert.True(both > before + 0.02, $"{before} {both}");
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        RetrievalSides sides = Sides(true, 5, 5, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => new QueryExpansionOptions { Count = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new QueryExpansionOptions { Alpha = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReciprocalOptions { Neighbours = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReciprocalOptions { Weight = 2 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Reranking.ByCosine(sides, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NearestLists.Of(sides, 0));
        LabelledEmbeddings empty = new(Array.Empty<float>(), 3, LabelledItems.OfClasses("none", []));
        Assert.Contains("at least one of each", Assert.Throws<ArgumentException>(() => RetrievalSides.QueryGallery(empty, sides.Gallery)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_of_a_query_stay_out_of_its_lists()
    {
        LabelledItems named = LabelledItems.OfClasses("x", [0, 1, 1, 0]) with { Ids = ["a", "b", "c", "d"] };
        LabelledEmbeddings items = new(new float[] { 1, 0, 0, 1, 1, 1, -1, 0 }, 2, named);

        NearestLists lists = NearestLists.Of(RetrievalSides.QueryGallery(items, items, OverlapRule.Exclude), 9);

        Assert.All(Enumerable.Range(0, 4), query => Assert.Equal(3, lists.Rows(query).Length));
        Assert.All(Enumerable.Range(0, 4), query => Assert.DoesNotContain(query, lists.Rows(query).ToArray()));
    }

    [Fact]
    public void Clusters_agree_with_classes_under_a_protocol_of_their_own()
    {
        LabelledEmbeddings items = RandomEmbeddings.Clustered(5, 300, 12, 6, spread: 0.1);

        ClusterScores scores = ClusterScores.Of(items, seed: 3, post: "whiten-4-train");

        Assert.Equal(["NMI", "AMI", "ARI", "F1"], scores.Scores().Select(score => score.Name));
        Assert.All(scores.Scores(), score => Assert.InRange(score.Value, 0.8, 1.0000001));
        Assert.Equal("query=set-5/rel=same-class/clusters=k-means-6-of-unit-rows-seed-3-iterations-100/post=whiten-4-train", scores.ProtocolId);
        LabelledItems several = items.Items with { Labels = [.. items.Items.Labels.Select(_ => (int[])[1, 2])] };
        Assert.Contains("one label each", Assert.Throws<ArgumentException>(() => ClusterScores.Of(new LabelledEmbeddings(items.Rows, 12, several), 1)).Message, StringComparison.Ordinal);
    }

    private static RetrievalSides Sides(bool alone, int queries, int gallery, int dimension) => alone
        ? RetrievalSides.LeaveOneOut(RandomEmbeddings.Clustered(1, gallery, dimension, 8))
        : RetrievalSides.QueryGallery(RandomEmbeddings.Clustered(1, queries, dimension, 8), RandomEmbeddings.Clustered(2, gallery, dimension, 7));

    private static double[] Unit(double[] row)
    {
        double length = Math.Sqrt(row.Sum(value => value * value));
        return [.. row.Select(value => length == 0 ? 0 : value / length)];
    }
}
