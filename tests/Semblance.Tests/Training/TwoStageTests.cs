using Semblance.Models;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;
using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class TwoStageTests
{
    private static readonly string[] Base = ["objective=[{loss: cross-entropy}]", "optimizer.groups=[]", "ema=null", "accumulate=1", "data.augment=null", "sampler={kind: class-balanced, batch: 8, per-class: 2}", "steps=6", "validate={every: 3, metric: per-class}"];

    private static string Model(string more = "") => $"model={{backbone: convnet, head: classifier, hidden: 12{more}}}";

    [Fact]
    public void Retraining_draws_the_classifier_anew_and_moves_nothing_else()
    {
        using TinyRun tiny = new();
        TrainingRun.Run(tiny.Load([.. Base, Model()]), tiny.File("first"), false, new Heard());
        Recipe second = tiny.Load([.. Base, Model($", from: '{tiny.File("first")}', fresh: [classifier], freeze: features, features-cache: true"), "seed=8"]);
        Dictionary<string, float[]> first = Weights(tiny.File("first/model.safetensors")), start;
        using (Model model = ModelBuilder.Make(second, 4))
        {
            start = model.State().Where(item => item.Parameter.Value.Type == DataType.Float32).ToDictionary(item => item.Name, item => item.Parameter.Value.ToArray<float>());
        }

        TrainingRun.Run(second, tiny.File("second"), false, new Heard());
        Dictionary<string, float[]> trained = Weights(tiny.File("second/model.safetensors"));

        Assert.Equal(first.Keys.Order(StringComparer.Ordinal), trained.Keys.Order(StringComparer.Ordinal));
        foreach (string name in first.Keys)
        {
            bool isClassifier = name.StartsWith("head.linear.", StringComparison.Ordinal);
            Assert.Equal(!isClassifier, first[name].SequenceEqual(start[name]));
            Assert.Equal(!isClassifier, first[name].SequenceEqual(trained[name]));
        }
    }

    [Fact]
    public void Scaling_begins_as_the_first_stage_and_learns_one_factor_a_class()
    {
        using TinyRun tiny = new();
        RunResults before = TrainingRun.Run(tiny.Load([.. Base, Model()]), tiny.File("first"), false, new Heard());
        string[] scaled = [.. Base, Model($", from: '{tiny.File("first")}', freeze: weights, classifier: {{class-scales: true}}"), "optimizer.lr=0.1"];
        using (TrainingJob job = new(tiny.Load(scaled), tiny.Open()))
        {
            Assert.Equal(["head.linear.scale"], job.Model.Parameters().Where(parameter => parameter.Value.RequiresGrad).Select(parameter => parameter.Name));
            Assert.Equal(4, job.Optimizer.Parameters.Sum(parameter => parameter.Count));
            EncodeQueries(job, before);
        }

        RunResults after = TrainingRun.Run(tiny.Load([.. scaled, "evaluation.post-hoc=[tau-norm]", "evaluation.tau-norm=0"]), tiny.File("second"), false, new Heard());

        Dictionary<string, float[]> first = Weights(tiny.File("first/model.safetensors")), second = Weights(tiny.File("second/model.safetensors"));
        Assert.All(first, weight => Assert.Equal(weight.Value, second[weight.Key]));
        Assert.Contains(second["head.linear.scale"], factor => factor != 1);
        // With tau 0 only the bias is gone, which the factors scale as well.
        float[] biases = [.. first["head.linear.bias"].Zip(second["head.linear.scale"], (bias, scale) => bias * scale)];
        int right = after.Query.Items.Labels.Where((labels, row) => Enumerable.Range(0, 4).MaxBy(label => after.Query.Encoded.Logits[(row * 4) + label] - biases[label]) == labels[0]).Count();
        Assert.Equal((double)right / after.Query.Items.Count, after.Models[1].Scores[0].Value, 1e-9);
    }

    [Fact]
    public void A_backbone_goes_on_under_another_head()
    {
        using TinyRun tiny = new();
        TrainingRun.Run(tiny.Load([.. Base, Model()]), tiny.File("first"), false, new Heard());

        using Model model = ModelBuilder.Make(tiny.Load($"model={{backbone: convnet, head: hash, bits: 8, from: '{tiny.File("first/model.safetensors")}', fresh: [head]}}"), 4);

        Dictionary<string, float[]> first = Weights(tiny.File("first/model.safetensors"));
        Assert.All(model.Backbone.Parameters(), parameter => Assert.Equal(first["backbone." + parameter.Name], parameter.Value.ToArray<float>()));
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_the_key()
    {
        using TinyRun tiny = new();
        TrainingRun.Run(tiny.Load([.. Base, Model(), "steps=1", "validate.every=1"]), tiny.File("first"), false, new Heard());
        string Fault(params string[] settings) => Assert.Throws<InvalidDataException>(() => ModelBuilder.Make(tiny.Load([.. Base, .. settings]), 4).Dispose()).Message;

        Assert.Contains("model.from is nowhere, which is not there", Fault(Model(", from: nowhere")), StringComparison.Ordinal);
        Assert.Contains("no run, or one that has not ended", Fault(Model($", from: '{tiny.Images}'")), StringComparison.Ordinal);
        Assert.Contains("Misshapen", Fault($"model={{backbone: convnet, head: classifier, hidden: 5, from: '{tiny.File("first")}'}}"), StringComparison.Ordinal);
        Assert.Contains("Missing (2): classifier.linear.weight", Fault($"model={{backbone: convnet, head: none, from: '{tiny.File("first")}'}}"), StringComparison.Ordinal);
        Assert.Contains("begins with one of them", Fault(Model(", from: a, weights: b")), StringComparison.Ordinal);
        Assert.Contains("set model.classifier.class-scales to true", Fault(Model(", freeze: weights")), StringComparison.Ordinal);
        Assert.Contains("it needs from", Fault(Model(", fresh: [head]")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipes_of_both_stages_are_of_the_same_images_and_shape()
    {
        static Recipe Load(string name, params string[] settings) => Recipe.Load(Repository.File($"recipes/{name}.yaml"), TrainingRun.Catalogue, settings);
        Recipe first = Load("crt-cifar100-lt-first"), second = Load("crt-cifar100-lt"), scaled = Load("crt-cifar100-lt", "model.fresh=[]", "model.freeze=weights", "model.classifier.class-scales=true");

        Assert.Equal(first.Data, second.Data);
        Assert.Equal(first.Model, second.Model with { From = null, Fresh = [], Freeze = Freeze.None });
        Assert.Equal(second.Model with { Fresh = [], Freeze = Freeze.Weights }, scaled.Model with { Classifier = second.Model.Classifier });
        string page = File.ReadAllText(Repository.File("docs/recipes.md"));
        Assert.All(new[] { first, second }, recipe => Assert.Contains($"\n| `recipes/{recipe.Name}.yaml` |", page, StringComparison.Ordinal));
    }

    /// <summary>The scores of a job's model before its first step are those of an earlier run.</summary>
    private static void EncodeQueries(TrainingJob job, RunResults before)
    {
        RunResults now = new RunEvaluation(job.Recipe, job.Parts, new Heard()).Run(job.Model);

        Assert.All(before.Query.Encoded.Logits.Zip(now.Query.Encoded.Logits), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static Dictionary<string, float[]> Weights(string path)
    {
        using WeightFile file = WeightFile.Open(path);
        return file.Tensors.Where(entry => entry.Value.Type == DataType.Float32).ToDictionary(entry => entry.Key, entry =>
        {
            float[] values = new float[entry.Value.Shape.ToArray().Aggregate(1L, (product, size) => product * size)];
            entry.Value.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        });
    }
}
