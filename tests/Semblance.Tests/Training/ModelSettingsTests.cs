using Semblance.Models;
using Semblance.Models.Layers;
using Semblance.Tensors;
using Semblance.Tensors.Images;
using Semblance.Training;
using Semblance.Training.Optimizers;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>What recipes say of models and their input, followed up to the model and the pixels.</summary>
public sealed class ModelSettingsTests
{
    private static Recipe Read(params string[] settings) =>
        Recipe.Parse("data: {path: photos, size: 32}\nmodel: {backbone: convnet, dim: 4}\nobjective: [{loss: multi-similarity}]", "recipe.yaml", TrainingRun.Catalogue, settings);

    private static Tensor Images() => Tensor.From(Array.ConvertAll(Enumerable.Range(0, 2 * 3 * 32 * 32).ToArray(), i => MathF.Sin(0.37f * i)), 2, 3, 32, 32);

    [Fact]
    public void Published_pixel_values_are_chosen_by_one_word()
    {
        Assert.Equal(Normalization.ImageNet, DataOpening.Transform(Read().Data, augment: false).Normalization);
        Assert.Equal(Normalization.Caffe, DataOpening.Transform(Read("data.normalization=caffe").Data, augment: false).Normalization);
        Assert.Equal(Normalization.Signed, DataOpening.Transform(Read("data.normalization=signed").Data, augment: false).Normalization);
        Assert.Equal(Normalization.None, DataOpening.Transform(Read("data.normalization=unit").Data, augment: false).Normalization);
        Recipe own = Read("data.normalization=caffe", "data.mean=[0.5, 0.4, 0.3]");
        Assert.Equal(new Normalization([0.5f, 0.4f, 0.3f], Normalization.Caffe.Std, blueFirst: true), DataOpening.Transform(own.Data, augment: false).Normalization);
        Assert.Equal(own.Data, Recipe.Parse(own.Resolve(), "resolved.yaml", TrainingRun.Catalogue).Data);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("embedding")]
    [InlineData("classifier")]
    public void The_classifier_of_a_recipe_reaches_the_model(string head)
    {
        using TensorScope scope = new();
        string dimensions = head == "embedding" ? "model.dim=4" : "model.dim=null";
        Recipe cosine = Read("objective=[{loss: cross-entropy}]", dimensions, $"model.head={head}", "model.classifier.kind=cosine", "model.classifier.scale=1");
        using Model model = ModelBuilder.Make(cosine, 3);
        Assert.All(model.Outputs(Images()).Logits!.ToArray<float>(), logit => Assert.InRange(logit, -1, 1));
        Assert.Equal(cosine.Model, Recipe.Parse(cosine.Resolve(), "resolved.yaml", TrainingRun.Catalogue).Model);
        using Model plain = ModelBuilder.Make(Read("objective=[{loss: cross-entropy}]", dimensions, $"model.head={head}"), 3);
        Assert.Equal(model.Parameters().Count() + 1, plain.Parameters().Count());
        Assert.Contains("model.classifier.scale has no meaning here; it needs kind: cosine", Assert.Throws<InvalidDataException>(() => Read("model.classifier.scale=1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pooling_reaches_the_backbone()
    {
        using TensorScope scope = new();
        using Model mean = ModelBuilder.Make(Read(), 2), largest = ModelBuilder.Make(Read("model.pooling=max"), 2), bare = ModelBuilder.BackboneOf(Read("model.pooling=max"));
        Assert.Equal((Pooling.Average, Pooling.Max, Pooling.Max), (mean.Backbone.Pooling, largest.Backbone.Pooling, bare.Backbone.Pooling));
        mean.Evaluate();
        largest.Evaluate();
        float[] means = mean.Backbone.Features(Images()).ToArray<float>(), maxima = largest.Backbone.Features(Images()).ToArray<float>();
        Assert.All(means.Zip(maxima), pair => Assert.True(pair.First <= pair.Second));
        Assert.True(maxima.Sum() > means.Sum());
    }

    [Fact]
    public void Kept_features_are_told_apart_by_their_pooling()
    {
        using TinyRun tiny = new(classes: 2, each: 2);
        float[] Read(params string[] settings) => FrozenFeatures.Of(tiny.Load(["data.size=32", "data.augment={}", "model.dropout=0", "model.freeze=backbone", "model.features-cache=true", .. settings]), tiny.File("features"), new Heard())!.Read(tiny.Open());
        float[] means = Read(), maxima = Read("model.pooling=max");
        Assert.NotEqual(means, maxima);
        Assert.Equal(means, Read());
    }

    [Fact]
    public void A_backbone_without_pooling_is_refused_with_what_to_do()
    {
        string message = Assert.Throws<InvalidDataException>(() => ModelBuilder.Make(Read("model.backbone=alexnet", "model.pooling=max"), 2)).Message;
        Assert.Contains("model.pooling: max, and alexnet pools no map", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_learned_scale_of_bits_needs_batch_norm()
    {
        string[] codes = ["objective=[{loss: dpsh}]", "model={backbone: convnet, head: hash, bits: 16}"];
        using Model model = ModelBuilder.Make(Read([.. codes, "model.batch-norm=true", "model.batch-norm-scale=true"]), 2);
        Assert.Contains("head.norm.weight", model.Parameters().Select(parameter => parameter.Name));
        string message = Assert.Throws<InvalidDataException>(() => Read([.. codes, "model.batch-norm-scale=true"])).Message;
        Assert.Contains("model.batch-norm-scale has no meaning here; it needs head: hash and batch-norm: true", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_batch_norm_keeps_its_statistics_while_its_scale_and_shift_learn()
    {
        using TensorScope scope = new();
        using Model model = ModelBuilder.Make(Read("model.freeze=batch-norm"), 2), free = ModelBuilder.Make(Read(), 2);
        float[][] Statistics(Model of) => [.. of.Buffers().Where(item => item.Value.Type == DataType.Float32).Select(item => item.Value.ToArray<float>())];
        float[][] before = Statistics(model);
        model.Train();
        model.Outputs(Images()).Embedding!.Narrow(1, 0, 1).Sum().Backward();
        free.Outputs(Images());
        Assert.Equal(before, Statistics(model));
        Assert.NotEqual(before, Statistics(free));
        Assert.All(model.Parameters(), item => Assert.True(item.Value.RequiresGrad));
        Assert.True(model.Parameters().Single(item => item.Name == "backbone.features.5.weight").Value.Gradient!.Abs().Sum().ToDouble() > 0);
    }

    [Fact]
    public void A_new_layer_learns_ten_times_as_fast_as_the_backbone()
    {
        Recipe recipe = Read("optimizer.lr=3e-5", "optimizer.weight-decay=5e-4", "optimizer.groups=[{match: head., lr-scale: 10}]");
        using Model model = ModelBuilder.Make(recipe, 2);
        Dictionary<bool, ParameterGroup> groups = ParameterGroups.Of(model.Parameters(), recipe.Optimizer).ToDictionary(group => group.Names.All(name => name.StartsWith("head.", StringComparison.Ordinal)));
        Assert.Equal(3e-4, groups[true].LearningRate, 1e-12);
        Assert.Equal(3e-5, groups[false].LearningRate, 1e-12);
        Assert.Equal(["head.linear.weight", "head.linear.bias"], groups[true].Names);
        Assert.All(groups[false].Names, name => Assert.StartsWith("backbone.", name, StringComparison.Ordinal));
    }
}
