using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class HashMethodTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_metric_sees_relaxed_outputs_and_the_quantiser_raw_ones()
    {
        Tensor outputs = Codes();
        PairTerm metric = new(new MultiSimilarityLoss(new()), new PairTermOptions());
        HashMethod method = new(metric, new SignQuantizer(), new HashMethodOptions { QuantizationWeight = 0.5 }, new StraightThroughSign());
        double expected = metric.Forward(Input(outputs.Sign())).Value.ToDouble();
        TermValue value = method.Forward(Input(outputs));
        Assert.Equal(expected, value.Parts[0].Value.ToDouble());
        Assert.Equal(0.5 * new SignQuantizer().Forward(outputs).ToDouble(), value.Parts[1].Value.ToDouble(), 1e-12);
    }

    [Fact]
    public void Signs_go_forward_and_the_derivative_of_the_identity_goes_back()
    {
        Tensor leaf = Numeric.Leaf(Tensor.From([0.3, -2.0, 5.0], 1, 3));
        Tensor relaxed = new StraightThroughSign().Apply(leaf, 0);
        Assert.Equal([1.0, -1, 1], Numeric.Values(relaxed));
        Assert.Equal([2.0, 3, 4], Numeric.Values(Autograd.Grad([(relaxed * Tensor.From([2.0, 3, 4], 1, 3)).Sum()], [leaf])[0]));
    }

    [Fact]
    public void Tanh_nears_the_sign_as_training_goes_on()
    {
        TanhContinuation relaxation = new();
        Assert.Equal([1, 1, Math.Sqrt(2), 2], new[] { 0, 19.9, 20, 60 }.Select(relaxation.Scale));
        Numeric.AssertClose([Math.Tanh(0.3 * 2), Math.Tanh(-2)], Numeric.Values(relaxation.Apply(Tensor.From([0.3, -1.0], 1, 2), 79)), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TanhContinuation(0));
    }

    [Fact]
    public void Without_a_quantiser_only_the_metric_is_left()
    {
        HashMethod method = new(new PairTerm(new PairLogisticLoss(), new PairTermOptions()), null, new HashMethodOptions());
        TermValue value = method.Forward(Input(Codes()));
        Assert.Equal(value.Parts.Single().Value.ToDouble(), value.Value.ToDouble());
    }

    [Fact]
    public void Proxies_of_the_metric_are_the_methods_parameters_and_are_trained()
    {
        using ProxyHolder holder = new();
        HashMethod method = new(holder.Term, new SignQuantizer(), new HashMethodOptions());
        (string name, Tensor proxies) = Assert.Single(method.Parameters);
        Assert.Equal("proxies", name);
        method.Forward(Input(Codes())).Value.Backward();
        Assert.True(proxies.Gradient!.Abs().Sum().ToDouble() > 0);
    }

    [Fact]
    public void The_derivatives_of_a_whole_method_agree_with_finite_differences()
    {
        using ProxyHolder holder = new();
        HashMethod method = new(holder.Term, new CornerQuantizer(3), new HashMethodOptions { QuantizationWeight = 0.3 }, new TanhContinuation());
        Numeric.AssertDerivative(outputs => method.Forward(Input(outputs)).Value, Codes());
    }

    [Fact]
    public void A_quantiser_can_stand_as_a_term_of_its_own() =>
        Assert.Equal(new SignQuantizer().Forward(Codes()).ToDouble(), new QuantizationTerm(new SignQuantizer()).Forward(Input(Codes())).Value.ToDouble());

    private static Tensor Codes() => Numeric.Matrix(Numeric.Normal(6 * 4, 8), 6);

    private static TermInput Input(Tensor codes) => new(new Outputs((Outputs.Code, codes)), Numeric.Ids(0, 0, 1, 1, 2, 2), Epoch: 21);

    private sealed class ProxyHolder : IDisposable
    {
        public ProxyTerm Term { get; } = new(new ProxyAnchorLoss(new() { Alpha = 4 }), ProxyTerm.Draw(new TermContext(3, 4, 5) { Type = DataType.Float64 }), new ProxyTermOptions());

        public void Dispose() => Term.Proxies.Dispose();
    }
}
