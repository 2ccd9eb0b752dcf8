using Semblance.Models.Heads;
using Semblance.Models.Layers;
using Semblance.Tensors;
using Semblance.Tests.Losses;
using Xunit;

namespace Semblance.Tests.Models;

public sealed class CosineLinearTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Outputs_are_scaled_cosines_of_rows_and_weights()
    {
        using CosineLinear layer = new(4, 3, scale: 16);
        layer.Initialize(1);
        Tensor input = Numeric.Matrix(Numeric.Normal(5 * 4, 2), 5).To(DataType.Float32);
        double[] rows = Numeric.Values(input), weights = Numeric.Values(layer.Parameters().Single().Value), outputs = Numeric.Values(layer.Forward(input));
        for (int i = 0; i < 5; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                double[] x = rows[(i * 4)..((i * 4) + 4)], w = weights[(c * 4)..((c * 4) + 4)];
                double cosine = x.Zip(w, (a, b) => a * b).Sum() / Math.Sqrt(x.Sum(a => a * a) * w.Sum(b => b * b));
                Assert.Equal(16 * cosine, outputs[(i * 3) + c], 1e-5);
            }
        }
        Assert.Equal([0d, 0, 0], Numeric.Values(layer.Forward(Tensor.Zeros([1, 4]))));
    }

    [Fact]
    public void A_longer_row_has_the_same_outputs_and_a_bias_is_added_after_the_scale()
    {
        using CosineLinear layer = new(4, 3, scale: 2, bias: true);
        layer.Initialize(1);
        Tensor input = Numeric.Matrix(Numeric.Normal(5 * 4, 2), 5).To(DataType.Float32);
        double[] before = Numeric.Values(layer.Forward(input));
        Numeric.AssertClose(before, Numeric.Values(layer.Forward(input * 100)), 1e-6);
        using (Autograd.NoGrad())
        {
            layer.Parameters().Single(parameter => parameter.Name == "bias").Value.Fill(7);
        }
        Numeric.AssertClose([.. before.Select(value => value + 7)], Numeric.Values(layer.Forward(input)), 1e-6);
    }

    [Fact]
    public void A_classifier_is_linear_with_a_bias_unless_told_otherwise()
    {
        string[] Names(ClassifierOptions? options)
        {
            using Head head = Head.Classifier(4, 3, classifier: options);
            return [.. head.Parameters().Select(parameter => parameter.Name)];
        }
        Assert.Equal(["linear.weight", "linear.bias"], Names(null));
        Assert.Equal(["linear.weight"], Names(new() { Bias = false }));
        Assert.Equal(["linear.weight"], Names(new() { Kind = ClassifierKind.Cosine }));
        Assert.Equal(["linear.weight", "linear.bias"], Names(new() { Kind = ClassifierKind.Cosine, Bias = true }));
        Assert.False(new ClassifierOptions { Kind = ClassifierKind.Cosine }.GivesCosines);
        Assert.True(new ClassifierOptions { Kind = ClassifierKind.Cosine, Scale = 1 }.GivesCosines);
        Assert.Contains("Scale must be a finite number above 0", Assert.Throws<ArgumentOutOfRangeException>(() => new ClassifierOptions { Scale = 0 }).Message, StringComparison.Ordinal);
    }
}
