using FsCheck;
using FsCheck.Fluent;
using Semblance.Sampling;
using Xunit;

namespace Semblance.Tests.Sampling;

public sealed class ShuffleSamplerTests
{
    [Fact]
    public void Every_pass_holds_every_item_once() =>
        Properties.Hold(Prop.ForAll<PositiveInt, PositiveInt, int>((count, batch, seed) =>
        {
            ShuffleSampler sampler = new(count.Get, batch.Get, seed);
            int[][] passes = [.. sampler.From(0).Take(3 * sampler.BatchesPerPass)];
            return Enumerable.Range(0, 3).All(pass =>
                passes.Skip(pass * sampler.BatchesPerPass).Take(sampler.BatchesPerPass).SelectMany(items => items).Order().SequenceEqual(Enumerable.Range(0, count.Get)));
        }));

    [Fact]
    public void Resuming_at_any_step_gives_the_batches_of_a_run_without_a_stop() =>
        Properties.Hold(Prop.ForAll<PositiveInt, PositiveInt, NonNegativeInt>((count, batch, step) =>
        {
            ShuffleSampler sampler = new(count.Get, batch.Get, 5);
            return Same(sampler.From(0).Skip(step.Get).Take(7), new ShuffleSampler(count.Get, batch.Get, 5).From(step.Get).Take(7));
        }));

    [Fact]
    public void The_order_is_another_in_each_pass_and_for_each_seed()
    {
        int[][] orders = [.. new ShuffleSampler(100, 100, 1).From(0).Take(2), .. new ShuffleSampler(100, 100, 2).From(0).Take(2)];

        Assert.Equal(4, orders.Select(order => string.Join(' ', order)).Distinct().Count());
    }

    [Theory]
    [InlineData(10, 4, false, 3, 2)]
    [InlineData(10, 4, true, 2, 4)]
    [InlineData(8, 4, false, 2, 4)]
    [InlineData(8, 4, true, 2, 4)]
    [InlineData(3, 4, false, 1, 3)]
    public void The_last_batch_is_short_or_left_out(int count, int batch, bool dropLast, int batches, int inLast)
    {
        ShuffleSampler sampler = new(count, batch, 0, dropLast);

        Assert.Equal(batches, sampler.BatchesPerPass);
        Assert.Equal(inLast, sampler.From(batches - 1).First().Length);
        Assert.Equal(Math.Min(batch, count), sampler.From(batches).First().Length);
    }

    [Fact]
    public void Settings_without_a_batch_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffleSampler(0, 4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffleSampler(4, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffleSampler(4, 2, 0).From(-1));
        Assert.Contains("A batch of 5 is never full with 4 images", Assert.Throws<ArgumentException>(() => new ShuffleSampler(4, 5, 0, dropLast: true)).Message, StringComparison.Ordinal);
    }

    internal static bool Same(IEnumerable<int[]> left, IEnumerable<int[]> right) => left.Zip(right).All(pair => pair.First.SequenceEqual(pair.Second));
}
