using Semblance.Curriculum;
using Xunit;

namespace Semblance.Tests.Curriculum;

/// <summary>k-means on a line against all partitions, and the number of groups that data suggest.</summary>
public sealed class LineClustersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void It_is_the_best_of_all_partitions(int k)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new SeededRandom(seed, k);
            double[] values = [.. Enumerable.Range(0, 14).Select(_ => seed % 2 == 0 ? random.NextNormal() : random.Below(9))];
            double[] different = [.. values.Distinct().Order()];
            (double cost, int[] cuts) = Best(values, different, k);
            LineClusters found = LineClusters.Of(values, k);
            Assert.Equal(cost, found.Sse, 1e-9);
            Assert.Equal(cuts.Select(cut => different[cut]), found.LowerBounds);
            Assert.Equal(values.Select(value => found.LowerBounds.Count(bound => bound <= value) - 1), found.Assignment);
        }
    }

    [Fact]
    public void Among_equals_the_first_cut_comes_as_early_as_possible()
    {
        Assert.Equal([0, 1], LineClusters.Of([0, 1, 2], 2).LowerBounds);
        Assert.Equal([0, 1, 2], LineClusters.Of([0, 1, 2, 3], 3).LowerBounds);
        Assert.Equal([1000.1, 1000.2], LineClusters.Of([1000.1, 1000.2, 1000.3], 2).LowerBounds);
    }

    [Fact]
    public void As_many_groups_as_different_values_cost_nothing()
    {
        LineClusters found = LineClusters.Of([5, 2, 5, 9], 3);
        Assert.Equal([1, 0, 1, 2], found.Assignment);
        Assert.Equal(0, found.Sse);
    }

    [Fact]
    public void Too_few_different_values_and_wrong_numbers_are_refused()
    {
        Assert.Contains("2 different values", Assert.Throws<ArgumentException>(() => LineClusters.Of([1, 1, 2], 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => LineClusters.Of([], 1));
        Assert.Throws<ArgumentException>(() => LineClusters.Of([1, double.NaN], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LineClusters.Of([1], 0));
    }

    [Fact]
    public void Many_values_take_no_time_and_find_the_gaps()
    {
        var random = new SeededRandom(7);
        double[] values = [.. Enumerable.Range(0, 60_000).Select(i => (i % 3 * 10) + random.NextDouble())];
        LineClusters found = LineClusters.Of(values, 3);
        Assert.Equal(Enumerable.Range(0, 60_000).Select(i => i % 3), found.Assignment);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_data_suggest_the_number_of_their_groups(int groups)
    {
        var random = new SeededRandom(groups);
        double[][] classes = [.. Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, 200).Select(i => (i % groups * 5) + random.NextDouble()).ToArray())];
        Assert.Equal(groups, SubsetCount.FromData(classes));
    }

    [Fact]
    public void Classes_without_spread_say_nothing()
    {
        Assert.Equal(2, SubsetCount.FromData([[1, 1, 1], [4]]));
        Assert.Equal(2, SubsetCount.FromData([]));
        Assert.Equal(3, SubsetCount.FromData([[1, 1, 1], [0, 0, 0, 5, 5, 5, 9, 9, 9]]));
    }

    private static (double Cost, int[] Cuts) Best(double[] values, double[] different, int k)
    {
        (double Cost, int[] Cuts) best = (double.PositiveInfinity, []);
        foreach (int[] cuts in Choices(1, different.Length, k - 1))
        {
            int[] starts = [0, .. cuts];
            double cost = starts.Select((start, group) =>
            {
                double[] members = [.. values.Where(value => value >= different[start] && (group + 1 == k || value < different[starts[group + 1]]))];
                return members.Sum(value => Math.Pow(value - members.Average(), 2));
            }).Sum();
            best = cost < best.Cost - 1e-11 ? (cost, starts) : best;
        }

        return best;
    }

    private static IEnumerable<int[]> Choices(int from, int to, int count) => count == 0
        ? [[]]
        : Enumerable.Range(from, Math.Max(0, to - from)).SelectMany(first => Choices(first + 1, to, count - 1).Select(rest => (int[])[first, .. rest]));
}
