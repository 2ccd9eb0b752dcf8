using Semblance.Evaluation;
using Semblance.Evaluation.Kernels;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Evaluation;

/// <summary>The kernels of evaluation of codes against the obvious loops.</summary>
public sealed class HashKernelTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(63, 66)]
    [InlineData(64, 1026)]
    public void Four_runs_in_step_count_as_one_after_the_other(int run, int buckets)
    {
        ushort[] distances = Distances(4 * run, buckets);
        ushort[] places = new ushort[4 * run], expectedPlaces = new ushort[4 * run];
        int[] counts = new int[4 * buckets], withoutPlaces = new int[4 * buckets], expected = new int[4 * buckets];

        DistanceCounts.Four(distances, places, counts);
        DistanceCounts.Four(distances, default, withoutPlaces);
        for (int k = 0; k < 4; k++)
        {
            DistanceCounts.Plain(distances.AsSpan(k * run, run), expectedPlaces.AsSpan(k * run, run), expected.AsSpan(k * buckets, buckets));
        }

        Assert.Equal(expected, counts);
        Assert.Equal(expected, withoutPlaces);
        Assert.Equal(expectedPlaces, places);
        Assert.Equal(4 * run, counts.Sum());
        Assert.Throws<ArgumentException>(() => DistanceCounts.Four(new ushort[5], default, counts));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4098)]
    public void Pairs_of_rows_count_as_rows(int rows)
    {
        const int Buckets = DistanceCounts.PairBase;
        ushort[] distances = Distances(rows, Buckets);
        int[] pairs = new int[Buckets * Buckets], counts = new int[Buckets], expected = new int[Buckets];
        counts[5] = expected[5] = 7;

        DistanceCounts.Pairs(distances, pairs);
        DistanceCounts.Unpair(pairs, counts);
        DistanceCounts.Plain(distances, default, expected);

        Assert.Equal(expected, counts);
        Assert.All(pairs, count => Assert.Equal(0, count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(37)]
    public void Sums_over_ranks_agree_with_the_obvious_loop(int count)
    {
        Random random = new(count);
        double[] ranks = [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(1, 50))], values = [.. ranks.Select(_ => random.NextDouble())];
        double[] divided = [.. values], discounts = new double[count], grades = [.. ranks.Select(_ => (double)random.Next(1, 6))];

        GainSums.Divide(divided, ranks);
        GainSums.Discount(ranks, discounts);
        Assert.All(divided.Zip(values.Zip(ranks, (value, rank) => value / rank)), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
        Assert.All(discounts.Zip(ranks), pair => Assert.Equal(1 / Math.Log2(pair.Second + 1), pair.First, 1e-14));
        double[] weighed = [.. discounts];
        GainSums.Weigh(weighed, grades);
        Assert.All(weighed.Zip(discounts.Zip(grades, (discount, grade) => discount * (Math.Pow(2, grade) - 1))), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
        (double found, double sum) = GainSums.Until(ranks, values, 20);
        Assert.Equal(ranks.Count(rank => rank <= 20), found);
        Assert.Equal(ranks.Zip(values).Where(pair => pair.First <= 20).Sum(pair => pair.Second), sum, 1e-13);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(67)]
    public void Shared_labels_are_half_of_what_the_sizes_exceed_the_difference_by(int count)
    {
        Random random = new(1);
        uint[] sets = [.. Enumerable.Range(0, count).Select(_ => (uint)random.Next())];
        const uint Own = 0x0F0F1234;
        ushort[] grades = [.. sets.Select(set => (ushort)uint.PopCount(set ^ Own))];

        LabelSets.Shared([.. sets.Select(set => (ushort)uint.PopCount(set))], (int)uint.PopCount(Own), grades);

        Assert.Equal(sets.Select(set => (ushort)uint.PopCount(set & Own)), grades);
    }

    [Theory]
    [InlineData(40, 600)]
    [InlineData(20, 600)]
    [InlineData(7, 130)]
    [InlineData(3, 64)]
    public void Relevant_rows_and_grades_agree_with_the_definition_whatever_the_number_of_labels(int each, int labels)
    {
        Random random = new(labels);
        int[][] sets = [.. Enumerable.Range(0, 300).Select(row => Enumerable.Range(0, row % (each + 1)).Select(_ => random.Next(labels)).ToArray())];
        DatabasePart part = new(new Codes(8, new ulong[300]), sets);
        ScanScratch scratch = new(300, 8, places: true);
        int[][] asked = [[], [0], [labels + 1], [0, labels + 5], [.. Enumerable.Range(0, labels)], [3, 1, 2, 60]];
        foreach (int[] own in asked)
        {
            int[] rows = part.Relevant(own, scratch, out bool graded).ToArray();

            Assert.Equal(Enumerable.Range(0, 300).Where(row => sets[row].Intersect(own).Any()), rows);
            Assert.All(rows, row => Assert.Equal(sets[row].Intersect(own).Count(), graded ? scratch.Grades[row] : 1));
        }
    }

    private static ushort[] Distances(int count, int buckets)
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(_ => (ushort)(random.Next(4) == 0 ? random.Next(buckets) : buckets / 2))];
    }
}
