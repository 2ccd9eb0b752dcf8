using Semblance.Models;
using Semblance.Models.Backbones;
using Semblance.Models.Heads;
using Semblance.Models.Layers;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;
using Xunit;

namespace Semblance.Tests.Models;

public sealed class ModelWeightsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static byte[][] Bytes(Module module) => [.. module.Weights().Select(weight => weight.ToBytes())];

    private string Save(string name, IEnumerable<WeightTensor> weights)
    {
        Safetensors.Write(folder.File(name), weights);
        return folder.File(name);
    }

    [Fact]
    public void A_model_is_what_it_was_after_saving_and_loading()
    {
        using Model model = new(new ConvNet(), Head.Hash(256, 16)), other = new(new ConvNet(), Head.Hash(256, 16));
        model.Initialize(1);
        other.Initialize(2);
        model.Save(folder.File("model.safetensors"), new Dictionary<string, string> { ["seed"] = "1" });
        other.Load(folder.File("model.safetensors"));
        Assert.Equal(Bytes(model), Bytes(other));
        Assert.All(other.Parameters(), item => Assert.True(item.Value.RequiresGrad));
        using WeightFile file = WeightFile.Open(folder.File("model.safetensors"));
        Assert.Equal("1", file.Metadata["seed"]);
        Assert.Contains("backbone.features.0.weight", file.Tensors.Keys);
        Assert.Contains("head.linear.bias", file.Tensors.Keys);
    }

    [Fact]
    public void One_refusal_names_everything_that_does_not_fit_and_nothing_changes()
    {
        using ConvNet net = new(10);
        net.Initialize(1);
        byte[][] before = Bytes(net);
        string path = Save("other.safetensors", net.Weights()
            .Where(weight => weight.Name != "features.1.bias")
            .Select(weight => weight.Name == "classifier.weight" ? WeightTensor.FromFloats("classifier.weight", [5, 256], new float[5 * 256])
                : weight.Name == "features.4.weight" ? WeightTensor.FromFloats("features.4.weight", [64, 32, 3, 3], new float[64 * 32 * 9]) : weight)
            .Append(WeightTensor.FromFloats("aux.weight", [1], [1])));
        string message = Assert.Throws<InvalidDataException>(() => net.Load(path)).Message;
        Assert.StartsWith(path + ": these are not the weights of convnet. ", message, StringComparison.Ordinal);
        Assert.Contains("Missing (1): features.1.bias. Unexpected (1): aux.weight. Misshapen (1): classifier.weight [5, 256] for [10, 256]. ", message, StringComparison.Ordinal);
        Assert.Equal(before, Bytes(net));
    }

    [Fact]
    public void Weights_of_another_model_give_a_message_of_bounded_length_with_the_counts()
    {
        using ResNet deep = ResNet.Of101(10);
        using ConvNet net = new();
        string path = Save("net.safetensors", net.Weights());
        string message = Assert.Throws<InvalidDataException>(() => deep.Load(path)).Message;
        Assert.Contains("and 502 more", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 500, 3000);
        using WeightFile file = WeightFile.Open(path);
        WeightMatch match = deep.Match(file);
        Assert.Equal(522, match.Missing.Count); // batch counts may be missing
        Assert.Equal(24, match.Unexpected.Count);
        Assert.False(match.IsComplete);
    }

    [Fact]
    public void Features_load_without_the_classifier_of_either_side()
    {
        using ConvNet published = new(1000), ten = new(10), none = new();
        published.Initialize(1);
        ten.Initialize(2);
        string path = Save("published.safetensors", published.Weights());
        none.LoadFeatures(path);
        ten.LoadFeatures(path);
        Assert.Equal(Bytes(published)[..^2], Bytes(none));
        Assert.Equal(Bytes(published)[..^2], Bytes(ten)[..^2]);
        Assert.NotEqual(Bytes(published)[^1].Length, Bytes(ten)[^1].Length);
        Assert.Contains("Unexpected (2): classifier.bias, classifier.weight", Assert.Throws<InvalidDataException>(() => none.Load(path)).Message, StringComparison.Ordinal);
        using SqueezeNet squeeze = new();
        Assert.Contains("not the weights of squeezenet1_1", Assert.Throws<InvalidDataException>(() => squeeze.LoadFeatures(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_backbone_of_a_saved_model_loads_into_a_backbone()
    {
        using Model model = new(new ConvNet(), Head.Hash(256, 16));
        model.Initialize(1);
        string path = Save("model.safetensors", model.Weights().Append(WeightTensor.FromFloats("proxies", [1], [1])));
        using ConvNet net = new();
        net.LoadFeatures(path);
        Assert.Equal(Bytes(model.Backbone), Bytes(net));
        using ResNet other = ResNet.Of18();
        string message = Assert.Throws<InvalidDataException>(() => other.LoadFeatures(path)).Message;
        Assert.Contains("Missing (100)", message, StringComparison.Ordinal);
        Assert.Contains("Unexpected (24): backbone.features.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("googlenet", "aux1.conv.bn.weight", "aux2.fc2.bias")]
    [InlineData("inception_v3", "AuxLogits.conv0.conv.weight", "AuxLogits.fc.bias")]
    public void Auxiliary_classifiers_of_a_published_file_are_passed_over_and_nothing_else_is(string name, params string[] auxiliary)
    {
        using Backbone whole = BackboneCatalogue.Find(name).Create(2), bare = BackboneCatalogue.Find(name).Create(null);
        WeightTensor[] weights = [.. whole.Weights(), .. auxiliary.Select(part => WeightTensor.FromFloats(part, [1], [1]))];
        string path = Save("published.safetensors", weights);
        whole.Load(path);
        bare.LoadFeatures(path);
        string other = Save("other.safetensors", [.. weights, WeightTensor.FromFloats("aux.bias", [1], [1])]);
        Assert.Contains("Unexpected (1): aux.bias.", Assert.Throws<InvalidDataException>(() => bare.LoadFeatures(other)).Message, StringComparison.Ordinal);
        using Model model = new(BackboneCatalogue.Find(name).Create(null));
        Assert.Contains("Unexpected", Assert.Throws<InvalidDataException>(() => model.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_prefix_of_data_parallel_training_is_passed_over()
    {
        using ConvNet net = new(), copy = new();
        net.Initialize(1);
        copy.Load(Save("parallel.safetensors", net.Weights().Select(weight => new WeightTensor("module." + weight.Name, weight.Type, weight.Shape, weight.ToBytes()))));
        Assert.Equal(Bytes(net), Bytes(copy));
    }

    [Fact]
    public void Half_precision_weights_and_missing_batch_counts_are_accepted()
    {
        using ConvNet net = new(), copy = new();
        net.Initialize(1);
        copy.Load(Save("half.safetensors", net.Weights().Where(weight => weight.Type == DataType.Float32).Select(weight =>
            new WeightTensor(weight.Name, DataType.Float16, weight.Shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes<Half>(Array.ConvertAll(weight.ToFloats(), value => (Half)value)).ToArray()))));
        foreach ((WeightTensor expected, WeightTensor actual) in net.Weights().Zip(copy.Weights()))
        {
            Assert.Equal(expected.ToFloats().Select(value => (float)(Half)value), actual.ToFloats());
            Assert.Equal(expected.Type, actual.Type);
        }
    }

    [Fact]
    public void A_checkpoint_of_PyTorch_loads_by_its_names()
    {
        using Pair pair = new();
        pair.Load(Repository.File("tests/Semblance.Tests/Serialization/Files/checkpoint.pth"));
        Assert.Equal([0.5f, -1.5f], pair.State().Single(item => item.Name == "conv.bias").Parameter.Value.ToArray<float>());
        Assert.Equal(8.5f, pair.State().First().Parameter.Value.ToArray<float>()[^1]);
    }

    /// <summary>The module of make_files.py.</summary>
    private sealed class Pair : Module
    {
        private readonly Conv2d conv;
        private readonly BatchNorm2d norm;

        public Pair()
        {
            conv = AddPart("conv", new Conv2d(1, 2, 3));
            norm = AddPart("bn", new BatchNorm2d(2));
        }

        public override Tensor Forward(Tensor input) => norm.Forward(conv.Forward(input));
    }
}
