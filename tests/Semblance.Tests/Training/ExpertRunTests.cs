using Semblance.Models.Experts;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>Runs of models with experts, from recipes: settings, resumption, and what becomes of a model.</summary>
public sealed class ExpertRunTests
{
    private static readonly string[] Ecl =
    [
        "objective=[{loss: ecl, queue: 16}]", "model={backbone: convnet_slim, head: classifier, experts: {count: 2, shared-stages: 3, hidden: 8, dropout: 0.2, projection: 6, momentum: 0.9}}",
        "optimizer.groups=[]", "validate.metric=accuracy", "data.size=16",
    ];

    private static Recipe Read(params string[] settings) =>
        Recipe.Parse("data: {path: photos, size: 32}\nmodel: {backbone: convnet, head: classifier, experts: {}}\nobjective: [{loss: expert-softmax}]", "recipe.yaml", TrainingRun.Catalogue, settings);

    [Theory]
    [InlineData("after-step")]
    [InlineData("before-step")]
    public void A_run_that_was_interrupted_ends_with_the_same_bits(string update)
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load([.. Ecl, "steps=6", "checkpoint.every=2", $"model.experts.momentum-update={update}"]);
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => TrainingRun.Run(recipe, tiny.File("cut"), false, new Heard { OnStep = report => { if (report.Step == 3) { stop.Cancel(); } } }, stop.Token));
        TrainingRun.Run(recipe, tiny.File("cut"), true, new Heard());
        ResumeTests.AssertSameRun(tiny.File("whole"), tiny.File("cut"));
        using WeightFile kept = WeightFile.Open(Directory.GetFiles(tiny.File("cut/checkpoints")).Max(StringComparer.Ordinal)!);
        Assert.Contains("objective/ecl.queue.keys", kept.Tensors.Keys);
        Assert.Contains("momentum/experts.1.projection.2.weight", kept.Tensors.Keys);
        Assert.Contains("momentum/backbone.shared.features.0.weight", kept.Tensors.Keys);
        using WeightFile model = WeightFile.Open(tiny.File("cut/model.safetensors"));
        Assert.DoesNotContain(model.Tensors.Keys, name => name.Contains("momentum", StringComparison.Ordinal) || name.Contains("queue", StringComparison.Ordinal));
    }

    [Fact]
    public void Kept_features_train_experts_and_resume_to_the_same_bits()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load([.. Ecl, "model={backbone: convnet_slim, head: hash, bits: 8, freeze: backbone, features-cache: true, experts: {hidden: 8, dropout: 0.3, projection: 4}}", "data.augment={}", "objective=[{loss: ecl, queue: 16}, {loss: hhf}]", "steps=4", "checkpoint.every=2", "validate.metric=map@all"]);
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => TrainingRun.Run(recipe, tiny.File("cut"), false, new Heard { OnStep = report => { if (report.Step == 3) { stop.Cancel(); } } }, stop.Token));
        TrainingRun.Run(recipe, tiny.File("cut"), true, new Heard());
        ResumeTests.AssertSameRun(tiny.File("whole"), tiny.File("cut"));
    }

    [Fact]
    public void Parts_are_switched_off_by_settings_alone()
    {
        using TinyRun tiny = new();
        string[] Parts(params string[] settings)
        {
            Heard heard = new();
            TrainingRun.Run(tiny.Load([.. Ecl, "steps=1", .. settings]), tiny.File($"run-{string.Join('-', settings).Replace('.', '_')}"), false, heard);
            return [.. heard.Steps[0].Terms.Select(term => term.Key).Where(name => name.StartsWith("ecl.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }
        Assert.Equal(["ecl.contrast", "ecl.distillation", "ecl.feature", "ecl.softmax"], Parts());
        Assert.Equal(["ecl.contrast", "ecl.feature", "ecl.softmax"], Parts("objective.0.lambda-kd=0"));
        Assert.Equal(["ecl.distillation", "ecl.softmax"], Parts("objective.ecl.lambda-contrast=0", "objective.ecl.lambda-feature=0", "model.experts.projection=null"));
    }

    [Fact]
    public void Nothing_is_copied_where_nothing_is_contrasted()
    {
        using TinyRun tiny = new();
        using TrainingJob with = new(tiny.Load(Ecl), tiny.Open()), without = new(tiny.Load([.. Ecl, "objective.ecl.lambda-contrast=0"]), tiny.Open());
        Assert.NotNull(with.Momentum);
        Assert.Null(without.Momentum);
    }

    [Fact]
    public void A_second_view_gives_the_keys_and_is_asked_for()
    {
        using TinyRun tiny = new();
        using TrainingJob without = new(tiny.Load([.. Ecl, "model.experts.dropout=0"]), tiny.Open()), with = new(tiny.Load([.. Ecl, "model.experts.dropout=0", "data.second-view={flip: true, pad-crop: 4}"]), tiny.Open());
        Assert.Contains("neither a second view nor dropout", Assert.Single(without.Warnings), StringComparison.Ordinal);
        Assert.Empty(with.Warnings);
        Assert.Equal(Keys(without).Own, Keys(without).Keys);
        Assert.NotEqual(Keys(with).Own, Keys(with).Keys);

        static (float[] Own, float[] Keys) Keys(TrainingJob job)
        {
            using TensorScope scope = new();
            using StepBatches batches = new(job, "unused", new Heard());
            using StepBatch batch = batches.From(0).First();
            return (batch.Run(job.Model, job.Device).Experts!.Projections!.ToArray<float>(), batch.Keys(job.Momentum!, job.Device, 0, batch.Indices.Length).ToArray<float>());
        }
    }

    [Fact]
    public void Chunks_have_the_gradient_of_the_whole_batch()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load([.. Ecl, "model={backbone: convnet_slim, head: classifier, freeze: backbone, experts: {hidden: 8, projection: 6}}", "sampler.batch=8"]);
        Assert.Equal(Gradient(recipe, tiny, null), Gradient(recipe, tiny, 3), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    private static double[] Gradient(Recipe recipe, TinyRun tiny, int? chunk)
    {
        Torch.Seed(1);
        using TrainingJob job = new(recipe, tiny.Open());
        using StepBatches batches = new(job, "unused", new Heard());
        using StepBatch batch = batches.From(0).First();
        using TensorScope scope = new();
        ForwardPass pass = chunk is { } images ? ChunkedPass.Of(job, job.Parts.Train, batch, 0, 0, images) : ForwardPass.Of(job, job.Parts.Train, batch, 0, 0);
        pass.Backward(1);
        return [.. Autograd.Gradients([.. job.Model.Parameters().Where(parameter => parameter.Value.RequiresGrad).Select(parameter => parameter.Value)]).SelectMany(gradient => gradient!.ToArray<float>()).Select(value => (double)value)];
    }

    [Theory]
    [InlineData("ncl, queue: 16", "count: 3, distillation: false, projection: 6")]
    [InlineData("ride", "count: 3")]
    [InlineData("sade", "count: 3")]
    [InlineData("paco, queue: 16", "count: 1, projection: 6")]
    [InlineData("co-teaching", "count: 2")]
    [InlineData("cross-entropy", "count: 3, ensemble: softmax")]
    public void Every_loss_trains_from_a_recipe(string loss, string experts)
    {
        using TinyRun tiny = new();
        Heard heard = new();
        TrainingRun.Run(tiny.Load([.. Ecl, $"objective=[{{loss: {loss}}}]", $"model.experts={{{experts}, shared-stages: 3}}", "steps=3"]), tiny.File("run"), false, heard);
        Assert.All(heard.Steps, step => Assert.True(double.IsFinite(step.Loss)));
    }

    [Fact]
    public void Settings_reach_the_experts()
    {
        using TensorScope scope = new();
        Recipe recipe = Read("model.experts={count: 4, shared-stages: 2, hidden: 6, dropout: 0.1, distillation: true, projection: 5, ensemble: softmax, prediction: both, momentum: 0.5, momentum-update: before-step}", "model.classifier={kind: cosine, scale: 20}");
        using Semblance.Models.Model model = ModelBuilder.Make(recipe, 7);
        ExpertOptions options = model.Experts!.Options;
        Assert.Equal((4, 6, 0.1, 5, EnsembleKind.Softmax, ExpertPrediction.Both, 20.0), (options.Count, options.Hidden, options.Dropout, options.Projection, options.Ensemble, options.Prediction, options.Classifier.Scale));
        Assert.Equal((2, 0.5, MomentumUpdate.BeforeStep), (recipe.Model.Experts!.SharedStages, recipe.Model.Experts.Momentum, recipe.Model.Experts.Update));
        Assert.Equal(recipe.Model, Recipe.Parse(recipe.Resolve(), "resolved.yaml", TrainingRun.Catalogue).Model);
        Assert.Null(Read("model.experts=null").Model.Experts);
        Assert.Null(Read("model.freeze=backbone").Model.Experts!.SharedStages);
    }

    [Theory]
    [InlineData("shared-stages is 1", "model.freeze=backbone", "model.experts.shared-stages=1")]
    [InlineData("networks of their own", "model.from=runs/first", "model.freeze=features", "model.features-cache=true")]
    [InlineData("prediction needs", "model.experts.prediction=distilled", "model.experts.distillation=false")]
    [InlineData("model.hidden and model.dropout", "model.hidden=4")]
    [InlineData("model.experts.momentum", "model.experts.momentum=1")]
    [InlineData("model.experts.count", "model.experts.count=0")]
    public void Settings_that_contradict_each_other_are_refused(string reason, params string[] settings) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Read(settings)).Message, StringComparison.Ordinal);

    [Fact]
    public void Stages_that_the_backbone_lacks_are_named()
    {
        string message = Assert.Throws<InvalidDataException>(() => ModelBuilder.Make(Read("model.experts.shared-stages=9"), 2)).Message;
        Assert.Contains("shared-stages: 9", message, StringComparison.Ordinal);
        Assert.Contains("0 to 3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_the_model_does_not_serve_says_what_to_set()
    {
        using TinyRun tiny = new();
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => new TrainingJob(tiny.Load([.. Ecl, "model.experts.projection=null"]), tiny.Open()));
        Assert.Contains("model.experts.projection", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<InvalidDataException>(() => new TrainingJob(tiny.Load([.. Ecl, "sampler={kind: shuffle, batch: 7}", "objective.ecl.queue=14"]), tiny.Open()));
        Assert.Contains("sampler.drop-last", fault.Message, StringComparison.Ordinal);
    }
}
