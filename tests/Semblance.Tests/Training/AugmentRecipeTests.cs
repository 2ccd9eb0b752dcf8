using Semblance.Data.Loading;
using Semblance.Tensors;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class AugmentRecipeTests
{
    // View 1 and view 2 of NCL's recipe for CIFAR.
    private const string Views = """
        augment: {pad-crop: 4, flip: true, auto-augment: cifar10, cutout: {}}
        second-view: {random-resized-crop: {scale: [0.2, 1]}, flip: true, jitter: {brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.8}, grayscale: 0.2, blur: {}}
        """;

    [Fact]
    public void Two_published_views_are_read_and_handed_to_the_loader()
    {
        DataRecipe recipe = Read(Views);
        Augmentation first = DataOpening.Transform(recipe, augment: true).Augmentation!, second = DataOpening.SecondView(recipe)!.Augmentation!;

        Assert.Equal(new Augmentation { MinScale = 1, MaxScale = 1, MinAspect = 1, MaxAspect = 1, FlipProbability = 0.5, Pad = 4, AutoAugment = true, CutoutHoles = 1, CutoutSide = 16, MinBlur = 1, MaxBlur = 1 }, first);
        Assert.Equal((true, 0.2, 0.8, 0.2, 0.5, 0.1, 2.0), (second.RandomResizedCrop, second.MinScale, second.ColourProbability, second.GreyProbability, second.BlurProbability, second.MinBlur, second.MaxBlur));
        Assert.Null(DataOpening.Transform(recipe, augment: false).Augmentation);
        Assert.Null(DataOpening.SecondView(Read("augment: {flip: true}")));
        Assert.Null(DataOpening.SecondView(Read("second-view: {}"))!.Augmentation);
        Assert.Equal(new RandAugmentOptions { Operations = 3, Magnitude = 10, Deviation = 0.5, Probability = 0.5 }, DataOpening.Transform(Read("augment: {rand-augment: {operations: 3, magnitude: 10, deviation: 0.5, probability: 0.5}}"), augment: true).Augmentation!.RandAugment);
    }

    [Theory]
    [InlineData("augment: {auto-augment: cifar10, rand-augment: {}}", "data.augment has both auto-augment and rand-augment")]
    [InlineData("second-view: {blur: {sigma: [2, 1]}}", "data.second-view.blur.sigma is [2, 1]; the smaller number comes first")]
    [InlineData("augment: {cutout: {side: 0}}", "a whole number from 1 to 4096 is needed")]
    [InlineData("augment: {rand-augment: {magnitude: 11}}", "a number from 0 to 10 is needed")]
    [InlineData("augment: {auto-augment: imagenet}", "none or cifar10 is needed")]
    public void Settings_that_do_not_fit_are_refused(string lines, string needed) =>
        Assert.Contains(needed, Assert.Throws<InvalidDataException>(() => Read(lines)).Message, StringComparison.Ordinal);

    [Fact]
    public void Features_that_are_kept_have_no_second_view() =>
        Assert.Contains("data.second-view changes the images", Assert.Throws<InvalidDataException>(
            () => Recipe.Parse("data: {path: x, second-view: {flip: true}}\nmodel: {backbone: convnet, freeze: backbone, features-cache: true}\nobjective: [{loss: multi-similarity}]\n", "x.yaml", TrainingRun.Catalogue)).Message, StringComparison.Ordinal);

    [Fact]
    public void Batches_of_a_run_carry_both_views()
    {
        using TinyRun run = new();
        Recipe recipe = run.Load("data.second-view={flip: true, blur: {probability: 1}}", "sampler={kind: shuffle, batch: 6}");
        using TrainingJob job = new(recipe, run.Open());
        using StepBatches batches = new(job, run.File("features"), new Heard());
        using StepBatch batch = batches.From(3).First();
        using TensorScope scope = new();
        Tensor second = batch.SecondImages(Device.Cpu, 2, 3)!;

        Assert.Equal([3, 3, 16, 16], second.Shape.ToArray());
        using TrainingJob plainJob = new(run.Load("sampler={kind: shuffle, batch: 6}"), run.Open());
        using StepBatches plain = new(plainJob, run.File("features"), new Heard());
        using StepBatch alone = plain.From(3).First();
        Assert.Equal(batch.Indices, alone.Indices);
        Assert.Null(alone.SecondImages(Device.Cpu, 0, 6));
    }

    private static DataRecipe Read(string lines) => Recipe.Parse(
        $"data:\n  path: x\n{string.Concat(lines.Split('\n').Select(line => $"  {line}\n"))}model: {{backbone: convnet}}\nobjective: [{{loss: multi-similarity}}]\n", "tiny.yaml", TrainingRun.Catalogue).Data;
}
