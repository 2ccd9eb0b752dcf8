using Semblance.Models;
using Semblance.Models.Backbones;
using Semblance.Models.Heads;
using Semblance.Models.Layers;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Models;

public sealed class ModuleTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    private static Tensor Images(int count = 4, int size = 32)
    {
        float[] values = new float[count * 3 * size * size];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Sin(0.37f * i);
        }
        return Tensor.From(values, count, 3, size, size);
    }

    private static float[] Values(Module module, string name) => module.State().Single(item => item.Name == name).Parameter.Value.ToArray<float>();

    [Fact]
    public void Default_weights_fill_the_range_of_PyTorch_evenly()
    {
        using Conv2d conv = new(16, 64, 3);
        conv.Initialize(1);
        double bound = 1 / Math.Sqrt(16 * 9);
        float[] weights = Values(conv, "weight");
        Assert.All(weights, value => Assert.InRange(value, -bound, bound));
        Assert.All(Values(conv, "bias"), value => Assert.InRange(value, -bound, bound));
        Assert.Equal(0, weights.Average() / bound, 0.05);
        Assert.Equal(1 / 3.0, weights.Average(value => value * value) / (bound * bound), 0.02);
        using Linear linear = new(400, 30);
        linear.Initialize(1);
        Assert.Equal(1 / 20.0, Values(linear, "weight").Max(), 0.0005);
    }

    [Theory]
    [InlineData("resnet18", "layer1.0.conv1.weight", 2.0 / (64 * 9))]
    [InlineData("mobilenet_v2", "features.1.conv.0.0.weight", 2.0 / (32 * 9))]
    [InlineData("mobilenet_v2", "classifier.1.weight", 1e-4)]
    [InlineData("squeezenet1_1", "features.12.expand3x3.weight", 2.0 / (64 * 9))]
    [InlineData("squeezenet1_1", "classifier.1.weight", 1e-4)]
    [InlineData("cifar_resnet20", "layer3.1.conv2.weight", 2.0 / (64 * 9))]
    [InlineData("bn_inception", "inception_3a_3x3.weight", 2.0 / (64 * 9))]
    [InlineData("inception_v3", "Mixed_6b.branch7x7_2.conv.weight", 2.0 / (128 * 7))]
    public void First_weights_have_the_variance_that_the_architecture_asks_for(string name, string weight, double variance)
    {
        using Backbone backbone = BackboneCatalogue.Find(name).Create(100);
        backbone.Initialize(3);
        float[] values = Values(backbone, weight);
        Assert.Equal(1, values.Average(value => (double)value * value) / variance, 5 / Math.Sqrt(values.Length));
    }

    [Fact]
    public void First_weights_depend_on_the_seed_and_the_name_and_on_nothing_else()
    {
        using Model small = new(new ConvNet(), Head.Hash(256, 16)), large = new(new ConvNet(), Head.Embedding(256, 100));
        Torch.Seed(1);
        small.Initialize(7);
        Torch.Seed(2);
        large.Initialize(7);
        Assert.All(small.Backbone.Parameters(), item => Assert.Equal(item.Value.ToArray<float>(), Values(large.Backbone, item.Name)));
        float[] before = Values(small, "head.linear.weight");
        small.Initialize(8);
        Assert.NotEqual(before, Values(small, "head.linear.weight"));
        small.Initialize(7);
        Assert.Equal(before, Values(small, "head.linear.weight"));
    }

    [Fact]
    public void Initialising_again_starts_batch_norm_anew()
    {
        using ConvNet net = new();
        net.Initialize(1);
        Dictionary<string, byte[]> first = net.Weights().ToDictionary(weight => weight.Name, weight => weight.ToBytes());
        net.Forward(Images());
        Assert.NotEqual(first["features.1.running_mean"], net.Weights().Single(weight => weight.Name == "features.1.running_mean").ToBytes());
        net.Initialize(1);
        Assert.All(net.Weights(), weight => Assert.Equal(first[weight.Name], weight.ToBytes()));
    }

    [Fact]
    public void Batch_norm_moves_its_statistics_by_a_tenth_and_counts_batches_in_training_only()
    {
        using BatchNorm2d norm = new(1);
        Tensor input = Tensor.From<float>([1, 2, 3, 6], 2, 1, 1, 2);
        float[] byBatch = norm.Forward(input).ToArray<float>();
        Assert.Equal(0, byBatch.Sum(), 5e-6f);
        Assert.Equal([0.3f], Values(norm, "running_mean"));
        Assert.Equal(0.9f + (0.1f * 14 / 3), Values(norm, "running_var")[0], 1e-6f); // the unbiased variance
        norm.Evaluate();
        double root = Math.Sqrt(Values(norm, "running_var")[0] + 1e-5);
        Assert.Equal((1 - 0.3) / root, norm.Forward(input).ToArray<float>()[0], 1e-6);
        Assert.Equal(1, norm.Buffers().Single(item => item.Name == "num_batches_tracked").Value.ToInt64());
    }

    [Fact]
    public void Frozen_batch_norm_uses_and_keeps_its_running_statistics_in_training()
    {
        using ConvNet net = new();
        net.Initialize(2);
        net.Forward(Images());
        net.Evaluate();
        float[] evaluated = net.Forward(Images()).ToArray<float>();
        net.FreezeBatchNorm();
        net.Train();
        byte[][] before = [.. net.Weights().Select(weight => weight.ToBytes())];
        Assert.Equal(evaluated, net.Forward(Images()).ToArray<float>());
        Assert.Equal(before, net.Weights().Select(weight => weight.ToBytes()));
        Assert.All(net.Parameters(), item => Assert.True(item.Value.RequiresGrad));
        net.FreezeBatchNorm(scaleToo: true);
        Assert.Equal(["features.0.weight", "features.12.weight", "features.4.weight", "features.8.weight"],
            net.Parameters().Where(item => item.Value.RequiresGrad).Select(item => item.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_frozen_backbone_gets_no_gradient_and_its_head_does()
    {
        using Model model = new(new ConvNet(), Head.Hash(256, 8));
        model.Initialize(1);
        model.Backbone.Freeze();
        model.Forward(Images()).Square().Mean().Backward();
        Assert.All(model.Backbone.Parameters(), item => Assert.Null(item.Value.Gradient));
        Assert.All(model.Head!.Parameters(), item => Assert.True(item.Value.Gradient!.Abs().Sum().ToDouble() > 0));
        model.Backbone.Unfreeze(name => name.StartsWith("features.12", StringComparison.Ordinal));
        model.Forward(Images()).Square().Mean().Backward();
        Assert.NotNull(model.Backbone.Parameters().Single(item => item.Name == "features.12.weight").Value.Gradient);
        Assert.Null(model.Backbone.Parameters().Single(item => item.Name == "features.8.weight").Value.Gradient);
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        using Model model = new(new ConvNet(), Head.Embedding(256, 4));
        model.Initialize(4);
        model.ConvertTo(DataType.Float64);
        model.FreezeBatchNorm();
        Tensor images = Images(2, 16).To(DataType.Float64), weights = Tensor.From<double>([1, -2, 3, 0.5, 2, 1, -1, 1], 2, 4);
        double Loss() => (model.Forward(images) * weights).Sum().ToDouble();
        (model.Forward(images) * weights).Sum().Backward();
        foreach (string name in (string[])["backbone.features.0.weight", "backbone.features.5.bias", "backbone.features.12.weight", "head.linear.weight"])
        {
            Tensor value = model.Parameters().Single(item => item.Name == name).Value;
            double gradient = value.Gradient!.ToArray<double>()[1];
            double[] values = value.ToArray<double>();
            double LossAt(double step)
            {
                using Autograd.Mode mode = Autograd.NoGrad();
                double[] moved = [values[0], values[1] + step, .. values[2..]];
                value.CopyFrom(Tensor.From(moved, value.Shape));
                return Loss();
            }
            double above = LossAt(1e-6), below = LossAt(-1e-6);
            LossAt(0);
            Assert.Equal(gradient, (above - below) / 2e-6, 1e-5 * Math.Max(1, Math.Abs(gradient)));
        }
    }

    [Fact]
    public void A_step_leaves_no_handle_behind_and_keeps_no_intermediate_in_its_scope()
    {
        using Model model = new(ResNet.Of18(), Head.Embedding(512, 8));
        model.Initialize(1);
        Tensor images = Images(2);
        long before = LiveTensors.Count();
        using (TensorScope step = new())
        {
            ModelOutput output = model.Outputs(images);
            Assert.InRange(step.Count, 2, 5); // feature, embedding and what normalising made
            output.Embedding!.Sum().Backward();
        }
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void A_disposed_model_frees_its_tensors()
    {
        long before = LiveTensors.Count();
        Model model = new(new ConvNet(), Head.Hash(256, 8));
        model.Initialize(1);
        Assert.True(Tensor.LiveCount > before);
        model.Dispose();
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Outputs_are_found_by_name()
    {
        using Model hash = new(new ConvNet(), Head.Hash(256, 8), Head.Classifier(8, 3));
        hash.Initialize(1);
        ModelOutput output = hash.Outputs(Images());
        Assert.Equal([4L, 256], output["feature"].Shape);
        Assert.Equal([4L, 8], output["code"].Shape);
        Assert.Equal([4L, 3], output["logits"].Shape);
        Assert.Same(output.Code, output.Representation);
        Assert.Equal(8, hash.RepresentationCount);
        string message = Assert.Throws<ArgumentException>(() => output["embedding"]).Message;
        Assert.Contains("it has feature, code, logits", message, StringComparison.Ordinal);

        using Model plain = new(new ConvNet(), Head.Classifier(256, 5));
        plain.Initialize(1);
        plain.Evaluate();
        output = plain.Outputs(Images());
        Assert.Equal([4L, 5], output["logits"].Shape);
        Assert.Same(output.Feature, output.Representation);
        Assert.Equal(output.Feature.ToArray<float>(), plain.Forward(Images()).ToArray<float>());
        Assert.Equal(output.Logits!.ToArray<float>(), plain.OutputsOfFeatures(output.Feature).Logits!.ToArray<float>());
    }

    [Fact]
    public void Embeddings_have_length_1_where_asked_for()
    {
        using Model model = new(new ConvNet(), Head.Embedding(256, 8));
        model.Initialize(1);
        Assert.All(model.Forward(Images()).Norm(1).ToArray<float>(), length => Assert.Equal(1, length, 1e-6f));
        using Model free = new(new ConvNet(), Head.Embedding(256, 8, normalize: false));
        free.Initialize(1);
        Assert.All(free.Forward(Images()).Norm(1).ToArray<float>(), length => Assert.NotEqual(1, length, 1e-3f));
    }

    [Fact]
    public void Dropout_drops_in_training_and_not_in_evaluation()
    {
        using Dropout dropout = new(0.25);
        Tensor ones = Tensor.Ones([10_000]);
        float[] dropped = dropout.Forward(ones).ToArray<float>();
        Assert.Equal(0.25, dropped.Count(value => value == 0) / 10_000.0, 0.03);
        Assert.Equal(1 / 0.75f, dropped.Max(), 1e-6f);
        dropout.Evaluate();
        Assert.Same(ones, dropout.Forward(ones));
    }

    [Fact]
    public void The_largest_of_a_map_gets_the_gradient_and_equals_share_it()
    {
        GlobalPool pool = new() { Kind = Pooling.Max };
        Tensor map = Tensor.From<float>([1, 5, 2, 3, 4, 4, 0, -1], 1, 2, 2, 2);
        map.RequiresGrad = true;
        Tensor pooled = pool.Forward(map);
        Assert.Equal([5f, 4], pooled.ToArray<float>());
        pooled.Sum().Backward();
        Assert.Equal([0f, 1, 0, 0, 0.5f, 0.5f, 0, 0], map.Gradient!.ToArray<float>());
    }

    [Theory]
    [InlineData(31, 38)]
    [InlineData(63, 70)]
    public void Bn_inception_takes_the_sides_on_which_its_branches_agree(int least, int most)
    {
        using BnInception net = new();
        net.Initialize(1);
        net.Evaluate();
        Assert.Equal([1L, 1024], net.Features(Images(1, least)).Shape);
        Assert.Equal([1L, 1024], net.Features(Images(1, most)).Shape);
        foreach (int size in (int[])[least - 1, most + 1])
        {
            string message = Assert.Throws<ArgumentException>(() => net.Features(Images(1, size))).Message;
            Assert.Contains($"{size} x {size} pixels; bn_inception needs sides from 1 below to 6 above a multiple of 32", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Batch_norm_of_a_hash_head_centres_and_scales_each_bit()
    {
        using TensorScope scope = new();
        using Head head = Head.Hash(10, 6, batchNorm: true);
        head.Initialize(1);
        Tensor features = (Tensor.Randn([200, 10]) * 300) + 500;

        Tensor trained = head.Forward(features);

        Assert.All(trained.Mean(0).ToArray<float>(), mean => Assert.Equal(0, mean, 1e-4));
        Assert.All(trained.Square().Mean(0).ToArray<float>(), variance => Assert.Equal(1, variance, 1e-3));
        head.Evaluate();
        Assert.NotEqual(trained.ToArray<float>(), head.Forward(features).ToArray<float>());
    }

    [Fact]
    public void Before_batch_norm_the_weights_of_a_hash_head_begin_as_normal_numbers_of_a_hundredth()
    {
        using Head head = Head.Hash(500, 64, batchNorm: true), plain = Head.Hash(500, 64);
        head.Initialize(1);
        plain.Initialize(1);

        Assert.Equal(["linear.weight"], head.Parameters().Select(parameter => parameter.Name));
        float[] weights = head.Parameters().Single().Value.ToArray<float>();
        Assert.Equal(0.01, Math.Sqrt(weights.Average(weight => (double)weight * weight)), 2e-4);
        Assert.True(weights.Max(Math.Abs) > 0.03);
        Assert.Equal(["linear.bias", "linear.weight"], plain.Parameters().Select(parameter => parameter.Name).Order());
    }

    [Fact]
    public void The_scale_and_shift_of_each_bit_are_learned_where_asked_for()
    {
        using TensorScope scope = new();
        using Head head = Head.Hash(10, 6, batchNorm: true, scale: true), still = Head.Hash(10, 6, batchNorm: true);
        head.Initialize(1);
        still.Initialize(1);
        Tensor features = Tensor.Randn([200, 10]) * 300;

        Tensor first = head.Forward(features);
        Assert.Equal(still.Forward(features).ToArray<float>(), first.ToArray<float>());
        first.Square().Sum().Backward();

        Assert.Equal(["linear.weight", "norm.bias", "norm.weight"], head.Parameters().Select(parameter => parameter.Name).Order());
        // The sum of the squares of 200 outputs of deviation 1 grows by 400 for each unit of their scale.
        Assert.All(head.Parameters().Single(parameter => parameter.Name == "norm.weight").Value.Gradient!.ToArray<float>(), slope => Assert.Equal(400, slope, 0.5));
    }

    [Fact]
    public void A_batch_of_one_leaves_the_running_statistics_alone()
    {
        using TensorScope scope = new();
        using Head head = Head.Hash(10, 6, batchNorm: true);
        head.Initialize(1);
        float[] first = head.Forward(Tensor.Ones([1, 10])).ToArray<float>();

        Assert.All(first, value => Assert.True(float.IsFinite(value)));
        head.Evaluate();
        Assert.Equal(first, head.Forward(Tensor.Ones([1, 10])).ToArray<float>());
    }

    [Fact]
    public void A_hidden_layer_lets_a_head_learn_what_is_not_linear()
    {
        using TensorScope scope = new();
        using Head head = Head.Embedding(4, 3, normalize: false, new HeadOptions { Hidden = 8 });
        head.Initialize(1);
        Tensor input = Tensor.From([20f, -10, 15, 5], 1, 4);

        Assert.Equal([8L, 4], head.Parameters().First(parameter => parameter.Name == "hidden.weight").Value.Shape);
        float[] there = head.Forward(input).ToArray<float>(), back = head.Forward(-input).ToArray<float>(), middle = head.Forward(input * 0).ToArray<float>();
        Assert.NotEqual(there.Zip(back, (a, b) => (a + b) / 2).Select(Rounded), middle.Select(Rounded));
        static double Rounded(float value) => Math.Round(value, 4);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        using ConvNet backbone = new();
        Assert.Contains("takes 100 numbers; what it stands on gives 256", Assert.Throws<ArgumentException>(() => new Model(backbone, Head.Hash(100, 8))).Message, StringComparison.Ordinal);
        Assert.Contains("classifier of its own", Assert.Throws<ArgumentException>(() => new Model(new ConvNet(10))).Message, StringComparison.Ordinal);
        Assert.Contains("there are convnet_slim, convnet, cifar_resnet20", Assert.Throws<ArgumentException>(() => BackboneCatalogue.Find("resnet19")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1));
        Assert.Throws<ArgumentException>(() => new Conv2d(3, 4, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => new Conv2d(3, 4, (1, 0), 1, (0, 0)));
        using AlexNet alex = new();
        alex.Pooling = Pooling.Average;
        Assert.Contains("alexnet has no pooling over its last map", Assert.Throws<ArgumentException>(() => alex.Pooling = Pooling.Max).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConvNet(0));
    }
}
