using Semblance.Data;
using Semblance.Evaluation;
using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class MosaicRecipeTests : IDisposable
{
    private readonly TinyRun _run = new(each: 40);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_recipe_composes_mosaics_and_divides_them()
    {
        DataRecipe recipe = _run.Load([.. Mosaics("classes: 2, val: 6"), "data.validation={kind: split, split: val}"]).Data;
        DataParts parts = DataParts.Of(DataOpening.Open(recipe, 1), recipe);
        Assert.Equal((16, 8, 12, 6), (parts.Train.Count, parts.Query.Count, parts.Database!.Count, parts.Validation!.Count));
        Assert.True(parts.Train.MultiLabel);
        Assert.All(parts.Query.Items, item => Assert.Equal(2, item.Labels.Length));
        Assert.Contains("mosaics-2x2-of-2-seed-1", parts.Query.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hash_model_trains_and_is_judged_on_mosaics_with_kept_features()
    {
        RunResults results = TrainingRun.Run(_run.Load([.. Mosaics("classes: 2"), .. Frozen]), _run.File("run"), false, new Heard());
        Score map = Assert.Single(results.Models[0].Scores, score => score.Name == "mAP" && score.ProtocolId.Contains("ties=expected", StringComparison.Ordinal));
        Assert.InRange(map.Value, 0.01, 1);
        Assert.Contains("rel=shares-a-label", map.ProtocolId, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(_run.File("features"), "*.features"));
    }

    [Theory]
    [InlineData("of: drawn", "images that lie in data.path are needed")]
    [InlineData("of: mosaic", "images that lie in data.path are needed")]
    [InlineData("from: train", "one is null and the other is not")]
    [InlineData("tiles: 1", "a whole number from 2 to 8 is needed")]
    public void What_cannot_be_composed_is_refused(string key, string needed) =>
        Assert.Contains(needed, Assert.Throws<InvalidDataException>(() => _run.Load([.. Mosaics("seed: 2"), $"data.mosaic.{key.Replace(": ", "=", StringComparison.Ordinal)}"])).Message, StringComparison.Ordinal);

    [Fact]
    public void The_keys_of_mosaics_need_their_source() =>
        Assert.Contains("it needs source: mosaic", Assert.Throws<InvalidDataException>(() => _run.Load("data.mosaic={tiles: 2}")).Message, StringComparison.Ordinal);

    private string[] Mosaics(string more) =>
        ["data.source=mosaic", $"data.mosaic={{of: folder, pixels: 16, from: null, query-from: null, train: 16, database: 12, query: 8, {more}}}", "data.protocol=splits"];

    private string[] Frozen => ["data.augment=null", "model={backbone: convnet, head: hash, bits: 16, freeze: backbone, features-cache: true, features-folder: " + _run.File("features") + "}", "steps=4", "data.validation={kind: none}"];
}
