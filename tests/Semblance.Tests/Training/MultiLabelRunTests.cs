using Semblance.Data;
using Semblance.Evaluation;
using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>Images with several labels go through sampling, losses and evaluation as they are.</summary>
public sealed class MultiLabelRunTests
{
    [Theory]
    [InlineData("{kind: shuffle, batch: 32}")]
    [InlineData("{kind: class-balanced, batch: 32, per-class: 4}")]
    public void A_hash_model_trains_on_photographs_with_several_labels(string sampler)
    {
        using TemporaryFolder folder = new();
        Recipe recipe = Recipe.Parse(
            $$$"""
            seed: 1
            threads: 1
            data: {path: '{{{Shared.Folder("data/coco256")}}}', protocol: per-class, per-class: {query: 1}, validation: {kind: none}, size: 32}
            model: {backbone: convnet_slim, head: hash, bits: 16}
            objective: [{loss: hhf, variant: proxy-anchor}, {loss: contrastive, relation: {kind: graded}}]
            sampler: {{{sampler}}}
            steps: 6
            evaluation: {map-at: [10], baselines: [random-projection]}
            """, "coco256", TrainingRun.Catalogue);
        RunResults results = TrainingRun.Run(recipe, folder.File("run"), false, new Heard());
        Assert.True(results.Query.Data.MultiLabel);
        Assert.Equal(80, results.Query.Data.ClassNames.Count);
        foreach (ScoredModel model in results.Models)
        {
            Assert.Contains(model.Scores, score => score.Name == "mAP" && score.Value is > 0.1 and < 1 && score.ProtocolId.Contains("rel=shares-a-label", StringComparison.Ordinal));
            // Graded by the number of labels in common: nDCG is below ACG's largest value, and ACG can exceed 1.
            Assert.Contains(model.Scores, score => score.Name == "nDCG@10" && score.Value is > 0.05 and < 1);
            Assert.Contains(model.Scores, score => score.Name == "ACG@10" && score.Value > 0.1);
        }
    }

    [Fact]
    public void The_drawn_set_has_its_attributes_as_labels_with_splits_for_training_and_search()
    {
        using TemporaryFolder folder = new();
        DataRecipe recipe = Recipe.Parse(
            $$$"""
            data: {source: drawn, path: '{{{folder.File("drawn")}}}', drawn: {several-labels: true, images-per-class: 16, pixels: 8}, validation: {kind: split, split: val}}
            model: {backbone: convnet}
            objective: [{loss: multi-similarity}]
            """, "drawn", TrainingRun.Catalogue).Data;
        DataParts parts = DataParts.Of(DataOpening.Open(recipe, 2), recipe);
        Assert.True(parts.Train.MultiLabel);
        Assert.All(parts.Train.Items, item => Assert.Equal(4, item.Labels.Length));
        Assert.True(parts.Train.ClassNames.Count > 24 + 10);
        Assert.Equal((24 * 11, 24, 48, 48), (parts.Train.Count, parts.Validation!.Count, parts.Query.Count, parts.Database!.Count));
    }
}
