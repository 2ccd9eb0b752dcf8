using System.Text.Json;
using Semblance.Models;
using Semblance.Models.Backbones;
using Semblance.Models.Layers;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Models;

/// <summary>Backbones against torchvision and PyTorch; see Files/make_models.py.</summary>
public sealed class BackboneGoldenTests
{
    private static readonly string Folder = Repository.File("tests/Semblance.Tests/Models/Files");
    private static readonly Dictionary<string, JsonElement> Rows = ReadRows();

    public static TheoryData<string> Backbones => [.. BackboneCatalogue.All.Select(entry => entry.Name)];

    public static TheoryData<string> Trained => [.. Rows.Where(row => row.Value.TryGetProperty("gradientNorms", out _)).Select(row => row.Key)];

    public static TheoryData<string> Published => [.. Directory.GetFiles(Path.Combine(Folder, "names")).Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    private static Dictionary<string, JsonElement> ReadRows()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "outputs.json")));
        return document.RootElement.GetProperty("rows").EnumerateArray().ToDictionary(row => row.GetProperty("backbone").GetString()!, row => row.Clone());
    }

    private static double[] Numbers(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    /// <summary>A number in [-0.5, 0.5) by 32-bit integer hashing, as uniform() in make_models.py.</summary>
    private static double Uniform(int index, int stream)
    {
        ulong h = (((ulong)index * 2654435761) + ((ulong)stream * 97) + 1) & 0xFFFFFFFF;
        h ^= h >> 15;
        h = (h * 2246822519) & 0xFFFFFFFF;
        h ^= h >> 13;
        return (h / 4294967296.0) - 0.5;
    }

    private static void Fill(Module module)
    {
        int stream = -1;
        foreach ((string name, Parameter parameter) in module.State())
        {
            stream++;
            if (parameter.Value.Type == DataType.Int64)
            {
                continue;
            }
            float[] values = new float[parameter.Value.Count];
            long[] shape = parameter.Value.Shape;
            (double offset, double scale) = name.EndsWith("running_var", StringComparison.Ordinal) ? (1.0, 0.5)
                : shape.Length > 1 ? (0.0, Math.Sqrt(12) * Math.Sqrt(2.0 / (values.Length / shape[0])))
                : name.EndsWith("weight", StringComparison.Ordinal) ? (1.0, 0.4) : (0.0, 0.2);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(offset + (scale * Uniform(i, stream)));
            }
            using Autograd.Mode mode = Autograd.NoGrad();
            using Tensor filled = Tensor.From(values, shape);
            parameter.Value.CopyFrom(filled);
        }
    }

    private static Tensor Pattern(JsonElement row)
    {
        long[] shape = Array.ConvertAll(Numbers(row, "input"), size => (long)size);
        float[] values = new float[shape.Aggregate((product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)Math.Sin(0.7 * i);
        }
        return Tensor.From(values, shape);
    }

    /// <summary>Equal within a share of the largest of the expected numbers, or of each; what is 0 but for rounding compares with the largest.</summary>
    private static void AssertClose(double[] expected, double[] actual, double tolerance, bool each = false)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < expected.Length; i++)
        {
            double scale = each ? Math.Max(Math.Abs(expected[i]), 1e-4 * largest) : largest;
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"number {i} of {expected.Length} is {actual[i]}, expected {expected[i]}");
        }
    }

    private static double[] Doubles(Tensor tensor) => Array.ConvertAll(tensor.ToArray<float>(), value => (double)value);

    private static double Norm(Tensor tensor) => Math.Sqrt(tensor.To(DataType.Float64).Square().Sum().ToDouble());

    [Theory]
    [MemberData(nameof(Published))]
    public void Names_shapes_and_their_order_are_the_published_ones(string name)
    {
        using Backbone backbone = BackboneCatalogue.Find(name).Create(1000);
        Assert.Equal(
            File.ReadAllLines(Path.Combine(Folder, "names", name + ".txt")),
            backbone.State().Select(item => string.Join(' ', (object[])[item.Name, .. item.Parameter.Value.Shape.Cast<object>()])));
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void Evaluation_gives_what_PyTorch_gives(string name)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        using Backbone backbone = BackboneCatalogue.Find(name).Create(10);
        Fill(backbone);
        backbone.Evaluate();
        Tensor input = Pattern(Rows[name]);
        AssertClose(Numbers(Rows[name], "logits"), Doubles(backbone.Forward(input)), 1e-5);

        Tensor features = backbone.Features(input);
        Assert.Equal([2L, backbone.FeatureCount], features.Shape);
        Assert.Equal(BackboneCatalogue.Find(name).FeatureCount, backbone.FeatureCount);
        AssertClose(Numbers(Rows[name], "feature"), Doubles(features.Narrow(1, 0, 16)), 1e-5);
        AssertClose([Rows[name].GetProperty("featureNorm").GetDouble()], [Norm(features)], 1e-5);
        Assert.Equal(Doubles(Pattern(Rows[name])), Doubles(input)); // nothing was done in place to what is the caller's
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void A_training_pass_gives_the_gradients_and_running_statistics_of_PyTorch(string name)
    {
        using TensorScope scope = new();
        using Backbone backbone = BackboneCatalogue.Find(name).Create(10);
        Fill(backbone);
        foreach ((_, Module module) in backbone.Modules().Where(item => item.Module is Dropout))
        {
            module.Evaluate();
        }
        backbone.ConvertTo(DataType.Float64); // in single precision, small batches and the corners of ReLU magnify rounding to parts in a thousand
        Tensor logits = backbone.Forward(Pattern(Rows[name]).To(DataType.Float64));
        AssertClose(Numbers(Rows[name], "trainingLogits"), logits.ToArray<double>(), 1e-8);
        logits.Square().Mean().Backward();
        Tensor?[] gradients = Autograd.Gradients([.. backbone.Parameters().Select(item => item.Value)]);
        AssertClose(Numbers(Rows[name], "gradientNorms"), [.. gradients.Select(gradient => Norm(gradient!))], 1e-7, each: true);
        AssertClose(Numbers(Rows[name], "bufferNorms"), [.. backbone.Buffers().Select(item => Norm(item.Value))], 1e-8, each: true);
    }

    [Theory]
    [InlineData("bn_inception")]
    [InlineData("resnext50_32x4d")]
    public void Max_pooling_takes_the_largest_of_the_last_map(string name)
    {
        using TensorScope scope = new();
        using Backbone backbone = BackboneCatalogue.Find(name).Create(null);
        Fill(backbone);
        backbone.Evaluate();
        backbone.Pooling = Pooling.Max;
        Tensor features = backbone.Features(Pattern(Rows[name]));
        Assert.Equal([2L, backbone.FeatureCount], features.Shape);
        AssertClose(Numbers(Rows[name], "largest"), Doubles(features.Narrow(1, 0, 16)), 1e-5);
        AssertClose([Rows[name].GetProperty("largestNorm").GetDouble()], [Norm(features)], 1e-5);
    }

    [Theory]
    [InlineData("bn_inception", 11_295_240)]
    [InlineData("googlenet", 6_624_904)]
    [InlineData("resnext50_32x4d", 25_028_904)]
    public void There_are_as_many_parameters_as_in_the_published_network(string name, long count)
    {
        using Backbone backbone = BackboneCatalogue.Find(name).Create(1000);
        Assert.Equal(count, backbone.Parameters().Sum(item => item.Value.Count));
    }

    [Theory]
    [InlineData("convnet")]
    [InlineData("cifar_resnet20")]
    [InlineData("squeezenet1_1")]
    [InlineData("mobilenet_v2")]
    [InlineData("resnet18")]
    [InlineData("googlenet")]
    public void Features_are_the_same_with_and_without_a_classifier(string name)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        using Backbone with = BackboneCatalogue.Find(name).Create(3), without = BackboneCatalogue.Find(name).Create(null);
        with.Initialize(5);
        without.Initialize(5);
        with.Evaluate();
        without.Evaluate();
        Tensor input = Pattern(Rows[name]);
        Assert.Equal(with.Features(input).ToArray<float>(), without.Forward(input).ToArray<float>());
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void A_backbone_without_a_classifier_lacks_the_weights_of_the_classifier_and_no_others(string name)
    {
        using Backbone with = BackboneCatalogue.Find(name).Create(3), without = BackboneCatalogue.Find(name).Create(null);
        string[] classifier = [.. with.State().Select(item => item.Name).Except(without.State().Select(item => item.Name))];
        Assert.Equal(2, classifier.Length);
        Assert.All(classifier, weight => Assert.StartsWith(with.ClassifierName + ".", weight, StringComparison.Ordinal));
        Assert.Empty(without.State().Select(item => item.Name).Except(with.State().Select(item => item.Name)));
    }
}
