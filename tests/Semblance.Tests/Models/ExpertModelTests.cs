using Semblance.Models;
using Semblance.Models.Backbones;
using Semblance.Models.Experts;
using Semblance.Models.Heads;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Models;

/// <summary>Models with experts: networks of their own or shared, what they give, what they save.</summary>
public sealed class ExpertModelTests
{
    private static readonly ExpertOptions Two = new() { Count = 2, Projection = 5 };

    private static Tensor Images(int count = 3, int side = 32) => Tensor.From(Array.ConvertAll(Enumerable.Range(0, count * 3 * side * side).ToArray(), i => MathF.Sin(0.37f * i)), count, 3, side, side);

    private static Model Make(int sharedStages, ExpertOptions? options = null, Head? head = null, string backbone = "convnet_slim")
    {
        ExpertOptions given = options ?? Two;
        ExpertBackbone networks = ExpertBackbone.Of(() => BackboneCatalogue.Find(backbone).Create(null), given.Count, sharedStages);
        Model model = new(networks, head, null, new ExpertHeads(networks.FeatureCount, 4, given, ownInputs: true));
        model.Initialize(3);
        return model;
    }

    public static TheoryData<string, int> Backbones => new()
    {
        { "convnet", 0 }, { "convnet", 1 }, { "convnet", 3 }, { "convnet_slim", 4 }, { "cifar_resnet20", 1 }, { "cifar_resnet20", 2 }, { "resnet18", 0 }, { "resnet18", 3 }, { "squeezenet1_1", 0 }, { "mobilenet_v2", 0 },
    };

    [Theory]
    [MemberData(nameof(Backbones))]
    public void Every_network_is_the_backbone_itself(string name, int shared)
    {
        using TensorScope scope = new();
        using Backbone single = BackboneCatalogue.Find(name).Create(null);
        single.Initialize(8);
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            single.Save(file);
            using ExpertBackbone networks = ExpertBackbone.Of(() => BackboneCatalogue.Find(name).Create(null), 3, shared);
            networks.LoadFeatures(file);
            single.Evaluate();
            networks.Evaluate();
            Tensor images = Images(2, name == "squeezenet1_1" ? 64 : 32), expected = single.Features(images), features = networks.Features(images);
            Assert.Equal([2, 3 * single.FeatureCount], features.Shape);
            for (int expert = 0; expert < 3; expert++)
            {
                Assert.Equal(expected.ToArray<float>(), features.Narrow(1, expert * single.FeatureCount, single.FeatureCount).Contiguous().ToArray<float>());
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Shared_stages_are_there_once_and_others_for_every_expert()
    {
        using ExpertBackbone networks = ExpertBackbone.Of(() => CifarResNet.Of20(), 3, 1);
        string[] names = [.. networks.Parameters().Select(parameter => parameter.Name)];
        Assert.Contains("shared.conv1.weight", names);
        Assert.Contains("shared.layer1.2.conv2.weight", names);
        Assert.Contains("expert2.layer3.0.bn1.bias", names);
        Assert.DoesNotContain(names, name => name.StartsWith("expert0.layer1", StringComparison.Ordinal) || name.StartsWith("shared.layer2", StringComparison.Ordinal));
        using CifarResNet single = CifarResNet.Of20();
        long all = single.Parameters().Sum(parameter => parameter.Value.Count), shared = single.Parameters().Where(parameter => !parameter.Name.StartsWith("layer2", StringComparison.Ordinal) && !parameter.Name.StartsWith("layer3", StringComparison.Ordinal)).Sum(parameter => parameter.Value.Count);
        Assert.Equal((3 * all) - (2 * shared), networks.Parameters().Sum(parameter => parameter.Value.Count));
    }

    [Fact]
    public void Experts_begin_with_weights_of_their_own()
    {
        using TensorScope scope = new();
        using Model model = Make(1);
        model.Evaluate();
        ExpertOutputs experts = model.Outputs(Images()).Experts!;
        Assert.NotEqual(experts.Features.Select(1, 0).Contiguous().ToArray<float>(), experts.Features.Select(1, 1).Contiguous().ToArray<float>());
        Assert.NotEqual(experts.LogitsOf(0).Contiguous().ToArray<float>(), experts.LogitsOf(1).Contiguous().ToArray<float>());
    }

    [Fact]
    public void Features_stand_side_by_side_and_logits_are_those_of_the_ensemble()
    {
        using TensorScope scope = new();
        using Model model = Make(0, Two with { Hidden = 7 });
        model.Evaluate();
        ModelOutput output = model.Outputs(Images());
        ExpertOutputs experts = output.Experts!;
        Assert.Equal([3, 2, 7], experts.Features.Shape);
        Assert.Equal([3, 2, 4], experts.Logits.Shape);
        Assert.Equal([3, 2, 4], experts.Distilled!.Shape);
        Assert.Equal([3, 2, 5], experts.Projections!.Shape);
        Assert.Equal(experts.Features.ToArray<float>(), output.Feature.ToArray<float>());
        Assert.Equal(14, model.RepresentationCount);
        Assert.Equal(output.Feature.ToArray<float>(), model.Forward(Images()).ToArray<float>());
        Assert.Equal(((experts.LogitsOf(0) + experts.LogitsOf(1)) / 2).ToArray<float>(), output.Logits!.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.True(model.Classifies);
    }

    [Theory]
    [InlineData(EnsembleKind.Logits, ExpertPrediction.Label)]
    [InlineData(EnsembleKind.Softmax, ExpertPrediction.Label)]
    [InlineData(EnsembleKind.Softmax, ExpertPrediction.Distilled)]
    [InlineData(EnsembleKind.Softmax, ExpertPrediction.Both)]
    public void An_ensemble_is_a_mean_of_logits_or_of_probabilities(EnsembleKind kind, ExpertPrediction prediction)
    {
        using TensorScope scope = new();
        using Model model = Make(1, Two with { Ensemble = kind, Prediction = prediction });
        model.Evaluate();
        ModelOutput output = model.Outputs(Images());
        ExpertOutputs experts = output.Experts!;
        Tensor rows = prediction switch { ExpertPrediction.Label => experts.Logits, ExpertPrediction.Distilled => experts.Distilled!, _ => Tensor.Concatenate([experts.Logits, experts.Distilled!], 1) };
        Tensor expected = kind == EnsembleKind.Logits ? rows.Mean(1) : rows.Softmax(2).Mean(1), given = kind == EnsembleKind.Logits ? output.Logits! : output.Logits!.Exp();
        Assert.Equal(expected.ToArray<float>(), given.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void A_head_stands_on_all_experts()
    {
        using TensorScope scope = new();
        using Model model = Make(1, Two with { Hidden = 7 }, Head.Hash(14, 16));
        ModelOutput output = model.Outputs(Images());
        Assert.Equal([3, 16], output.Code!.Shape);
        Assert.Equal([3, 4], output.Logits!.Shape);
        Assert.Equal(16, model.RepresentationCount);
        output.Code.Sum().Backward();
        Assert.All(model.Backbone.Parameters(), parameter => Assert.NotNull(parameter.Value.Gradient));
    }

    [Fact]
    public void Experts_share_a_backbone_as_a_whole()
    {
        using TensorScope scope = new();
        using Backbone backbone = new ConvNet();
        using Model model = new(backbone, null, null, new ExpertHeads(256, 4, Two with { Hidden = 6, Classifier = new() { Kind = ClassifierKind.Cosine, Scale = 8 } }));
        model.Initialize(1);
        model.Evaluate();
        ModelOutput output = model.Outputs(Images());
        Assert.Equal([3, 12], output.Feature.Shape);
        Assert.Equal(output.Logits!.ToArray<float>(), model.OutputsOfFeatures(backbone.Features(Images())).Logits!.ToArray<float>());
        Assert.All(output.Experts!.Logits.ToArray<float>(), value => Assert.InRange(value, -8.001f, 8.001f));
        Assert.Contains("experts.1.distilled.weight", model.Parameters().Select(parameter => parameter.Name));
        Assert.DoesNotContain("experts.1.classifier.bias", model.Parameters().Select(parameter => parameter.Name));
    }

    [Fact]
    public void Dropout_spares_the_feature_and_stops_in_evaluation()
    {
        using TensorScope scope = new();
        using ExpertHeads experts = new(8, 4, Two with { Dropout = 0.5 });
        experts.Initialize(1);
        Tensor features = Tensor.Ones([2, 8]);
        ExpertOutputs first = experts.All(features), second = experts.All(features);
        Assert.Equal(first.Features.ToArray<float>(), second.Features.ToArray<float>());
        Assert.NotEqual(first.Logits.ToArray<float>(), second.Logits.ToArray<float>());
        Assert.NotEqual(first.Projections!.ToArray<float>(), second.Projections!.ToArray<float>());
        experts.Evaluate();
        Assert.Equal(experts.All(features).Logits.ToArray<float>(), experts.All(features).Logits.ToArray<float>());
    }

    [Fact]
    public void What_is_saved_is_read_again()
    {
        using TensorScope scope = new();
        using Model model = Make(1), other = Make(1);
        other.Initialize(99);
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            model.Save(file);
            other.Load(file);
            model.Evaluate();
            other.Evaluate();
            Assert.Equal(model.Outputs(Images()).Logits!.ToArray<float>(), other.Outputs(Images()).Logits!.ToArray<float>());
            using ExpertBackbone networks = ExpertBackbone.Of(() => BackboneCatalogue.Find("convnet_slim").Create(null), 2, 1);
            networks.LoadFeatures(file);
            networks.Evaluate();
            Assert.Equal(model.Backbone.Features(Images()).ToArray<float>(), networks.Features(Images()).ToArray<float>());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("convnet", 4, "0 to 3")]
    [InlineData("resnet18", 7, "0 to 3")]
    [InlineData("squeezenet1_1", 1, "0 or all")]
    public void Stages_that_are_not_there_are_refused_and_leave_nothing_behind(string backbone, int shared, string allowed)
    {
        long before = LiveTensors.Count();
        Assert.Contains(allowed, Assert.Throws<ArgumentException>(() => ExpertBackbone.Of(() => BackboneCatalogue.Find(backbone).Create(null), 2, shared)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Everything_is_freed()
    {
        long before = LiveTensors.Count();
        using (Make(2))
        {
            Assert.True(Tensor.LiveCount > before);
        }
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        using Backbone backbone = new ConvNet();
        using ExpertHeads narrow = new(8, 4, Two), fitting = new(256, 4, Two);
        using Head classifier = Head.Classifier(512, 4);
        Assert.Contains("take 8 numbers", Assert.Throws<ArgumentException>(() => new Model(backbone, null, null, narrow)).Message, StringComparison.Ordinal);
        Assert.Contains("no other classifier", Assert.Throws<ArgumentException>(() => new Model(backbone, classifier, null, fitting)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ExpertHeads(9, 4, Two, ownInputs: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExpertOptions { Count = 0 });
        using TensorScope scope = new();
        using ExpertHeads plain = new(8, null, new ExpertOptions());
        Assert.Throws<InvalidOperationException>(() => plain.All(Tensor.Ones([1, 8])));
        Assert.Throws<InvalidOperationException>(() => plain.Projections(Tensor.Ones([1, 8])));
        ExpertOutputs undistilled = new(Tensor.Ones([1, 2, 3]), Tensor.Ones([1, 2, 4]), null, null);
        Assert.Throws<ArgumentException>(() => undistilled.Ensemble(prediction: ExpertPrediction.Both));
    }

    [Fact]
    public void A_momentum_encoder_begins_as_a_copy_and_follows()
    {
        using TensorScope scope = new();
        using Model model = Make(1, Two with { Hidden = 6 });
        Backbone copy = ExpertBackbone.Of(() => BackboneCatalogue.Find("convnet_slim").Create(null), 2, 1);
        using MomentumEncoder keys = new(model, copy, new ExpertHeads(copy.FeatureCount, null, Two with { Hidden = 6 }, ownInputs: true), 0.75);
        Assert.Equal(model.Outputs(Images()).Experts!.Projections!.ToArray<float>(), keys.Keys(Images()).ToArray<float>());
        (string Name, Tensor Value)[] weights = [.. model.Parameters().Where(parameter => !parameter.Name.Contains("classifier", StringComparison.Ordinal) && !parameter.Name.Contains("distilled", StringComparison.Ordinal))];
        float[][] before = [.. weights.Select(weight => weight.Value.Detach().ToArray<float>())];
        using (Autograd.NoGrad())
        {
            foreach ((_, Tensor value) in weights)
            {
                value.CopyFrom(value + 1);
            }
        }
        keys.BeforeStep();
        keys.AfterStep();
        Dictionary<string, Tensor> state = keys.State().ToDictionary(entry => entry.Name, entry => entry.Value);
        foreach (((string name, _), float[] old) in weights.Zip(before))
        {
            Assert.Equal(old.Select(value => value + 0.25f), state[name].ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.False(state[name].RequiresGrad);
        }
        Assert.False(keys.Keys(Images()).RequiresGrad);
    }

    [Fact]
    public void A_momentum_encoder_can_follow_before_the_step_and_needs_no_copy_of_what_is_frozen()
    {
        using TensorScope scope = new();
        using Backbone backbone = new ConvNet();
        using Model model = new(backbone, null, null, new ExpertHeads(256, 4, Two));
        model.Initialize(2);
        using MomentumEncoder keys = new(model, null, new ExpertHeads(256, null, Two), 0, MomentumUpdate.BeforeStep);
        Assert.All(keys.State(), entry => Assert.StartsWith("experts.", entry.Name, StringComparison.Ordinal));
        Tensor features = backbone.Features(Images());
        float[] begun = keys.KeysOfFeatures(features).ToArray<float>();
        using (Autograd.NoGrad())
        {
            Tensor weight = model.Parameters().Single(parameter => parameter.Name == "experts.0.projection.0.weight").Value;
            weight.CopyFrom(weight * 2);
        }
        keys.AfterStep();
        Assert.Equal(begun, keys.KeysOfFeatures(features).ToArray<float>());
        keys.BeforeStep();
        Assert.Equal(model.OutputsOfFeatures(features).Experts!.Projections!.ToArray<float>(), keys.KeysOfFeatures(features).ToArray<float>());
        Assert.Throws<ArgumentException>(() => new MomentumEncoder(new Model(new ConvNet()), null, new ExpertHeads(256, null, Two), 0.9));
    }
}
