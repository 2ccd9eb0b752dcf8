using System.Text.Json;
using Semblance.Tensors;
using Semblance.Training;
using Semblance.Training.Optimizers;
using Xunit;

namespace Semblance.Tests.Training.Optimizers;

/// <summary>optimizers.json holds where PyTorch's optimizers take the same parameters; generate_optimizers.py wrote it.</summary>
public sealed class OptimizerTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string> Cases => ["sgd", "sgd momentum", "sgd nesterov", "adam", "adamw", "rmsprop"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Six_steps_end_where_PyTorch_ends(string name)
    {
        (Tensor first, Tensor second) = Parameters();
        using Optimizer optimizer = Make(name, Groups(first, second, decay: name == "sgd" ? 0 : 0.01));
        Run(optimizer, first, second, 0, 6);
        JsonElement expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Training", "Optimizers", "optimizers.json"))).RootElement.GetProperty(name);
        AssertClose(expected.GetProperty("first"), first);
        AssertClose(expected.GetProperty("second"), second);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void State_taken_over_by_name_goes_on_to_the_same_weights(string name)
    {
        (Tensor first, Tensor second) = Parameters();
        using Optimizer whole = Make(name, Groups(first, second, 0.01));
        Run(whole, first, second, 0, 6);

        (Tensor third, Tensor fourth) = Parameters();
        using Optimizer before = Make(name, Groups(third, fourth, 0.01));
        Run(before, third, fourth, 0, 3);
        using Optimizer after = Make(name, Groups(third, fourth, 0.01));
        after.Steps = before.Steps;
        Dictionary<string, Tensor> saved = before.State.ToDictionary(entry => entry.Name, entry => entry.Value);
        foreach ((string key, Tensor value) in after.State)
        {
            value.CopyFrom(saved[key]);
        }
        Run(after, third, fourth, 3, 6);
        Assert.Equal(first.ToArray<double>(), third.ToArray<double>());
        Assert.Equal(second.ToArray<double>(), fourth.ToArray<double>());
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        (Tensor first, Tensor second) = Parameters();
        double[] before = second.ToArray<double>();
        using Optimizer optimizer = Make("adamw", [new ParameterGroup(["first", "second"], [first, second], 0.1, 0.01)]);
        first.Gradient = first.Detach().OnesLike();
        optimizer.Step(1);
        Assert.Equal(before, second.ToArray<double>());
        Assert.NotEqual(-1, first.ToArray<double>()[0]);
    }

    [Fact]
    public void Clipping_brings_the_common_length_down_to_the_limit()
    {
        (Tensor first, Tensor second) = Parameters();
        using Optimizer optimizer = Make("sgd", Groups(first, second, 0));
        first.Gradient = first.Detach().FullLike(3);
        second.Gradient = second.Detach().FullLike(4);
        double length = Math.Sqrt((6 * 9) + (4 * 16));
        Assert.Equal(length, optimizer.ClipGradients(1), 9);
        Assert.Equal(1, optimizer.ClipGradients(100), 5);
        optimizer.ClearGradients();
        Assert.Null(first.Gradient);
        Assert.Equal(0, optimizer.ClipGradients(1));
    }

    [Fact]
    public void A_moving_average_follows_and_swaps_back()
    {
        Tensor weight = Tensor.From([1.0, 2.0], 2), count = Tensor.From([1L], 1);
        using MovingAverage average = new([("weight", weight), ("count", count)], 0.75);
        weight.CopyFrom(Tensor.From([5.0, -2.0], 2));
        count.Fill(2);
        average.Update();
        average.Swap();
        Assert.Equal([2.0, 1.0], weight.ToArray<double>());
        Assert.Equal([2L], count.ToArray<long>());
        average.Swap();
        Assert.Equal([5.0, -2.0], weight.ToArray<double>());
    }

    private static (Tensor First, Tensor Second) Parameters()
    {
        Tensor first = Tensor.From(Enumerable.Range(0, 6).Select(k => -1 + (0.4 * k)).ToArray(), 2, 3);
        Tensor second = Tensor.From(Enumerable.Range(0, 4).Select(k => 0.5 + (0.5 * k)).ToArray(), 4);
        first.RequiresGrad = second.RequiresGrad = true;
        return (first, second);
    }

    private static ParameterGroup[] Groups(Tensor first, Tensor second, double decay) =>
        [new ParameterGroup(["first"], [first], 0.1, decay), new ParameterGroup(["second"], [second], 0.02, 0)];

    private static Optimizer Make(string name, ParameterGroup[] groups) => name switch
    {
        "sgd" => new Sgd(groups),
        "sgd momentum" => new Sgd(groups, 0.9),
        "sgd nesterov" => new Sgd(groups, 0.9, nesterov: true),
        "adam" => new Adam(groups, decoupled: false),
        "rmsprop" => new RmsProp(groups, 0.95, 1e-6),
        _ => new Adam(groups, decoupled: true, 0.8, 0.95, 1e-6),
    };

    private static void Run(Optimizer optimizer, Tensor first, Tensor second, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            first.Gradient = GradientAt(first, step, 0);
            second.Gradient = GradientAt(second, step, 1);
            optimizer.Step(1);
        }
    }

    private static Tensor GradientAt(Tensor parameter, int step, int which)
    {
        double[] values = parameter.Detach().ToArray<double>();
        return Tensor.From(values.Select((value, k) => Math.Sin((k * (which + 1)) + step) + (0.1 * value)).ToArray(), parameter.Shape);
    }

    private static void AssertClose(JsonElement expected, Tensor actual)
    {
        double[] values = actual.ToArray<double>();
        Assert.Equal(expected.GetArrayLength(), values.Length);
        for (int k = 0; k < values.Length; k++)
        {
            Assert.Equal(expected[k].GetDouble(), values[k], 12);
        }
    }
}
