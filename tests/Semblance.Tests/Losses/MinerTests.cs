using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>A miner with the triplets that it chooses, written as a search through all of them.</summary>
/// <param name="Name">How a failing test calls it.</param>
/// <param name="Miner">The miner.</param>
/// <param name="Chosen">Whether it chooses a triplet (similarities, rows, positives and negatives of the anchor, anchor, positive, negative); null where that is drawn.</param>
public sealed record MinerRow(string Name, IMiner Miner, Func<MinerRow.Triplet, bool>? Chosen)
{
    public override string ToString() => Name;

    /// <summary>A triplet among the others of its anchor.</summary>
    public sealed record Triplet(double[] S, int Width, int Anchor, int Positive, int Negative, int[] Positives, int[] Negatives)
    {
        public double Pull => Of(Anchor, Positive);

        public double Push => Of(Anchor, Negative);

        public double Of(int row, int column) => S[(row * Width) + column];

        public IEnumerable<double> Pulls => Positives.Select(other => Of(Anchor, other));

        public IEnumerable<double> Pushes => Negatives.Select(other => Of(Anchor, other));
    }
}

public sealed class MinerTests : IDisposable
{
    private const int Rows = 14;
    private const int Width = 5;
    private readonly TensorScope scope = new();

    public static TheoryData<MinerRow> Miners =>
    [
        new MinerRow("batch-hard", new BatchHardMiner(), t => t.Pull == t.Pulls.Min() && t.Push == t.Pushes.Max()),
        new MinerRow("semi-hard", new SemiHardMiner(0.1), t => t.Pull - t.Push is > 0 and <= 0.1),
        new MinerRow("semi-hard wide", new SemiHardMiner(5), t => t.Pull > t.Push),
        new MinerRow("easy-positive", new EasyPositiveMiner(EasyPositiveNegatives.SemiHard), t => t.Pull == t.Pulls.Max() && t.Push == t.Pushes.Where(s => s < t.Pulls.Max()).DefaultIfEmpty(double.NaN).Max()),
        new MinerRow("easy-positive hard", new EasyPositiveMiner(EasyPositiveNegatives.Hard), t => t.Pull == t.Pulls.Max() && t.Push == t.Pushes.Max()),
        new MinerRow("distance-weighted", new DistanceWeightedMiner(new DistanceWeightedMinerOptions(), Width, 5), null),
        new MinerRow("angular", new AngularMiner(20), t => IsWide(t, 20)),
        new MinerRow("angular narrow", new AngularMiner(45), t => IsWide(t, 45)),
        new MinerRow("multi-similarity", new MultiSimilarityMiner(0.1), t => t.Push > t.Pull - 0.1),
    ];

    public static TheoryData<MinerRow, string> MinersAndRelations =>
        new(from miner in Miners from relation in LabelRelationTests.Relations select (miner.Data, relation.Data));

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(MinersAndRelations))]
    public void What_is_kept_is_what_is_in_a_chosen_triplet_under_any_relation(MinerRow row, string relation)
    {
        PairBatch pairs = PairBatch.Within(Embeddings(), SeveralLabels(), LabelRelation.Parse(relation)), mined = row.Miner.Mine(pairs);
        if (row.Chosen is null)
        {
            AssertDrawn(pairs, mined);
            return;
        }
        (double[] positive, double[] negative) = Chosen(row, pairs);
        Assert.Equal(positive, Numeric.Values(mined.Positive));
        Assert.Equal(negative, Numeric.Values(mined.Negative));
        Assert.True(positive.Sum() > 0, "the test shows nothing");
    }

    [Theory]
    [MemberData(nameof(Miners))]
    public void Anchors_can_be_mined_some_at_a_time_where_a_miner_says_so(MinerRow row)
    {
        PairBatch pairs = PairBatch.Within(Embeddings(), Labels()), mined = row.Miner.Mine(pairs);
        if (!row.Miner.IsRowWise)
        {
            Assert.Throws<ArgumentException>(() => row.Miner.Mine(Slice(pairs, 3, 5)));
            return;
        }
        PairBatch some = row.Miner.Mine(Slice(pairs, 3, 5)), expected = Slice(mined, 3, 5);
        Assert.Equal(Numeric.Values(expected.Positive), Numeric.Values(some.Positive));
        Assert.Equal(Numeric.Values(expected.Negative), Numeric.Values(some.Negative));
    }

    [Theory]
    [MemberData(nameof(Miners))]
    public void Nothing_is_added_and_no_gradient_flows_through_the_choice(MinerRow row)
    {
        Tensor leaf = Numeric.Leaf(Embeddings());
        PairBatch pairs = PairBatch.Within(leaf, SeveralLabels(), LabelRelation.Graded), mined = row.Miner.Mine(pairs);
        Assert.Same(pairs.Similarity, mined.Similarity);
        Assert.Same(pairs.Grade, mined.Grade);
        Assert.False(mined.Positive.RequiresGrad || mined.Negative.RequiresGrad);
        Assert.False(mined.Positive.And(pairs.Positive.Not()).Any().ToDouble() > 0);
        Assert.False(mined.Negative.And(pairs.Negative.Not()).Any().ToDouble() > 0);
    }

    [Theory]
    [MemberData(nameof(Miners))]
    public void Batches_at_the_edge_keep_nothing_that_has_no_other_side(MinerRow row)
    {
        foreach (long[] labels in new long[][] { [], [3], [3, 3], [3, 4], [7, 7, 7, 7], [-1, -2, long.MaxValue, 4] })
        {
            PairBatch mined = row.Miner.Mine(PairBatch.Within(Embeddings().Narrow(0, 0, labels.Length), Numeric.Ids(labels)));
            Assert.Equal(0, mined.Positive.Sum().ToDouble());
            Assert.Equal(0, mined.Negative.Sum().ToDouble());
        }
    }

    [Theory]
    [MemberData(nameof(Miners))]
    public void Empty_references_duplicates_zero_rows_and_NaN_are_mined_without_failing(MinerRow row)
    {
        if (row.Miner.IsRowWise)
        {
            Assert.Equal(0, row.Miner.Mine(PairBatch.Between(Embeddings(), Labels(), Embeddings().Narrow(0, 0, 0), Labels().Narrow(0, 0, 0))).Positive.Sum().ToDouble());
        }
        double[] values = Numeric.Normal(Rows * Width, 3);
        values.AsSpan(0, Width).CopyTo(values.AsSpan(Width));
        values.AsSpan(0, Width).CopyTo(values.AsSpan(4 * Width));
        values.AsSpan(8 * Width, Width).Clear();
        foreach (bool wrong in new[] { false, true })
        {
            values[^1] = wrong ? double.NaN : values[^1];
            foreach (DataType type in new[] { DataType.Float32, DataType.Float64, DataType.BFloat16 })
            {
                PairBatch mined = row.Miner.Mine(PairBatch.Within(Numeric.Matrix(values, Rows).To(type), Labels()));
                Assert.True(wrong || mined.Positive.Sum().ToDouble() > 0);
                Assert.Equal(wrong, double.IsNaN(new SupConLoss(new()).Forward(mined).ToDouble()));
            }
        }
    }

    [Fact]
    public void Equal_similarities_give_one_pair_a_side_and_no_semi_hard_triplet()
    {
        PairBatch even = Ranking([0.5, 0.5, 0.5, 0.5], [1, 1, 0, 0]);
        AssertMined(new BatchHardMiner(), even, [1, 0, 0, 0], [0, 0, 1, 0]);
        AssertMined(new EasyPositiveMiner(EasyPositiveNegatives.Hard), even, [1, 0, 0, 0], [0, 0, 1, 0]);
        AssertMined(new EasyPositiveMiner(EasyPositiveNegatives.SemiHard), even, [0, 0, 0, 0], [0, 0, 0, 0]);
        AssertMined(new SemiHardMiner(1), even, [0, 0, 0, 0], [0, 0, 0, 0]);
    }

    [Fact]
    public void A_semi_hard_margin_counts_and_equality_with_the_positive_does_not()
    {
        PairBatch pairs = Ranking([0.75, 0.5, 0.25, 0.5], [1, 0, 0, 1]);
        AssertMined(new SemiHardMiner(0.25), pairs, [1, 0, 0, 1], [0, 1, 1, 0]);
        AssertMined(new SemiHardMiner(0.2), pairs, [0, 0, 0, 0], [0, 0, 0, 0]);
    }

    [Fact]
    public void Negatives_are_drawn_as_rarely_as_their_distance_is_common()
    {
        const int dimensions = 8, runs = 6000;
        double[] similarities = [0.9, 0.95, 0.75, 0.5, 0.25, 0.01];
        double[] chances = [.. similarities.Skip(1).Select(s => 1 / Density(Math.Max(0.5, Math.Sqrt(2 - (2 * s))), dimensions))];
        double[] times = new double[chances.Length];
        PairBatch pairs = Ranking(similarities, [1, 0, 0, 0, 0, 0]);
        for (int seed = 0; seed < runs; seed++)
        {
            using TensorScope inner = new();
            double[] drawn = Numeric.Values(new DistanceWeightedMiner(new DistanceWeightedMinerOptions { UpperCutoff = 1.45 }, dimensions, seed).Mine(pairs).Negative);
            Assert.Equal(1, drawn.Sum());
            for (int k = 0; k < times.Length; k++)
            {
                times[k] += drawn[k + 1];
            }
        }
        for (int k = 0; k < times.Length; k++)
        {
            double share = chances[k] / chances.Sum();
            Assert.InRange(times[k] / runs, share - (4 * Math.Sqrt(share / runs)), share + (4 * Math.Sqrt(share / runs)));
        }
    }

    [Fact]
    public void Chances_hold_in_many_dimensions_where_the_density_itself_overflows()
    {
        double[] similarities = [0.99, 0.6, 0.3, 0.1, -0.5];
        Tensor negative = Tensor.Ones([1, 5]).GreaterThan(0);
        double[] chances = Numeric.Values(new DistanceWeightedMiner(new DistanceWeightedMinerOptions(), 2048, 0).Chances(Tensor.From(similarities, 1, 5).To(DataType.Float32), negative));
        Assert.Equal(1, chances[0]);
        Assert.All(chances, chance => Assert.InRange(chance, 0, 1));
        Assert.Equal(0, chances[4]);
        double[] few = Numeric.Values(new DistanceWeightedMiner(new DistanceWeightedMinerOptions(), 20, 0).Chances(Tensor.From(similarities, 1, 5), negative));
        double[] expected = [.. similarities.Take(4).Select(s => Density(0.5, 20) / Density(Math.Max(0.5, Math.Sqrt(2 - (2 * s))), 20))];
        Numeric.AssertClose(expected, few[..4], 1e-9);
    }

    [Fact]
    public void The_draws_are_the_same_again_after_a_stop_and_others_for_another_seed_or_batch()
    {
        double[] Draw(long seed, int embeddings) =>
            Numeric.Values(new DistanceWeightedMinerOptions().Create(new TermContext(3, Width, seed)).Mine(PairBatch.Within(Numeric.Matrix(Numeric.Normal(Rows * Width, embeddings), Rows), Labels())).Negative);
        IMiner running = new DistanceWeightedMinerOptions().Create(new TermContext(3, Width, 1));
        _ = running.Mine(PairBatch.Within(Embeddings(), Labels()));
        double[] second = Numeric.Values(running.Mine(PairBatch.Within(Numeric.Matrix(Numeric.Normal(Rows * Width, 8), Rows), Labels())).Negative);
        Assert.Equal(second, Draw(1, 8));
        Assert.NotEqual(second, Draw(2, 8));
        Assert.NotEqual(second, Draw(1, 9));
    }

    [Fact]
    public void An_anchor_draws_at_most_as_many_negatives_as_it_has_positives()
    {
        PairBatch pairs = PairBatch.Within(Embeddings(), Labels()), mined = new DistanceWeightedMiner(new DistanceWeightedMinerOptions { UpperCutoff = 3 }, Width, 2).Mine(pairs);
        double[] positives = Numeric.Values(mined.Positive.Sum(1)), negatives = Numeric.Values(mined.Negative.Sum(1));
        Assert.All(positives.Zip(negatives), counts => Assert.InRange(counts.Second, Math.Min(1, counts.First), counts.First));
    }

    [Fact]
    public void The_angular_miner_refuses_a_batch_against_something_else()
    {
        Tensor other = Numeric.Matrix(Numeric.Normal(Rows * Width, 4), Rows);
        string message = Assert.Throws<ArgumentException>(() => new AngularMiner(20).Mine(PairBatch.Between(Embeddings(), Labels(), other, Labels()))).Message;
        Assert.Contains("the angular miner was given similarities float64[14,14] of a batch with something else", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SemiHardMinerOptions { Margin = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SemiHardMiner(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistanceWeightedMinerOptions { LowerCutoff = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistanceWeightedMinerOptions { LowerCutoff = 2.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistanceWeightedMinerOptions { UpperCutoff = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistanceWeightedMiner(new DistanceWeightedMinerOptions(), 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AngularMinerOptions { Angle = 90 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AngularMiner(-1));
    }

    private static (double[] Positive, double[] Negative) Chosen(MinerRow row, PairBatch pairs)
    {
        double[] s = Numeric.Values(pairs.Similarity), positive = Numeric.Values(pairs.Positive), negative = Numeric.Values(pairs.Negative);
        double[] keptPositive = new double[s.Length], keptNegative = new double[s.Length];
        for (int anchor = 0; anchor < Rows; anchor++)
        {
            int[] Of(double[] mask) => [.. Enumerable.Range(0, Rows).Where(other => mask[(anchor * Rows) + other] > 0)];
            int[] positives = Of(positive), negatives = Of(negative);
            foreach ((int p, int n) in from p in positives from n in negatives select (p, n))
            {
                if (row.Chosen!(new MinerRow.Triplet(s, Rows, anchor, p, n, positives, negatives)))
                {
                    keptPositive[(anchor * Rows) + p] = keptNegative[(anchor * Rows) + n] = 1;
                }
            }
        }
        return (keptPositive, keptNegative);
    }

    private static bool IsWide(MinerRow.Triplet t, double degrees)
    {
        double side = Math.Sqrt(2 - (2 * t.Pull));
        double height = Math.Sqrt(1 + ((2 + (2 * t.Pull)) / 4) - t.Push - t.Of(t.Positive, t.Negative));
        return Math.Atan(side / (2 * height)) * 180 / Math.PI > degrees;
    }

    private static void AssertDrawn(PairBatch pairs, PairBatch mined)
    {
        double[] positives = Numeric.Values(mined.Positive.Sum(1)), negatives = Numeric.Values(mined.Negative.Sum(1)), before = Numeric.Values(pairs.Positive.Sum(1));
        Assert.True(negatives.Sum() > 0);
        for (int anchor = 0; anchor < before.Length; anchor++)
        {
            Assert.True(negatives[anchor] > 0 ? positives[anchor] == before[anchor] : positives[anchor] == 0);
            Assert.True(negatives[anchor] <= before[anchor]);
        }
        Tensor distance = (2 - (mined.Similarity * 2)).Clamp(0, null).Sqrt();
        Assert.Equal(0, mined.Negative.And(distance.AtLeast(1.4)).Sum().ToDouble());
    }

    private static double Density(double distance, int dimensions) => Math.Pow(distance, dimensions - 2) * Math.Pow(1 - (distance * distance / 4), (dimensions - 3) / 2.0);

    private static PairBatch Ranking(double[] similarities, double[] positive)
    {
        Tensor mask = Tensor.From(positive, 1, positive.Length).GreaterThan(0);
        return new PairBatch(Tensor.From(similarities, 1, similarities.Length), mask, mask.Not());
    }

    private static void AssertMined(IMiner miner, PairBatch pairs, double[] positive, double[] negative)
    {
        PairBatch mined = miner.Mine(pairs);
        Assert.Equal(positive, Numeric.Values(mined.Positive));
        Assert.Equal(negative, Numeric.Values(mined.Negative));
    }

    private static PairBatch Slice(PairBatch pairs, int first, int count) =>
        new(pairs.Similarity.Narrow(0, first, count), pairs.Positive.Narrow(0, first, count), pairs.Negative.Narrow(0, first, count));

    private static Tensor Embeddings() => Numeric.Matrix(Numeric.Normal(Rows * Width, 3), Rows);

    private static Tensor Labels() => Numeric.Ids(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4);

    /// <summary>One to three of four labels, so that every relation has positives and negatives, and a row without any.</summary>
    private static Tensor SeveralLabels()
    {
        int[] sets = [1, 1, 3, 3, 7, 7, 2, 2, 6, 6, 14, 14, 8, 0];
        return Tensor.From([.. sets.SelectMany(set => Enumerable.Range(0, 4).Select(label => (long)((set >> label) & 1)))], Rows, 4);
    }
}
