using Semblance.Evaluation;
using Semblance.Training;
using Xunit;
using static Semblance.Tests.Training.TestLosses;

namespace Semblance.Tests.Training;

public sealed class RecipeTests
{
    [Fact]
    public void The_smallest_recipe_has_the_documented_defaults()
    {
        Recipe recipe = Read(Smallest);

        Assert.Equal("photos", recipe.Name);
        Assert.Equal((0, 0, "cpu", Precision.Float32), (recipe.Seed, recipe.Threads, recipe.Device, recipe.Precision));
        Assert.Equal(new DataRecipe { Path = "photos" }, recipe.Data);
        Assert.Equal(new ModelRecipe { Backbone = "convnet" }, recipe.Model);
        Assert.Equal([new TermRecipe("multi-similarity", "multi-similarity", 1, new(), new MultiSimilarity { Beta = 50 })], recipe.Objective);
        Assert.Equal(new SamplerRecipe(), recipe.Sampler);
        Assert.Equal(new OptimizerRecipe(), recipe.Optimizer);
        Assert.Equal(new ScheduleRecipe(), recipe.Schedule);
        Assert.Equal((null, 10, 1), (recipe.Steps, recipe.Epochs, recipe.Accumulate));
        Assert.Null(recipe.Ema);
        Assert.Equal(new EvaluationRecipe(), recipe.Evaluation);
    }

    [Fact]
    public void Every_key_is_read_into_its_place()
    {
        Recipe recipe = Read(Full);

        Assert.Equal("full: \"one\"", recipe.Name);
        Assert.Equal((7, 2, "cuda:1", Precision.Autocast), (recipe.Seed, recipe.Threads, recipe.Device, recipe.Precision));
        Assert.Equal(DataSource.Manifest, recipe.Data.Source);
        Assert.Equal(("a.csv", "b.csv", "worse label"), (recipe.Data.Path, recipe.Data.Labels, recipe.Data.LabelColumn));
        Assert.Equal((Protocols.PerClass, 3), (recipe.Data.Protocol, recipe.Data.SplitSeed));
        Assert.Equal(new PerClassRecipe { Query = Amount.Count(100), Train = Amount.Fraction(0.5), Database = SearchedImages.WithoutTraining }, recipe.Data.PerClass);
        Assert.Equal(new ValidationRecipe { Kind = ValidationKind.Split, Split = "val" }, recipe.Data.Validation);
        Assert.Equal((96, Fit.Crop, 112), (recipe.Data.Size, recipe.Data.Fit, recipe.Data.Resize));
        Assert.Equal([0.5, 0.5, 0.5], recipe.Data.Mean);
        Assert.Equal([0.25, 0.25, 0.25], recipe.Data.Std);
        Assert.Equal(
            new AugmentRecipe { RandomResizedCrop = new() { Scale = [0.16, 1], Aspect = [0.75, 1.5] }, Flip = true, Jitter = new() { Brightness = 0.4, Contrast = 0.3, Saturation = 0.2, Hue = 0.1 } },
            recipe.Data.Augment);
        Assert.Equal(new ModelRecipe { Backbone = "resnet18", Weights = "r.pth", Head = HeadKind.Hash, Bits = 16, Freeze = Freeze.BatchNorm, Dropout = 0.5 }, recipe.Model);
        Assert.Equal(
            [
                new TermRecipe("metric", "hhf", 2, new() { Kind = RelationKind.SharesAtLeast, Threshold = 3 }, new Hhf(0.25, HhfVariant.ProxyAnchor, 8)),
                new TermRecipe("cross-entropy", "cross-entropy", 0.1, new(), new CrossEntropy(0.1)),
            ],
            recipe.Objective);
        Assert.Equal(new SamplerRecipe { Kind = SamplerKind.ClassBalanced, Batch = 80, PerClass = 5 }, recipe.Sampler);
        Assert.Equal(
            new OptimizerRecipe
            {
                Kind = OptimizerKind.Sgd,
                LearningRate = 3e-5,
                Momentum = 0.8,
                Nesterov = true,
                WeightDecay = 5e-4,
                ClipNorm = 1,
                Groups = [new() { Match = "backbone.", LearningRateScale = 0.1 }, new() { Match = "*.bias", LearningRate = 0.5, WeightDecay = 0 }],
            },
            recipe.Optimizer);
        Assert.Equal(new ScheduleRecipe { Kind = ScheduleKind.Step, Warmup = 10, WarmupFrom = 0.1, Milestones = [1200, 2400], Gamma = 0.5 }, recipe.Schedule);
        Assert.Equal((3000, null, 2), (recipe.Steps, recipe.Epochs, recipe.Accumulate));
        Assert.Equal(new EmaRecipe { Decay = 0.99 }, recipe.Ema);
        Assert.Equal(new CheckpointRecipe { Every = 50, Keep = 3 }, recipe.Checkpoint);
        Assert.Equal(new ValidateRecipe { Every = 100, Metric = "map@1000", Patience = 5 }, recipe.Validate);
        Assert.Equal(
            new EvaluationRecipe { MapAt = [int.MaxValue, 5000], RecallAt = [1, 10], Radius = null, Baselines = [Baseline.Itq, Baseline.RandomProjection], Overlap = OverlapRule.Exclude },
            recipe.Evaluation);
    }

    [Fact]
    public void The_resolved_recipe_reads_back_as_the_same_recipe_and_the_same_text()
    {
        foreach (string text in new[] { Smallest, Full })
        {
            Recipe recipe = Read(text);

            Recipe again = Recipe.Parse(recipe.Resolve(), "elsewhere.yaml", Catalogue);

            Assert.Equal(recipe, again);
            Assert.Equal(recipe.Resolve(), again.Resolve());
        }
    }

    [Fact]
    public void Two_recipes_that_differ_in_a_loss_option_differ()
    {
        Assert.NotEqual(Read(Smallest), Read(Smallest, "objective.0.beta=40"));
    }

    [Fact]
    public void The_resolved_recipe_writes_every_default_out()
    {
        string text = Read(Smallest).Resolve();

        Assert.StartsWith("name: photos\nseed: 0\nthreads: 0\ndevice: cpu\n", text, StringComparison.Ordinal);
        Assert.Contains("\noptimizer:\n  kind: adamw\n  lr: 0.001\n  weight-decay: 0\n  betas: [0.9, 0.999]\n  eps: 1.0e-08\n", text, StringComparison.Ordinal);
        Assert.Contains("\nobjective:\n- loss: multi-similarity\n  name: multi-similarity\n  weight: 1\n", text, StringComparison.Ordinal);
        Assert.Contains("  alpha: 2\n  beta: 50\n", text, StringComparison.Ordinal);
        Assert.Contains("\nema: null\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("momentum", text, StringComparison.Ordinal);
        Assert.DoesNotContain("milestones", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_metric_of_validation_follows_the_head()
    {
        Assert.Equal("recall@1", Read(Smallest).Validate.Metric);
        Assert.Equal("map@all", Read(Smallest, "model.head=hash").Validate.Metric);
        Assert.Equal("accuracy", Read(Smallest, "model.head=classifier").Validate.Metric);
    }

    [Fact]
    public void Validation_of_a_class_disjoint_protocol_holds_out_classes()
    {
        Assert.Equal(ValidationKind.Images, Read(Smallest).Data.Validation.Kind);
        Assert.Equal(ValidationKind.Classes, Read(Smallest, "data.protocol=class-disjoint").Data.Validation.Kind);
    }

    [Theory]
    [InlineData("optimizer.lr=0.5", "lr: 0.5")]
    [InlineData("optimizer.lr=1e-5", "lr: 1.0e-05")]
    [InlineData("data.augment.random-resized-crop.scale=[0.2, 0.9]", "scale: [0.2, 0.9]")]
    [InlineData("data.augment.random-resized-crop={}", "aspect: [0.75, 1.3333333333333333]")]
    [InlineData("objective.0.weight=3", "weight: 3")]
    [InlineData("objective.multi-similarity.beta=40", "beta: 40")]
    [InlineData("objective=[{loss: hhf, zeta: auto}]", "zeta: auto")]
    [InlineData("evaluation.map-at=[all, 100]", "map-at: [all, 100]")]
    [InlineData("data.label-column=a=b", "label-column: a=b")]
    [InlineData("name=007", "name: \"007\"")]
    public void A_setting_changes_its_key(string setting, string line)
    {
        string resolved = Read(Smallest, setting).Resolve();

        Assert.Contains($" {line}\n", $" {resolved}", StringComparison.Ordinal);
        Assert.Equal(resolved, Recipe.Parse(resolved, "photos.yaml", Catalogue).Resolve());
    }

    [Fact]
    public void Of_two_settings_of_a_key_the_last_holds()
    {
        Assert.Equal(0.2, Read(Smallest, "optimizer.lr=0.1", "optimizer.lr=0.2").Optimizer.LearningRate);
    }

    [Theory]
    [InlineData("backbone.", "backbone.conv1.weight", true)]
    [InlineData("backbone.", "head.weight", false)]
    [InlineData("*.bias", "backbone.conv1.bias", true)]
    [InlineData("*.bias", "backbone.bias.weight", false)]
    [InlineData("backbone.*.weight", "backbone.conv1.weight", true)]
    [InlineData("*norm*", "backbone.layer1.norm2.weight", true)]
    public void A_group_takes_parameters_by_prefix_or_pattern(string match, string parameter, bool belongs)
    {
        Assert.Equal(belongs, new ParameterGroupRecipe { Match = match }.Matches(parameter));
    }

    [Theory]
    [InlineData("20", 7, 7)]
    [InlineData("20", 70, 20)]
    [InlineData("0.1", 70, 7)]
    [InlineData("0.1", 3, 1)]
    [InlineData("0.5", 5, 3)]
    [InlineData("rest", 12, 12)]
    public void An_amount_is_a_count_a_fraction_or_the_rest(string text, int available, int expected)
    {
        Assert.True(Amount.TryParse(text, out Amount amount));
        Assert.Equal(expected, amount.Of(available));
        Assert.Equal(text, amount.ToString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("half")]
    [InlineData("NaN")]
    [InlineData("")]
    public void Anything_else_is_no_amount(string text) => Assert.False(Amount.TryParse(text, out _));

    [Fact]
    public void A_recipe_is_loaded_from_its_file()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("semblance-recipe-").FullName, "cars.yaml");
        File.WriteAllText(path, Smallest);

        Assert.Equal("cars", Recipe.Load(path, Catalogue).Name);
    }

    internal const string Full = """
        name: 'full: "one"'
        seed: 7
        threads: 2
        device: cuda:1
        precision: autocast
        data:
          source: manifest
          path: a.csv
          labels: b.csv
          label-column: worse label
          protocol: per-class
          split-seed: 3
          per-class: {query: 100, train: 0.5, database: without-training}
          validation: {kind: split, split: val}
          size: 96
          fit: crop
          resize: 112
          mean: [0.5, 0.5, 0.5]
          std: [0.25, 0.25, 0.25]
          augment:
            random-resized-crop: {scale: [0.16, 1.0], aspect: [0.75, 1.5]}
            flip: true
            jitter: {brightness: 0.4, contrast: 0.3, saturation: 0.2, hue: 0.1}
        model:
          backbone: resnet18
          weights: r.pth
          head: hash
          bits: 16
          freeze: batch-norm
          dropout: 0.5
        objective:
          - {name: metric, loss: hhf, weight: 2, zeta: 0.25, alpha: 8, relation: {kind: shares-at-least, threshold: 3}}
          - {loss: cross-entropy, weight: 0.1, label-smoothing: 0.1}
        sampler: {kind: class-balanced, batch: 80, per-class: 5}
        optimizer:
          kind: sgd
          lr: 3e-5
          momentum: 0.8
          nesterov: true
          weight-decay: 5e-4
          clip-norm: 1
          groups:
            - {match: backbone., lr-scale: 0.1}
            - {match: "*.bias", lr: 0.5, weight-decay: 0}
        schedule: {kind: step, warmup: 10, warmup-from: 0.1, milestones: [1200, 2400], gamma: 0.5}
        steps: 3000
        accumulate: 2
        ema: {decay: 0.99}
        checkpoint: {every: 50, keep: 3}
        validate: {every: 100, metric: map@1000, patience: 5}
        evaluation: {map-at: [all, 5000], recall-at: [1, 10], radius: null, baselines: [itq, random-projection], overlap: exclude}

        """;
}
