using Semblance.Curriculum;
using Xunit;

namespace Semblance.Tests.Curriculum;

/// <summary>What a stage draws and how its images count.</summary>
public sealed class CurriculumStageTests
{
    private static readonly double[] Published = [1, 0.5, 0.5];

    [Theory]
    [InlineData(1, 3, 256, new[] { 256, 0, 0 })]
    [InlineData(2, 3, 256, new[] { 128, 128, 0 })]
    [InlineData(3, 3, 256, new[] { 128, 64, 64 })]
    [InlineData(3, 3, 255, new[] { 129, 63, 63 })]
    [InlineData(4, 4, 100, new[] { 52, 16, 16, 16 })]
    [InlineData(2, 2, 1, new[] { 1, 0 })]
    public void A_batch_is_half_clean_and_the_others_share_the_rest(int stage, int subsets, int batch, int[] expected) =>
        Assert.Equal(expected, CurriculumStage.Composition(stage, subsets, batch));

    [Fact]
    public void Each_stage_adds_one_subset()
    {
        Assert.Equal([0], CurriculumStage.ActiveSubsets(1, 3));
        Assert.Equal([0, 1, 2], CurriculumStage.ActiveSubsets(3, 3));
    }

    [Fact]
    public void Images_of_later_subsets_and_those_left_out_have_weight_zero() =>
        Assert.Equal([1, 0.5, 0, 0], CurriculumStage.WeightsOf([0, 1, 2, CurriculumStage.LeftOut], 2, Published));

    [Fact]
    public void Weights_of_mean_one_keep_their_ratios()
    {
        double[] weights = CurriculumStage.WeightsOf([0, 1, 1, 2], 3, Published, meanOne: true);

        Assert.Equal(4, weights.Sum(), 5);
        Assert.Equal(2, weights[0] / weights[3], 5);
        Assert.Equal([0, 0], CurriculumStage.WeightsOf([2, 2], 1, Published, meanOne: true));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(4, 3)]
    public void A_stage_that_there_is_not_is_refused(int stage, int subsets)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => CurriculumStage.Composition(stage, subsets, 8));

        Assert.Contains("stages 1 to 3", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subset_that_there_is_not_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CurriculumStage.WeightOf(3, 3, Published));
}
