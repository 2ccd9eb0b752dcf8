using FsCheck;
using FsCheck.Fluent;
using Semblance.Sampling;
using Xunit;

namespace Semblance.Tests.Sampling;

public sealed class ClassWeightedSamplerTests
{
    // 90, 9 and 1 items.
    private static readonly int[][] Labels = [.. Enumerable.Range(0, 100).Select(item => new[] { item < 90 ? 3 : item < 99 ? 5 : 8 })];

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Classes_occur_as_a_power_of_their_size_says(double power)
    {
        ClassWeightedSampler sampler = new(Labels, new() { Batch = 50, Power = power }, 1);
        double[] weights = [Math.Pow(90, power), Math.Pow(9, power), 1], drawn = Shares(sampler.From(0).Take(400));

        for (int place = 0; place < 3; place++)
        {
            Assert.Equal(weights[place] / weights.Sum(), sampler.ClassProbabilities(0)[place], 12);
            Assert.Equal(weights[place] / weights.Sum(), drawn[place], 0.02);
        }
    }

    [Fact]
    public void Items_of_a_class_are_drawn_alike()
    {
        int[] times = new int[100];
        foreach (int item in new ClassWeightedSampler(Labels, new() { Batch = 100, Power = 0 }, 2).From(0).Take(270).SelectMany(batch => batch))
        {
            times[item]++;
        }
        Assert.All(times[..90], count => Assert.InRange(count, 60, 145));
        Assert.All(times[90..99], count => Assert.InRange(count, 880, 1120));
    }

    [Fact]
    public void Progressive_batches_go_from_items_to_classes()
    {
        ClassWeightedSampler sampler = new(Labels, new() { Batch = 10, Progressive = 4 }, 1);

        for (int pass = 0; pass < 6; pass++)
        {
            double share = Math.Min(pass, 4) / 4.0;
            Assert.Equal((share / 3) + ((1 - share) * 0.9), sampler.ClassProbabilities(pass)[0], 12);
            Assert.Equal(1, sampler.ClassProbabilities(pass).Sum(), 12);
            Assert.Equal(sampler.ClassProbabilities(pass)[0], Shares(Many(pass))[0], 0.05);
        }

        IEnumerable<int[]> Many(int pass) => Enumerable.Range(0, 60).SelectMany(seed => new ClassWeightedSampler(Labels, new() { Batch = 10, Progressive = 4 }, seed).From(10 * pass).Take(10));
    }

    [Fact]
    public void Before_the_first_pass_by_classes_every_item_is_seen_once_as_a_shuffle_has_it()
    {
        ClassWeightedSampler sampler = new(Labels, new() { Batch = 30, FromPass = 2 }, 6);
        int[][] batches = [.. sampler.From(0).Take(12)];

        Assert.Equal(4, sampler.BatchesPerPass);
        Assert.True(ShuffleSamplerTests.Same(batches.Take(8), new ShuffleSampler(100, 30, 6).From(0)));
        Assert.Equal([30, 30, 30, 10, 30, 30, 30, 10, 30, 30, 30, 30], batches.Select(batch => batch.Length));
        Assert.Equal(1.0 / 3, Shares(sampler.From(8).Take(200))[2], 0.03);
        Assert.Equal([0.9, 0.09, 0.01], sampler.ClassProbabilities(1));
        // Progress counts from there.
        Assert.Equal(0.9, new ClassWeightedSampler(Labels, new() { FromPass = 2, Progressive = 4 }, 6).ClassProbabilities(2)[0], 12);
    }

    [Fact]
    public void Resuming_at_any_step_gives_the_batches_of_a_run_without_a_stop() =>
        Properties.Hold(Prop.ForAll<PositiveInt, NonNegativeInt, int>((batch, step, seed) =>
        {
            ClassWeightedOptions options = new() { Batch = batch.Get, Power = 0.5, Progressive = 3, FromPass = 1 };
            return ShuffleSamplerTests.Same(new ClassWeightedSampler(Labels, options, seed).From(0).Skip(step.Get).Take(7), new ClassWeightedSampler(Labels, options, seed).From(step.Get).Take(7));
        }));

    [Fact]
    public void An_item_with_several_labels_counts_in_each_class_and_one_without_is_not_drawn()
    {
        // Class 0 has items 0 and 1, class 1 has 1 and 2, item 3 none.
        int[][] labels = [[0], [0, 1], [1], []];
        int[] times = new int[4];
        foreach (int item in new ClassWeightedSampler(labels, new() { Batch = 100, Power = 0 }, 0).From(0).Take(100).SelectMany(batch => batch))
        {
            times[item]++;
        }
        Assert.Equal(0, times[3]);
        Assert.InRange(times[1], 4700, 5300);
        Assert.InRange(times[0], 2300, 2700);
    }

    [Fact]
    public void Seeds_give_other_batches() => Assert.NotEqual(
        new ClassWeightedSampler(Labels, new(), 1).From(0).First(), new ClassWeightedSampler(Labels, new(), 2).From(0).First());

    [Fact]
    public void Settings_without_a_batch_are_refused()
    {
        Assert.Contains("No item has a label", Assert.Throws<ArgumentException>(() => new ClassWeightedSampler([[], []], new(), 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ClassWeightedSampler([], new(), 0));
        Assert.Throws<ArgumentException>(() => new ClassWeightedSampler(Labels, new() { Batch = 200, DropLast = true }, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassWeightedOptions { Batch = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassWeightedOptions { Power = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassWeightedOptions { FromPass = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassWeightedSampler(Labels, new(), 0).From(-1));
    }

    private static double[] Shares(IEnumerable<int[]> batches)
    {
        int[] drawn = [.. batches.SelectMany(batch => batch)];
        return [.. new[] { 3, 5, 8 }.Select(label => drawn.Count(item => Labels[item][0] == label) / (double)drawn.Length)];
    }
}
