using Semblance.Evaluation;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class HashEvaluationTests
{
    private static readonly int[] AllCutoffs = [1, 2, 3, 4, 5, 6, 7, 50];

    [Theory]
    [InlineData(ApDenominator.RelevantInTop)]
    [InlineData(ApDenominator.RelevantUpToCutoff)]
    [InlineData(ApDenominator.AllRelevant)]
    public void Expected_values_are_the_means_over_all_orders_of_ties(ApDenominator denominator)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            (LabelledCodes query, LabelledCodes database, int[] distances, int[] grades) = Small(seed);
            int[][] orders = [.. RankingOracle.Orders(distances, grades)];
            HashScores scores = HashEvaluation.Run(query, database, new HashEvaluationOptions { Cutoffs = AllCutoffs, RecallAt = AllCutoffs, Denominator = denominator });

            AssertTies($"seed {seed}, all", orders, distances, grades, int.MaxValue, denominator, scores.Whole);
            foreach ((int cutoff, CutoffScores at) in scores.At)
            {
                AssertTies($"seed {seed}, N = {cutoff}", orders, distances, grades, cutoff, denominator, at);
            }

            foreach ((int first, double found) in scores.RecallAt)
            {
                Close($"seed {seed}, K = {first}", orders.Average(order => order.Take(first).Any(grade => grade > 0) ? 1.0 : 0), found);
            }

            int ball = distances.Count(distance => distance <= 2);
            int[][] inBall = [.. orders.Select(order => order[..ball])];
            Close($"seed {seed}, ball", inBall.Average(order => RankingOracle.Of(order, ball, ApDenominator.RelevantInTop).Ap), scores.Lookup.AveragePrecisionInBall.Expected);
        }
    }

    [Fact]
    public void A_large_database_agrees_with_the_definitions_in_stable_order()
    {
        const int Count = 40_000;
        LabelledCodes queries = Random(seed: 1, 3, bits: 12, labels: 6);
        LabelledCodes database = Random(seed: 2, Count, bits: 12, labels: 6);

        HashScores scores = HashEvaluation.Run(queries, database, new HashEvaluationOptions { Cutoffs = [1000, 30_000], ByRank = true });

        int[][] orders = [.. Enumerable.Range(0, 3).Select(query =>
        {
            (int[] distances, int[] grades) = Ranked(queries, query, database);
            return RankingOracle.Order(distances, grades, item => item);
        })];
        Close("mAP", orders.Average(order => RankingOracle.Of(order, Count, ApDenominator.RelevantInTop).Ap), scores.MeanAveragePrecision.StableIndexOrder);
        Close("WAP", orders.Average(order => RankingOracle.Of(order, Count, ApDenominator.RelevantInTop).Wap), scores.Whole.Wap.StableIndexOrder);
        Close("nDCG@30000", orders.Average(order => RankingOracle.Of(order, 30_000, ApDenominator.RelevantInTop).Ndcg), scores.At[30_000].Ndcg.StableIndexOrder);
        Close("mAP@1000", orders.Average(order => RankingOracle.Of(order, 1000, ApDenominator.RelevantInTop).Ap), scores.At[1000].AveragePrecision.StableIndexOrder);
        Close("precision@7", orders.Average(order => order.Take(7).Count(grade => grade > 0) / 7.0), scores.ByRank!.Precision[6]);
        Close("recall@9000", orders.Average(order => (double)order.Take(9000).Count(grade => grade > 0) / order.Count(grade => grade > 0)), scores.ByRank.Recall[8999]);
        Assert.InRange(scores.MeanAveragePrecision.Expected, scores.MeanAveragePrecision.Pessimistic, scores.MeanAveragePrecision.Optimistic);
    }

    [Fact]
    public void The_cut_bucket_of_a_large_database_is_averaged_over_its_visible_relevant_items()
    {
        LabelledCodes query = Random(seed: 3, 1, bits: 3, labels: 2);
        LabelledCodes database = Random(seed: 4, 700, bits: 3, labels: 2);
        (int[] distances, int[] grades) = Ranked(query, 0, database);
        var random = new SeededRandom(9);
        (double ap, double wap) = (0, 0);
        const int Draws = 20_000;
        for (int i = 0; i < Draws; i++)
        {
            int[] key = [.. Enumerable.Range(0, 700).Select(_ => random.Below(1 << 30))];
            (double drawnAp, _, _, _, double drawnWap) = RankingOracle.Of(RankingOracle.Order(distances, grades, item => key[item]), 60, ApDenominator.RelevantInTop);
            ap += drawnAp / Draws;
            wap += drawnWap / Draws;
        }

        CutoffScores at = HashEvaluation.Run(query, database, new HashEvaluationOptions { Cutoffs = [60] }).At[60];

        Assert.Equal(ap, at.AveragePrecision.Expected, 0.003);
        Assert.Equal(wap, at.Wap.Expected, 0.003);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Scores_depend_neither_on_threads_nor_on_parts(bool byRank)
    {
        LabelledCodes queries = Random(seed: 5, 300, bits: 20, labels: 5);
        LabelledCodes database = Random(seed: 6, 2_500, bits: 20, labels: 5);
        var options = new HashEvaluationOptions { Cutoffs = [1, 100], ByRank = byRank, Threads = 1 };

        HashScores one = HashEvaluation.Run(queries, database, options);
        HashScores many = HashEvaluation.Run(queries, database, options with { Threads = 5 });
        HashScores streamed = HashEvaluation.Stream(queries, () => new[] { (0, 1), (1, 999), (1000, 1500) }.Select(part => Part(database, part.Item1, part.Item2)), options with { Threads = 3 });

        AssertSame(one, many);
        Assert.All(one.Scores().Zip(streamed.Scores()), pair => Close(pair.First.Name, pair.First.Value, pair.Second.Value));
        Assert.Equal(one.ByRadius.Precision, streamed.ByRadius.Precision);
        Assert.Equal(byRank, streamed.ByRank is not null);
        Assert.All(one.ByRank?.Recall.Zip(streamed.ByRank!.Recall) ?? [], pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Collapsed_codes_score_about_the_share_of_relevant_items_and_not_what_a_lucky_order_gives()
    {
        var codes = new Codes(64, new ulong[1000]);
        int[] classByClass = [.. Enumerable.Range(0, 1000).Select(i => i / 100)];
        var database = new LabelledCodes(codes, LabelledItems.OfClasses("db", classByClass));
        var query = new LabelledCodes(codes.Slice(0, 1), LabelledItems.OfClasses("q", [0]));

        HashScores scores = HashEvaluation.Run(query, database);

        Assert.Equal(0.1, scores.RandomBaseline, 1e-12);
        Assert.InRange(scores.MeanAveragePrecision.Expected, 0.1, 0.11);
        Assert.Equal(1, scores.MeanAveragePrecision.StableIndexOrder);
        Assert.Equal(1, scores.MeanAveragePrecision.Optimistic);
        Assert.InRange(scores.MeanAveragePrecision.Pessimistic, 0, 0.06);
    }

    [Fact]
    public void Queries_without_relevant_items_count_as_zero_or_are_dropped_and_are_always_counted()
    {
        var database = new LabelledCodes(new Codes(4, [0, 1, 3]), LabelledItems.OfClasses("db", [7, 7, 8]));
        var queries = new LabelledCodes(new Codes(4, [0, 0]), new LabelledItems { Name = "q", Labels = (int[][])[[7], []] });

        HashScores zero = HashEvaluation.Run(queries, database, new HashEvaluationOptions { Cutoffs = [2] });
        HashScores dropped = HashEvaluation.Run(queries, database, new HashEvaluationOptions { Cutoffs = [2], ZeroHits = ZeroHitRule.Drop });

        Assert.Equal(1, zero.QueriesWithoutRelevant);
        Assert.Equal(0.5, zero.MeanAveragePrecision.Expected);
        Assert.Equal(1, dropped.MeanAveragePrecision.Expected);
        Assert.Equal(1, dropped.At[2].Precision.Expected);
        Assert.Equal([1, 1, 2.0 / 3, 2.0 / 3, 2.0 / 3], zero.ByRadius.Precision);
        Assert.Contains("zero=counts-0", zero.Protocol.Id, StringComparison.Ordinal);
        Assert.Contains("zero=dropped", dropped.Protocol.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_without_any_relevant_item_scores_zero_everywhere()
    {
        var database = new LabelledCodes(new Codes(4, [0, 1, 3]), LabelledItems.OfClasses("db", [7, 7, 8]));
        var queries = new LabelledCodes(new Codes(4, [15]), LabelledItems.OfClasses("q", [1]));

        HashScores scores = HashEvaluation.Run(queries, database, new HashEvaluationOptions { Cutoffs = [1, 9], ZeroHits = ZeroHitRule.Drop, ByRank = true });

        Assert.All(scores.Scores(), score => Assert.Equal(0, score.Value));
        Assert.All(scores.ByRank!.Recall, recall => Assert.Equal(0, recall));
    }

    [Fact]
    public void A_query_in_the_database_is_refused_unless_forced_by_name()
    {
        LabelledItems items = LabelledItems.OfClasses("db", [1, 2, 1]) with { Ids = ["a", "b", "c"] };
        var database = new LabelledCodes(new Codes(8, [1, 2, 4]), items);
        var queries = new LabelledCodes(new Codes(8, [7, 2]), LabelledItems.OfClasses("q", [1, 2]) with { Ids = ["x", "b"] });

        ArgumentException fault = Assert.Throws<ArgumentException>(() => HashEvaluation.Run(queries, database));

        Assert.Contains("1 of the 2 queries of q also stand in the database db (first: 'b' is 'b')", fault.Message, StringComparison.Ordinal);
        Assert.Contains("evaluation.overlap=exclude (with --set) leaves", fault.Message, StringComparison.Ordinal);
        HashScores counted = HashEvaluation.Run(queries, database, new HashEvaluationOptions { Overlap = OverlapRule.Count });
        Assert.Equal(1, HashEvaluation.Run(queries, database, new HashEvaluationOptions { Overlap = OverlapRule.Count }).Lookup.PrecisionNonEmptyOnly > 0 ? 1 : 0);
        Assert.EndsWith("/overlap=counted", counted.Protocol.Id, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => HashEvaluation.Stream(queries, () => [database]));
    }

    [Fact]
    public void The_same_content_under_another_name_is_an_overlap()
    {
        LabelledItems items = LabelledItems.OfClasses("db", [1, 2]) with { Ids = ["a", "b"], ContentHashes = [11, 0] };
        LabelledItems asked = LabelledItems.OfClasses("q", [1, 2]) with { Ids = ["x", "y"], ContentHashes = [0, 11] };

        ArgumentException fault = Assert.Throws<ArgumentException>(() =>
            HashEvaluation.Run(new LabelledCodes(new Codes(8, [1, 2]), asked), new LabelledCodes(new Codes(8, [1, 2]), items)));

        Assert.Contains("'y' is 'a'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaving_copies_out_equals_a_database_without_them()
    {
        LabelledCodes database = Random(seed: 8, 400, bits: 10, labels: 3);
        LabelledItems named = database.Items with { Ids = [.. Enumerable.Range(0, 400).Select(i => $"item {i}")] };
        database = new LabelledCodes(database.Codes, named);
        for (int row = 0; row < 400; row += 57)
        {
            LabelledCodes query = Part(database, row, 1);
            int[] others = [.. Enumerable.Range(0, 400).Where(other => other != row)];
            var without = new LabelledCodes(database.Codes.Rows(others), Pick(named, others));

            HashScores excluded = HashEvaluation.Run(query, database, new HashEvaluationOptions { Cutoffs = [5, 50], Overlap = OverlapRule.Exclude });
            HashScores expected = HashEvaluation.Run(query, without, new HashEvaluationOptions { Cutoffs = [5, 50] });

            Assert.Equal(1, excluded.ExcludedCopies);
            Assert.Equal(expected.Whole, excluded.Whole);
            Assert.Equal(expected.At[5], excluded.At[5]);
            Assert.Equal(expected.Lookup, excluded.Lookup);
            Assert.Equal(expected.ByRadius.Recall, excluded.ByRadius.Recall);
        }
    }

    [Fact]
    public void Empty_sides_and_different_lengths_are_refused()
    {
        LabelledCodes some = Random(seed: 1, 3, bits: 8, labels: 2);
        LabelledCodes none = Random(seed: 1, 0, bits: 8, labels: 2);

        Assert.Contains("query set", Assert.Throws<ArgumentException>(() => HashEvaluation.Run(none, some)).Message, StringComparison.Ordinal);
        Assert.Contains("database set", Assert.Throws<ArgumentException>(() => HashEvaluation.Run(some, none)).Message, StringComparison.Ordinal);
        Assert.Contains("9", Assert.Throws<ArgumentException>(() => HashEvaluation.Run(some, Random(1, 3, 9, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("no items", Assert.Throws<ArgumentException>(() => HashEvaluation.Stream(some, () => [])).Message, StringComparison.Ordinal);
        Assert.Contains("query set", Assert.Throws<ArgumentException>(() => HashEvaluation.Stream(none, () => [some])).Message, StringComparison.Ordinal);
        int asked = 0;
        Assert.Contains("the second time", Assert.Throws<ArgumentException>(() => HashEvaluation.Stream(some, () => asked++ == 0 ? [some, some] : [some])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LabelledCodes(some.Codes, LabelledItems.OfClasses("q", [1])));
        Assert.Throws<ArgumentException>(() => new HashEvaluationOptions { Cutoffs = [5, 0] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashEvaluationOptions { Radius = -1 });
    }

    [Fact]
    public void Every_score_carries_its_protocol()
    {
        LabelledCodes queries = Random(seed: 1, 4, bits: 8, labels: 3);
        Score[] scores = [.. HashEvaluation.Run(queries, Random(seed: 2, 30, bits: 8, labels: 3), new HashEvaluationOptions { Cutoffs = [10] }).Scores()];

        Assert.Equal("query=set-1/db=set-2/rel=shares-a-label/cut=all,over-relevant-in-top/ties=expected/zero=counts-0", scores[0].ProtocolId);
        Assert.Contains(scores, score => score.Name == "mAP@10" && score.ProtocolId.Contains("cut=top-10,over-relevant-in-top", StringComparison.Ordinal));
        Assert.Contains(scores, score => score.Name == "precision@radius2" && score.ProtocolId.Contains("cut=radius-2", StringComparison.Ordinal));
        Assert.Equal(scores.Length, scores.Select(score => (score.Name, score.ProtocolId)).Distinct().Count());
        Assert.All(scores, score => Assert.DoesNotContain(' ', score.ProtocolId));
    }

    private static (LabelledCodes Query, LabelledCodes Database, int[] Distances, int[] Grades) Small(int seed)
    {
        int bits = 1 + (seed % 4);
        LabelledCodes query = Random(seed, 1, bits, labels: 3);
        LabelledCodes database = Random(seed + 1000, 1 + (seed % 7), bits, labels: 3);
        (int[] distances, int[] grades) = Ranked(query, 0, database);
        return (query, database, distances, grades);
    }

    private static LabelledCodes Random(int seed, int count, int bits, int labels)
    {
        var random = new SeededRandom(seed, bits);
        var sets = new int[count][];
        for (int i = 0; i < count; i++)
        {
            sets[i] = [.. Enumerable.Range(0, labels).Where(_ => random.Below(3) == 0)];
        }

        return new LabelledCodes(Index.RandomCodes.Make(seed, count, bits), new LabelledItems { Name = $"set {seed}", Labels = sets });
    }

    private static (int[] Distances, int[] Grades) Ranked(LabelledCodes queries, int query, LabelledCodes database) =>
    (
        [.. Enumerable.Range(0, database.Codes.Count).Select(row => database.Codes.Distance(row, queries.Codes[query]))],
        [.. Enumerable.Range(0, database.Codes.Count).Select(row => database.Items.Labels[row].Intersect(queries.Items.Labels[query]).Count())]);

    private static LabelledItems Pick(LabelledItems items, int[] rows) => items with
    {
        Labels = [.. rows.Select(row => items.Labels[row])],
        Ids = items.Ids is null ? null : [.. rows.Select(row => items.Ids[row])],
    };

    private static LabelledCodes Part(LabelledCodes codes, int start, int count) =>
        new(codes.Codes.Slice(start, count), Pick(codes.Items, [.. Enumerable.Range(start, count)]));

    private static void AssertTies(string name, int[][] orders, int[] distances, int[] grades, int cutoff, ApDenominator denominator, CutoffScores scores)
    {
        var all = orders.Select(order => RankingOracle.Of(order, cutoff, denominator)).ToArray();
        var stable = RankingOracle.Of(RankingOracle.Order(distances, grades, item => item), cutoff, denominator);
        var best = RankingOracle.Of(RankingOracle.Order(distances, grades, item => -grades[item]), cutoff, denominator);
        var worst = RankingOracle.Of(RankingOracle.Order(distances, grades, item => grades[item]), cutoff, denominator);
        AssertMetric($"{name}: AP", new TieValues(all.Average(v => v.Ap), stable.Ap, best.Ap, worst.Ap), scores.AveragePrecision);
        AssertMetric($"{name}: P", new TieValues(all.Average(v => v.Precision), stable.Precision, best.Precision, worst.Precision), scores.Precision);
        AssertMetric($"{name}: nDCG", new TieValues(all.Average(v => v.Ndcg), stable.Ndcg, best.Ndcg, worst.Ndcg), scores.Ndcg);
        AssertMetric($"{name}: ACG", new TieValues(all.Average(v => v.Acg), stable.Acg, best.Acg, worst.Acg), scores.Acg);
        AssertMetric($"{name}: WAP", new TieValues(all.Average(v => v.Wap), stable.Wap, best.Wap, worst.Wap), scores.Wap);
    }

    private static void AssertMetric(string name, TieValues expected, TieValues ours)
    {
        foreach (TieRule rule in Enum.GetValues<TieRule>())
        {
            Close($"{name} {rule}", expected[rule], ours[rule]);
        }
    }

    private static void Close(string name, double expected, double ours) =>
        Assert.True(Math.Abs(ours - expected) <= 1e-12 + (1e-10 * Math.Abs(expected)), $"{name}: {ours}, expected {expected}");

    private static void AssertSame(HashScores expected, HashScores ours)
    {
        Assert.Equal(expected.Whole, ours.Whole);
        Assert.Equal(expected.At, ours.At);
        Assert.Equal(expected.Lookup, ours.Lookup);
        Assert.Equal(expected.ByRadius.Precision, ours.ByRadius.Precision);
        Assert.Equal(expected.ByRank?.Recall, ours.ByRank?.Recall);
        Assert.Equal(expected.RandomBaseline, ours.RandomBaseline);
    }
}
