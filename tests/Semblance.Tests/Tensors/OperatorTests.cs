using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Tensors;

public sealed class OperatorTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Values_come_back_as_they_went_in()
    {
        Tensor tensor = Tensor.From([1f, 2f, 3f, 4f, 5f, 6f], 2, 3);
        Assert.Equal([2L, 3L], tensor.Shape);
        Assert.Equal(DataType.Float32, tensor.Type);
        Assert.Equal([1f, 4f, 2f, 5f, 3f, 6f], tensor.Transpose().ToArray<float>());
    }

    [Fact]
    public void Left_out_arguments_take_the_defaults_of_the_schema()
    {
        Tensor sum = Operator.Of("aten::add.Tensor").Call(Tensor.From([1f], 1), Tensor.From([2f], 1));
        Assert.Equal(3, sum.ToDouble());
        Assert.Equal(7, Operator.Of("aten::add.Tensor").Call(Tensor.From([1f], 1), Tensor.From([2f], 1), 3.0).ToDouble());
    }

    [Fact]
    public void A_derivative_agrees_with_finite_differences()
    {
        double[] at = [0.3, -1.2, 2.5];
        Tensor x = Tensor.From(at, 3);
        x.RequiresGrad = true;
        Value(x).Backward();
        double[] gradient = x.Gradient!.ToArray<double>();
        for (int k = 0; k < at.Length; k++)
        {
            Assert.Equal(Slope(at, k), gradient[k], 6);
        }
    }

    [Fact]
    public void Grad_gives_zeros_for_an_input_that_does_not_matter()
    {
        Tensor x = Tensor.From([1.0, 2.0], 2), y = Tensor.From([3.0], 1);
        x.RequiresGrad = y.RequiresGrad = true;
        Tensor[] gradients = Autograd.Grad([x.Square().Sum()], [x, y]);
        Assert.Equal([2.0, 4.0], gradients[0].ToArray<double>());
        Assert.Equal([0.0], gradients[1].ToArray<double>());
    }

    [Fact]
    public void Nothing_is_recorded_without_gradients()
    {
        Tensor x = Tensor.From([1.0], 1);
        x.RequiresGrad = true;
        using (Autograd.NoGrad())
        {
            Assert.False((x * 2).RequiresGrad);
        }
        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void A_failed_call_names_the_operator_the_shapes_and_the_reason_in_one_line()
    {
        Tensor a = Tensor.Zeros([2, 3]), b = Tensor.Zeros([4]);
        TensorException failure = Assert.Throws<TensorException>(() => a + b);
        Assert.Contains("aten::add.Tensor(float32[2,3], float32[4])", failure.Message, StringComparison.Ordinal);
        Assert.Contains("size of tensor a (3) must match", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void An_unknown_operator_and_too_many_arguments_are_refused()
    {
        Assert.Contains("aten::no_such_thing", Assert.Throws<TensorException>(() => Operator.Of("aten::no_such_thing")).Message, StringComparison.Ordinal);
        Tensor x = Tensor.Zeros([1]);
        Assert.Contains("at most 1 arguments", Assert.Throws<TensorException>(() => Operator.Of("aten::exp").Call(x, 1L, 2L)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_do_not_fill_the_shape_are_refused() =>
        Assert.Contains("3 values do not fill the shape [2,2]; it needs 4.", Assert.Throws<ArgumentException>(() => Tensor.From([1f, 2f, 3f], 2, 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void Lists_of_tensors_lists_of_numbers_text_and_absent_tensors_pass_through()
    {
        Tensor a = Tensor.From([1f, 2f], 2), b = Tensor.From([3f], 1);
        Assert.Equal([1f, 2f, 3f], Tensor.Concatenate([a, b]).ToArray<float>());
        Tensor[] parts = Operator.Of("aten::split_with_sizes").CallMany(2, Tensor.Concatenate([a, b]), new long[] { 1, 2 });
        Assert.Equal([[1f], [2f, 3f]], parts.Select(part => part.ToArray<float>()));
        Tensor matrix = Tensor.From([1f, 2f, 3f, 4f], 2, 2);
        Tensor column = Operator.Of("aten::index.Tensor").Call(matrix, Argument.Optional([null, Tensor.From([1L], 1)]));
        Assert.Equal([2f, 4f], column.ToArray<float>());
        Tensor rounded = Operator.Of("aten::div.Tensor_mode").Call(Tensor.From([7f], 1), Tensor.From([2f], 1), "floor");
        Assert.Equal(3, rounded.ToDouble());
    }

    [Fact]
    public void Reduced_precision_lasts_as_long_as_its_block()
    {
        Tensor a = Tensor.Ones([4, 4]);
        using (Autograd.Autocast(Device.Cpu))
        {
            Assert.Equal(DataType.BFloat16, a.MatMul(a).Type);
        }
        Assert.Equal(DataType.Float32, a.MatMul(a).Type);
    }

    [Fact]
    public void The_same_seed_or_state_draws_the_same_numbers()
    {
        Torch.Seed(5);
        Tensor state = Torch.RandomState();
        float[] first = Tensor.Randn([8]).ToArray<float>();
        float[] second = Tensor.Randn([8]).ToArray<float>();
        Assert.NotEqual(first, second);
        Torch.SetRandomState(state);
        Assert.Equal(first, Tensor.Randn([8]).ToArray<float>());
        Torch.Seed(5);
        Assert.Equal(first, Tensor.Randn([8]).ToArray<float>());
    }

    [Theory]
    [InlineData("cpu", false)]
    [InlineData("cuda", true)]
    [InlineData("cuda:2", true)]
    public void A_device_is_read_and_written(string text, bool cuda)
    {
        Device device = Device.Parse(text);
        Assert.Equal(cuda, device.IsCuda);
        Assert.Equal(device, Device.Parse(device.ToString()));
    }

    [Fact]
    public void Something_that_is_no_device_is_refused() =>
        Assert.Contains("write cpu, cuda or cuda:1", Assert.Throws<ArgumentException>(() => Device.Parse("gpu")).Message, StringComparison.Ordinal);

    private static Tensor Value(Tensor x) => (x.Exp() * x.Sigmoid() - x.Square() * 0.5).Sum() + x.LogSumExp(0);

    private static double Slope(double[] at, int index)
    {
        const double Step = 1e-6;
        double Shifted(double shift)
        {
            double[] moved = [.. at];
            moved[index] += shift;
            return Value(Tensor.From(moved, moved.Length)).ToDouble();
        }
        return (Shifted(Step) - Shifted(-Step)) / (2 * Step);
    }
}
