using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class LabelRelationTests : IDisposable
{
    private readonly TensorScope scope = new();

    /// <summary>{0, 1}, {0, 1, 2}, {2}, {} of three classes.</summary>
    private static double[][] Sets => [[1, 1, 0], [1, 1, 1], [0, 0, 1], [0, 0, 0]];

    public void Dispose() => scope.Dispose();

    public static TheoryData<string> Relations => ["same-class", "shares-label", "shares-at-least 1", "shares-at-least 2", "jaccard 0.5", "jaccard 0.66", "jaccard 1", "graded"];

    [Theory]
    [MemberData(nameof(Relations))]
    public void Masks_agree_with_sets_counted_one_by_one(string name)
    {
        Tensor rows = Tensor.From([.. Sets.SelectMany(row => row)], 4, 3);
        (Tensor positive, Tensor negative) = LabelRelation.Parse(name).Masks(rows, rows);
        double[] expected = [.. Sets.SelectMany(anchor => Sets.Select(reference => Holds(name, anchor, reference) ? 1.0 : 0.0))];
        Assert.Equal(expected, Numeric.Values(positive));
        Assert.Equal(expected.Select(value => 1 - value), Numeric.Values(negative));
    }

    [Theory]
    [MemberData(nameof(Relations))]
    public void Class_ids_are_sets_of_one(string name)
    {
        Tensor ids = Numeric.Ids(0, 2, 1, 2), hot = ids.OneHot(3);
        LabelRelation relation = LabelRelation.Parse(name);
        double[] expected = Numeric.Values(relation.Masks(hot, hot).Positive);
        Assert.Equal(expected, Numeric.Values(relation.Masks(ids, ids).Positive));
        Assert.Equal(expected, Numeric.Values(relation.Masks(ids, hot).Positive));
        Assert.Equal(expected, Numeric.Values(relation.Masks(hot, ids).Positive));
    }

    [Fact]
    public void A_relation_of_ones_own_may_leave_pairs_out()
    {
        LabelRelation near = LabelRelation.Of("next grade", (a, r) =>
        {
            Tensor distance = (a.Unsqueeze(1) - r.Unsqueeze(0)).Abs();
            return (distance.EqualTo(0), distance.GreaterThan(1));
        });
        PairBatch pairs = PairBatch.Within(Tensor.Ones([3, 2]), Numeric.Ids(1, 2, 3), near);
        Assert.Equal(0, pairs.Positive.Sum().ToDouble());
        Assert.Equal([0, 0, 1, 0, 0, 0, 1, 0, 0], Numeric.Values(pairs.Negative));
        LabelRelation odd = LabelRelation.Of("both odd", (a, r) => Odd(a).Unsqueeze(1).And(Odd(r).Unsqueeze(0)));
        Assert.Equal([1, 0, 1, 0, 0, 0, 1, 0, 1], Numeric.Values(odd.Masks(Numeric.Ids(1, 2, 3), Numeric.Ids(1, 2, 3)).Positive));
    }

    [Fact]
    public void Relations_are_written_as_they_are_read_and_equal_by_that()
    {
        Assert.All(Relations.Select(row => row.Data), name => Assert.Equal(name, LabelRelation.Parse(name).ToString()));
        Assert.Equal(LabelRelation.SharesAtLeast(2), LabelRelation.Parse("shares-at-least 2"));
        Assert.NotEqual(LabelRelation.SharesAtLeast(2), LabelRelation.SharesAtLeast(3));
        Assert.Contains("\"same\" is not a label relation; write same-class", Assert.Throws<ArgumentException>(() => LabelRelation.Parse("same")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_and_labels_of_different_widths_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LabelRelation.SharesAtLeast(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LabelRelation.Jaccard(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LabelRelation.Jaccard(1.5));
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => LabelRelation.SharesLabel.Masks(Tensor.Ones([2, 3]), Tensor.Ones([2, 4])));
        Assert.Contains("labels of anchors are float32[2,3] and of references float32[2,4]", refusal.Message, StringComparison.Ordinal);
    }

    private static Tensor Odd(Tensor ids) => Operator.Of("aten::remainder.Scalar").Call(ids, 2L).EqualTo(1);

    private static bool Holds(string name, double[] anchor, double[] reference)
    {
        int shared = anchor.Zip(reference).Count(pair => pair.First * pair.Second == 1), either = anchor.Zip(reference).Count(pair => pair.First + pair.Second > 0);
        return name switch
        {
            "same-class" => shared > 0 && shared == either,
            "shares-label" or "shares-at-least 1" or "graded" => shared >= 1,
            "shares-at-least 2" => shared >= 2,
            "jaccard 0.5" => shared > 0 && shared >= 0.5 * either,
            "jaccard 0.66" => shared > 0 && shared >= 0.66 * either,
            _ => shared > 0 && shared == either,
        };
    }
}
