using FsCheck;
using FsCheck.Fluent;
using Semblance.Sampling;
using Xunit;

namespace Semblance.Tests.Sampling;

public sealed class ClassBalancedSamplerTests
{
    /// <summary>Items per class, a batch and items per class in it, such that the classes suffice.</summary>
    public sealed record Setting(int[] Sizes, int Batch, int PerClass, long Seed)
    {
        public int[][] Labels => [.. Sizes.SelectMany((size, label) => Enumerable.Repeat(new[] { label * 3 }, size))];

        public int ClassesPerBatch => Batch / PerClass;

        public ClassBalancedSampler Sampler => new(Labels, Batch, PerClass, Seed);

        public override string ToString() => $"sizes {string.Join(' ', Sizes)}, batch {Batch}, per class {PerClass}, seed {Seed}";
    }

    private static readonly Arbitrary<Setting> s_settings =
        (from sizes in Gen.Choose(1, 20).NonEmptyListOf()
         from classes in Gen.Choose(1, sizes.Count)
         from perClass in Gen.Choose(1, 6)
         from spare in Gen.Choose(0, perClass - 1)
         from seed in Gen.Choose(0, 1000)
         select new Setting([.. sizes], (classes * perClass) + spare, perClass, seed)).ToArbitrary();

    [Fact]
    public void Every_batch_has_so_many_items_of_each_of_so_many_classes() =>
        Properties.Hold(Prop.ForAll(s_settings, setting =>
        {
            int[][] labels = setting.Labels;
            return setting.Sampler.From(0).Take(50).All(batch =>
                batch.Length == setting.ClassesPerBatch * setting.PerClass
                && batch.Chunk(setting.PerClass).All(chunk => chunk.Select(item => labels[item][0]).Distinct().Count() == 1)
                && batch.Chunk(setting.PerClass).Select(chunk => labels[chunk[0]][0]).Distinct().Count() == setting.ClassesPerBatch);
        }));

    [Fact]
    public void Resuming_at_any_step_gives_the_batches_of_a_run_without_a_stop() =>
        Properties.Hold(Prop.ForAll(s_settings, Gen.Choose(0, 100).ToArbitrary(), (setting, step) =>
            ShuffleSamplerTests.Same(setting.Sampler.From(0).Skip(step).Take(9), setting.Sampler.From(step).Take(9))));

    [Fact]
    public void Items_repeat_within_a_batch_only_in_classes_that_are_too_small() =>
        Properties.Hold(Prop.ForAll(s_settings, setting =>
        {
            int[][] labels = setting.Labels;
            return setting.Sampler.From(0).Take(30).SelectMany(batch => batch.Chunk(setting.PerClass)).All(chunk =>
                chunk.Distinct().Count() == chunk.Length || setting.Sizes[labels[chunk[0]][0] / 3] < setting.PerClass);
        }));

    [Fact]
    public void A_class_that_is_too_small_shows_all_its_items() =>
        Properties.Hold(Prop.ForAll(s_settings, setting =>
        {
            int[][] labels = setting.Labels;
            return setting.Sampler.From(0).Take(30).SelectMany(batch => batch.Chunk(setting.PerClass)).All(chunk =>
                chunk.Distinct().Count() >= Math.Min(setting.Sizes[labels[chunk[0]][0] / 3], setting.PerClass));
        }));

    [Fact]
    public void With_one_class_a_batch_no_item_is_lost_in_a_pass()
    {
        // Without another class to wait for, a pass ends when every chunk is taken.
        int[][] labels = [.. Enumerable.Repeat<int[]>([0], 12), .. Enumerable.Repeat<int[]>([1], 6)];
        ClassBalancedSampler sampler = new(labels, batch: 3, perClass: 3, seed: 1);

        for (int pass = 0; pass < 4; pass++)
        {
            Assert.Equal(Enumerable.Range(0, 18), sampler.From(pass * 6).Take(6).SelectMany(batch => batch).Order());
        }
    }

    [Fact]
    public void Classes_of_the_same_size_come_equally_often()
    {
        int[][] labels = [.. Enumerable.Range(0, 20 * 10).Select(item => new[] { item % 20 })];
        ClassBalancedSampler sampler = new(labels, batch: 20, perClass: 5, seed: 2);

        int[] times = new int[20];
        int[] timesOfItem = new int[200];
        foreach (int[] batch in sampler.From(0).Take(2000))
        {
            foreach (int item in batch)
            {
                times[item % 20]++;
                timesOfItem[item]++;
            }
        }

        // In a pass a class has two chunks; at most three classes are left over, so that a class misses a few passes of a thousand.
        Assert.All(times, count => Assert.InRange(count, 1900, 2100));
        Assert.All(timesOfItem, count => Assert.InRange(count, 170, 230));
    }

    [Fact]
    public void In_a_pass_a_class_gives_at_most_all_its_chunks()
    {
        int[][] labels = [.. Enumerable.Repeat<int[]>([0], 11), .. Enumerable.Repeat<int[]>([1], 11), .. Enumerable.Repeat<int[]>([2], 11)];
        ClassBalancedSampler sampler = new(labels, batch: 15, perClass: 5, seed: 3);

        // All three classes in each batch: two batches a pass, no item twice.
        for (int pass = 0; pass < 10; pass++)
        {
            int[] items = [.. sampler.From(pass * 2).Take(2).SelectMany(batch => batch)];
            Assert.Equal(30, items.Distinct().Count());
        }
    }

    [Fact]
    public void Items_with_several_labels_fill_their_classes_without_repeating()
    {
        // Every item of class 0 is also of class 1, which has others as well.
        int[][] labels = [.. Enumerable.Repeat<int[]>([0, 1], 4), .. Enumerable.Repeat<int[]>([1], 8), .. Enumerable.Repeat<int[]>([], 3)];
        ClassBalancedSampler sampler = new(labels, batch: 8, perClass: 4, seed: 4);

        foreach (int[] batch in sampler.From(0).Take(200))
        {
            Assert.Equal(8, batch.Length);
            Assert.All(batch, item => Assert.NotEmpty(labels[item]));
            Assert.Contains(batch.Chunk(4), chunk => chunk.All(item => labels[item].Contains(0)));
            Assert.All(batch.Chunk(4), chunk => Assert.True(chunk.All(item => labels[item].Contains(0)) || chunk.All(item => labels[item].Contains(1))));
            Assert.Equal(8, batch.Distinct().Count());
        }
    }

    [Fact]
    public void Where_two_classes_share_every_item_they_still_fill_the_batch()
    {
        ClassBalancedSampler sampler = new([[0, 1], [0, 1]], batch: 4, perClass: 2, seed: 5);

        Assert.Equal([0, 0, 1, 1], sampler.From(0).First().Order());
    }

    [Fact]
    public void Too_few_classes_are_refused_at_once()
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => new ClassBalancedSampler([[0], [0], [1]], batch: 12, perClass: 4, seed: 0));

        Assert.StartsWith("A batch of 12 with 4 images a class needs 3 classes; the images have 2.", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ClassBalancedSampler([[], []], batch: 4, perClass: 4, seed: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassBalancedSampler([[0]], batch: 3, perClass: 4, seed: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassBalancedSampler([[0]], batch: 1, perClass: 1, seed: 0).From(-1));
    }

    [Fact]
    public void A_pass_is_as_many_batches_as_the_items_fill()
    {
        int[][] labels = [.. Enumerable.Range(0, 100).Select(item => new[] { item % 10 })];

        Assert.Equal(5, new ClassBalancedSampler(labels, batch: 20, perClass: 4, seed: 0).BatchesPerPass);
        Assert.Equal(1, new ClassBalancedSampler([[0], [1]], batch: 8, perClass: 4, seed: 0).BatchesPerPass);
    }
}
