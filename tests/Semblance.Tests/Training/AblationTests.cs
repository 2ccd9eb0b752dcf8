using Semblance.Training.Comparison;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>A recipe beside itself, less some of its parts.</summary>
public sealed class AblationTests
{
    private static readonly ComparedLoss[] Parts = [new("a", ["x.a=0"]), new("b", ["x.b=0", "y=1"]), new("c", ["x.c=0"])];

    [Fact]
    public void Each_part_is_switched_off_alone_beside_the_whole() =>
        Assert.Equal(["whole", "no-a", "no-b", "no-c"], AblationGrid.Of("r.yaml", Parts, false, ["top-1"], 3).Losses.Select(loss => loss.Name));

    [Fact]
    public void A_grid_has_every_combination_and_its_settings()
    {
        ComparisonRecipe grid = AblationGrid.Of("r.yaml", Parts, true, ["top-1"], 3);

        Assert.Equal(8, grid.Losses.Count);
        Assert.Equal(["x.a=0", "x.b=0", "y=1"], Assert.Single(grid.Losses, loss => loss.Name == "no-a.no-b").Settings);
    }

    [Fact]
    public void A_recipe_without_parts_says_how_to_name_them() =>
        Assert.Contains("ablation:", Assert.Throws<InvalidDataException>(() => AblationGrid.Of("r.yaml", [], false, ["top-1"], 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parts_of_one_name_are_refused() =>
        Assert.Contains("2 parts are named a", Assert.Throws<InvalidDataException>(() => AblationGrid.Of("r.yaml", [Parts[0], Parts[0]], false, ["top-1"], 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_part_can_be_given_by_hand()
    {
        ComparedLoss part = AblationGrid.Parse("contrast:objective.0.lambda-contrast=0");

        Assert.Equal("contrast", part.Name);
        Assert.Equal(["objective.0.lambda-contrast=0"], part.Settings);
    }

    [Theory]
    [InlineData("contrast")]
    [InlineData("contrast:objective.0.lambda")]
    [InlineData(":x=0")]
    [InlineData("a b:x=0")]
    public void A_part_of_another_form_is_refused(string text) =>
        Assert.Contains("NAME:KEY=VALUE", Assert.Throws<ArgumentException>(() => AblationGrid.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_runs_of_an_ablation_differ_in_the_parts_alone()
    {
        using TinyRun tiny = new();
        File.AppendAllText(tiny.Recipe, "\nablation: [{name: average, set: {ema: null}}]\n");
        ComparisonRecipe recipe = AblationGrid.Of(tiny.Recipe, [.. tiny.Load().Ablation], false, ["mAP"], 1);
        LossComparison comparison = new(recipe, new ComparisonOptions { Output = tiny.File("ablation"), Quick = true });

        LossComparison mistaken = new(recipe with { Metrics = ["foo"] }, new ComparisonOptions { Output = tiny.File("ablation"), Quick = true });
        string refusal = Assert.Throws<InvalidDataException>(() => mistaken.Run(_ => new Heard())).Message;
        Assert.Matches("No run has a score named foo; there are .*mAP", refusal);
        Assert.Single(mistaken.Runs, run => run.IsFinished);
        LossComparison half = new(recipe with { Metrics = ["mAP", "top-1", "foo", "Recal@*"] }, new ComparisonOptions { Output = tiny.File("ablation"), Quick = true });
        Assert.Matches("No run has a score named foo or Recal@\\*; there are .*mAP", Assert.Throws<InvalidDataException>(() => half.Run(_ => new Heard())).Message);

        comparison.Run(_ => new Heard());

        Assert.Equal(["no-average", "whole"], comparison.Table().Families[0].Rows.Select(row => row.Loss).Order());
        Assert.Null(comparison.Runs.Single(run => run.Loss == "no-average").Recipe.Ema);
    }

    [Theory]
    [InlineData("top-1")]
    [InlineData("Recall@1000")]
    [InlineData("precision@radius2")]
    [InlineData("TAR@FAR1e-3")]
    [InlineData("precision@radius*")]
    [InlineData("Recall@1*")]
    [InlineData("*")]
    public void A_score_that_other_runs_may_have_is_known(string metric) => Assert.True(ScoreNames.IsKnown(metric));

    [Theory]
    [InlineData("top1")]
    [InlineData("top-")]
    [InlineData("map")]
    [InlineData("Recall@one")]
    [InlineData("Recall@1x")]
    [InlineData("Recal@*")]
    public void What_no_run_can_have_is_not(string metric) => Assert.False(ScoreNames.IsKnown(metric));

    [Fact]
    public void Every_score_of_the_comparisons_that_come_along_is_known() =>
        Assert.All(Directory.GetFiles(Repository.File("recipes"), "bench-*.yaml").Where(file => File.ReadLines(file).Any(line => line.StartsWith("families:", StringComparison.Ordinal))),
            file => Assert.All(ComparisonRecipe.Load(file).Metrics, metric => Assert.True(ScoreNames.IsKnown(metric), metric)));
}
