using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class KnownGradientTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_value_with_gradients_hands_them_on_through_what_follows_and_what_came_before()
    {
        Tensor a = Numeric.Leaf(Tensor.From(new[] { 1.0, 2.0 }, 2)), b = Numeric.Leaf(Tensor.From(new[] { 3.0 }, 1)), constant = Tensor.From(new[] { 4.0 }, 1);
        Tensor value = Autograd.WithGradients(7, [a * 2, b, constant], [Tensor.From(new[] { 5.0, 6.0 }, 2), Tensor.From(new[] { -1.0 }, 1), constant]);
        Tensor[] slopes = Autograd.Grad([(value * 10) + b.Sum()], [a, b]);

        Assert.Equal(7, value.ToDouble());
        Assert.Equal([100, 120], slopes[0].ToArray<double>());
        Assert.Equal([-9], slopes[1].ToArray<double>());
    }

    [Fact]
    public void It_is_a_constant_where_nothing_is_recorded_and_cannot_be_derived_twice()
    {
        Tensor a = Numeric.Leaf(Tensor.From(new[] { 1f }, 1)), slope = Tensor.From(new[] { 2f }, 1);
        Assert.False(Autograd.WithGradients(1, [slope], [slope]).RequiresGrad);
        Assert.Throws<TensorException>(() => Autograd.Grad([Autograd.WithGradients(1, [a], [slope])], [a], createGraph: true));
        Assert.Throws<ArgumentException>(() => Autograd.WithGradients(1, [a], []));

        Tensor value = Autograd.WithGradients(1, [a], [slope]);
        value.Backward(retainGraph: true);
        value.Backward();
        Assert.Equal(4, a.Gradient!.ToArray<float>()[0]);
        Assert.Throws<TensorException>(() => value.Backward());
    }
}
