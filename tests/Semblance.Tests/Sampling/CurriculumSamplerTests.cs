using Semblance.Sampling;
using Xunit;

namespace Semblance.Tests.Sampling;

/// <summary>Batches of a curriculum's stages.</summary>
public sealed class CurriculumSamplerTests
{
    // 40 items of 4 classes; subset 0 has 5 of each class, the others 10 items each.
    private static readonly int[][] Labels = [.. Enumerable.Range(0, 40).Select(item => new[] { item % 4 })];
    private static readonly int[][] Subsets = [[.. Enumerable.Range(0, 20)], [.. Enumerable.Range(20, 10)], [.. Enumerable.Range(30, 10)]];

    [Fact]
    public void Every_batch_has_its_share_of_each_subset()
    {
        CurriculumSampler sampler = new(Subsets, Labels, [8, 4, 4], 1);

        foreach (int[] batch in sampler.From(0).Take(50))
        {
            Assert.Equal([8, 4, 4], new[] { batch.Count(item => item < 20), batch.Count(item => item is >= 20 and < 30), batch.Count(item => item >= 30) });
        }
    }

    [Fact]
    public void The_clean_part_has_each_class_equally_often()
    {
        CurriculumSampler sampler = new([[.. Enumerable.Range(0, 20).Where(item => item % 4 != 0 || item == 0)], Subsets[1]], Labels, [8, 0], 1);

        Assert.All(sampler.From(0).Take(20), batch => Assert.All(batch.GroupBy(item => item % 4), group => Assert.Equal(2, group.Count())));
    }

    [Fact]
    public void A_clean_part_smaller_than_the_classes_has_different_classes() =>
        Assert.All(new CurriculumSampler(Subsets, Labels, [3, 2, 2], 5).From(0).Take(30), batch => Assert.Equal(3, batch.Where(item => item < 20).Select(item => item % 4).Distinct().Count()));

    [Fact]
    public void Noisy_images_come_once_a_pass()
    {
        int[] drawn = [.. new CurriculumSampler(Subsets, Labels, [4, 5, 0], 1).From(0).Take(2).SelectMany(batch => batch.Where(item => item >= 20))];

        Assert.Equal(Subsets[1], drawn.Order());
    }

    [Fact]
    public void A_subset_smaller_than_its_share_gives_its_images_again() =>
        Assert.Equal(9, new CurriculumSampler([[0, 1], [2, 3]], Labels, [1, 9], 1).From(0).First().Count(item => item >= 2));

    [Fact]
    public void Going_on_from_a_step_gives_the_batches_of_a_run_without_a_stop()
    {
        CurriculumSampler sampler = new(Subsets, Labels, [4, 3, 3], 9);

        Assert.Equal(sampler.From(0).Skip(13).Take(5), sampler.From(13).Take(5));
    }

    [Fact]
    public void An_empty_subset_that_is_drawn_from_is_refused()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new CurriculumSampler([[0], []], Labels, [1, 1], 0));

        Assert.Contains("Subset 1 is empty", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stages_follow_each_other_and_resume_anywhere()
    {
        StagedSampler sampler = new((0, new ShuffleSampler(40, 8, 1)), (7, new PartSampler(new ShuffleSampler(10, 5, 2), Subsets[1])), (9, new PartSampler(new ShuffleSampler(10, 5, 3), Subsets[2])));
        int[][] batches = [.. sampler.From(0).Take(14)];

        Assert.All(batches[7..9], batch => Assert.All(batch, item => Assert.InRange(item, 20, 29)));
        Assert.All(batches[9..], batch => Assert.All(batch, item => Assert.InRange(item, 30, 39)));
        for (int step = 0; step < 12; step++)
        {
            Assert.Equal(batches[step..(step + 2)], sampler.From(step).Take(2));
        }
    }

    [Fact]
    public void Stages_that_begin_together_are_refused() =>
        Assert.Throws<ArgumentException>(() => new StagedSampler((0, new ShuffleSampler(4, 2, 1)), (0, new ShuffleSampler(4, 2, 1))));
}
