using Semblance.Evaluation;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Evaluation;

/// <summary>What evaluation of codes makes of input that is odd or wrong.</summary>
public sealed class HashBadInputTests
{
    private static readonly HashEvaluationOptions Options = new() { Cutoffs = [2, 1000], ByRank = true };

    [Fact]
    public void A_row_without_a_label_is_relevant_to_nothing_and_finds_nothing()
    {
        HashScores scores = Run([[], [1]], [[], [1], []]);

        Assert.Equal(1, scores.QueriesWithoutRelevant);
        Assert.Equal(1.0 / 3 / 2, scores.RandomBaseline, 1e-12);
        Assert.Equal(1, scores.RelevantPairs.Sum());
        Assert.Equal(5, scores.IrrelevantPairs.Sum());
        HashScores nothing = Run([[], []], [[], []]);
        Assert.All(nothing.Scores().Where(score => !score.Name.Contains("radius", StringComparison.Ordinal)), score => Assert.Equal(0, score.Value));
    }

    [Fact]
    public void Rows_that_have_all_labels_are_all_relevant_in_any_order()
    {
        int[] all = [.. Enumerable.Range(0, 80)];
        HashScores scores = Run([all, all], [all, all, all, all, all]);

        Assert.Equal(1, scores.RandomBaseline);
        foreach (TieRule rule in Enum.GetValues<TieRule>())
        {
            Assert.Equal(1, scores.MeanAveragePrecision[rule], 1e-12);
            Assert.Equal(1, scores.Whole.Ndcg[rule], 1e-12);
            Assert.Equal(80, scores.Whole.Acg[rule], 1e-9);
            Assert.Equal(80 * 3, scores.At[2].Wap[rule] + (2 * scores.Whole.Wap[rule]), 1e-9);
        }
        Assert.Equal(0, scores.IrrelevantPairs.Sum());
    }

    [Fact]
    public void A_label_that_stands_twice_counts_once()
    {
        HashScores scores = Run([[3, 3]], [[3, 3, 3], [4]]);

        Assert.Equal(0.5, scores.Whole.Acg.Expected);
    }

    [Fact]
    public void An_output_of_exactly_zero_is_a_one_whatever_its_sign()
    {
        Codes codes = Codes.FromSigns([0f, -0f, -float.Epsilon, 1f], 4);

        Assert.Equal([0b1011], codes.ToBytes());
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => Codes.FromSigns([float.NaN], 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_of_different_lengths_are_refused_with_both_lengths()
    {
        LabelledCodes eight = new(new Codes(8, [1]), LabelledItems.OfClasses("q", [1])), nine = new(new Codes(9, [1]), LabelledItems.OfClasses("db", [1]));

        Assert.Contains("8 bits, the database has 9", Assert.Throws<ArgumentException>(() => HashEvaluation.Run(eight, nine)).Message, StringComparison.Ordinal);
        Assert.Contains("8 bits, the database has 9", Assert.Throws<ArgumentException>(() => HashEvaluation.Stream(eight, () => [eight, nine], new() { Overlap = OverlapRule.Count })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_off_beyond_the_database_is_the_whole_ranking()
    {
        HashScores scores = Run([[1], [2]], [[1], [2], [1, 2]]);

        Assert.Equal(scores.Whole, scores.At[1000]);
    }

    [Fact]
    public void A_single_bucket_has_bounds_but_no_order()
    {
        LabelledCodes query = new(new Codes(16, [7]), LabelledItems.OfClasses("q", [0])), database = new(new Codes(16, [7, 7, 7, 7]), LabelledItems.OfClasses("db", [1, 0, 1, 0]));
        TieValues map = HashEvaluation.Run(query, database).MeanAveragePrecision;

        // Two relevant ones among four: the six orders of their places.
        double[] all = [.. from i in Enumerable.Range(1, 4) from j in Enumerable.Range(i + 1, 4 - i) select ((1.0 / i) + (2.0 / j)) / 2];
        Assert.Equal(all.Average(), map.Expected, 1e-12);
        Assert.Equal((all.Max(), all.Min()), (map.Optimistic, map.Pessimistic));
        Assert.Equal(0.5, map.StableIndexOrder, 1e-12);
    }

    [Fact]
    public void Without_the_order_by_index_its_values_are_missing_and_all_others_are_the_same()
    {
        int[][] queries = [[1], [2, 3], []], database = [.. Enumerable.Range(0, 3000).Select(row => new[] { row % 5, row % 7 })];
        HashScores with = Run(queries, database), without = Run(queries, database, new() { Cutoffs = [2, 1000], IndexOrder = false });

        Assert.True(double.IsNaN(without.MeanAveragePrecision.StableIndexOrder) && double.IsNaN(without.At[2].Precision.StableIndexOrder));
        Score[] expected = [.. with.Scores().Where(score => !score.ProtocolId.Contains("ties=index-order", StringComparison.Ordinal))];
        Assert.Equal(expected, without.Scores());
    }

    private static HashScores Run(int[][] queries, int[][] database, HashEvaluationOptions? options = null) =>
        HashEvaluation.Run(Side("q", queries, 1), Side("db", database, 2), options ?? Options);

    private static LabelledCodes Side(string name, int[][] labels, int seed) => new(Index.RandomCodes.Make(seed, labels.Length, 20), new LabelledItems { Name = name, Labels = labels });
}
