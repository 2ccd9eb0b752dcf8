using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Losses.Hashing;

public sealed class HashCompositionTests : IDisposable
{
    private const int Bits = 16;
    private const int Classes = 5;
    private static readonly HashHinge Hinge = new(-0.1, 0.2);
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    public static TheoryData<PairLossRow> Losses => PairLossRows.All;

    [Theory]
    [MemberData(nameof(Losses))]
    public void Around_any_loss_the_weights_are_those_of_clamped_similarities_and_0_beyond_the_hinge(PairLossRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Loss is IHingedLoss)
        {
            return; // Has a form of its own.
        }
        PairBatch pairs = row.Mined(PairBatch.Within(Numeric.Matrix(Numeric.Normal(12 * 4, 5), 12), Numeric.Ids(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3)));
        Tensor near = pairs.Positive.And(pairs.Similarity.AtLeast(0.8)), far = pairs.Negative.And(pairs.Similarity.AtMost(0.1)), beyond = near.Or(far);
        PairBatch clamped = pairs with { Similarity = pairs.Similarity.MaskedFill(near, 0.8).MaskedFill(far, 0.1) };
        IPairLoss hinged = HingedLoss.Of(row.Loss, Hinge);

        Assert.Equal(row.Loss.Forward(clamped).ToDouble(), hinged.Forward(pairs).ToDouble(), 1e-12);
        double[] expected = Numeric.Values(PairWeights.Of(row.Loss, clamped).MaskedFill(beyond, 0));
        Numeric.AssertClose(expected, Numeric.Values(PairWeights.Of(hinged, pairs)), 1e-9);
        if (hinged is IWeightedPairLoss weighted)
        {
            Numeric.AssertClose(Numeric.Values((row.Loss as IWeightedPairLoss)!.Weights(clamped).MaskedFill(beyond, 0)), Numeric.Values(weighted.Weights(pairs)), 1e-12);
        }
        Assert.Equal(row.Loss is RowPairLoss, hinged is RowPairLoss);
        Assert.Equal(row.Loss is IWeightedPairLoss, hinged is IWeightedPairLoss);
    }

    [Fact]
    public void Proxy_anchor_takes_its_published_form()
    {
        ProxyAnchorOptions options = new();
        PairBatch pairs = PairBatch.ToProxies(Codes(), Ids(), Numeric.Matrix(Numeric.Normal(Classes * Bits, 3), Classes));
        Assert.Equal(new ProxyAnchorLoss(options, Hinge).Forward(pairs).ToDouble(), HingedLoss.Of(new ProxyAnchorLoss(options), Hinge).Forward(pairs).ToDouble());
    }

    [Theory]
    [InlineData("{loss: proxy-nca}")]
    [InlineData("{loss: proxy-anchor, alpha: 16}")]
    [InlineData("{loss: contrastive}")]
    [InlineData("{loss: multi-similarity}")]
    [InlineData("{loss: triplet}")]
    [InlineData("{loss: circle}")]
    [InlineData("{loss: normalized-softmax}")]
    [InlineData("{loss: cosface}")]
    [InlineData("{loss: arcface}")]
    [InlineData("{loss: soft-triple}")]
    [InlineData("{loss: supcon, pairs: {memory: {size: 64, from-step: 0}}}")]
    public void A_recipe_puts_the_hinge_around_any_metric_over_cosines(string metric)
    {
        using Objective objective = Create($"{{loss: hash, metric: {metric}, hinge: {{delta: 0.1}}, quantizer: {{kind: corner, weight: 0.5}}}}");
        using Objective plain = Create($"{{loss: hash, metric: {metric}}}");
        Tensor leaf = Numeric.Leaf(Codes().To(DataType.Float32));
        ObjectiveValue value = objective.Forward(Input(leaf));

        Assert.Equal(["hash", "hash.metric", "hash.quantization"], value.Terms.Select(term => term.Name));
        Assert.NotEqual(plain.Forward(Input(leaf)).Total.ToDouble(), value.Total.ToDouble());
        Assert.Equal(plain.Parameters.Select(parameter => parameter.Name), objective.Parameters.Select(parameter => parameter.Name));
        value.Total.Backward();
        Assert.All(objective.Parameters, parameter => Assert.NotNull(parameter.Value.Gradient));
        Assert.True(leaf.Gradient!.Abs().Sum().ToDouble() > 0);
    }

    [Theory]
    [InlineData("{loss: hash, metric: {loss: dpsh}, hinge: {}}", "no cosines")]
    [InlineData("{loss: hash, metric: {loss: csq}, hinge: {}}", "proxies: hadamard")]
    [InlineData("{loss: hash, metric: {loss: orthohash}, hinge: {}}", "proxies: hadamard")]
    [InlineData("{loss: hash, metric: {loss: hhf}, hinge: {}}", "a hinge of its own")]
    [InlineData("{loss: hash, metric: {loss: proxy-nca, proxies: balanced}}", "there are 70 codes of 8 bits", 8, 71)]
    [InlineData("{loss: hash, metric: {loss: contrastive, pairs: {normalize: false}}, hinge: {}}", "not by cosines")]
    [InlineData("{loss: hash, metric: {loss: proxy-anchor}, hinge: {}}", "8 bits cannot hold 1000 classes", 8, 1000)]
    [InlineData("{loss: hhf}", "8 bits cannot hold 1000 classes", 8, 1000)]
    [InlineData("{loss: hyp2}", "8 bits cannot hold 1000 classes", 8, 1000)]
    public void What_has_no_hinge_or_no_room_for_the_classes_is_refused_with_the_term_named(string term, string words, int bits = Bits, int classes = Classes)
    {
        string message = Assert.Throws<ArgumentException>(() => Create(term, bits, classes)).Message;
        Assert.Contains(words, message, StringComparison.Ordinal);
        Assert.Contains("objective term h", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{loss: hash, metric: {loss: hash}}", "metric.loss is \"hash\"")]
    [InlineData("{loss: hash, metric: {loss: cross-entropy}}", "metric.loss is \"cross-entropy\"")]
    [InlineData("{loss: hash}", "metric.loss is missing")]
    [InlineData("{loss: hash, metric: {loss: triplet, alpha: 2}}", "alpha")]
    [InlineData("{loss: hash, metric: {loss: triplet}, relaxation: {every: 3}}", "every")]
    [InlineData("{loss: hash, metric: {loss: triplet}, quantizer: {kind: corner, power: 0.5}}", "power is \"0.5\"")]
    [InlineData("{loss: hyp2, proxies: false, pair-kind: none}", "nothing is trained")]
    [InlineData("{loss: dual-hinge, alpha: 1}", "alpha is \"1\"")]
    public void Recipes_that_cannot_be_are_refused_with_the_key(string term, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Read(term)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("none", 30, 0.5)]
    [InlineData("tanh, every: 10", 30, 0.76159415595576489)] // tanh(2 · 0.5)
    [InlineData("scheduled, from: 1, to: 5, epochs: 40", 30, 0.9640275800758169)] // tanh(4 · 0.5)
    [InlineData("soft-sign", 0, 1.0 / 3)]
    [InlineData("clip", 0, 0.5)]
    [InlineData("sign", 0, 1.0)]
    public void A_recipe_names_the_relaxation(string relaxation, double epoch, double expected)
    {
        HashOptions options = Assert.IsType<HashOptions>(Read($"{{loss: hash, metric: {{loss: triplet}}, relaxation: {{kind: {relaxation}}}}}").Objective[0].Options);
        Tensor seen = options.Relaxation.Create()?.Apply(Tensor.From([0.5], 1, 1), epoch) ?? Tensor.From([0.5], 1, 1);
        Assert.Equal(expected, seen.ToDouble(), 1e-12);
    }

    [Fact]
    public void The_scale_of_a_schedule_goes_evenly_and_stays()
    {
        ScheduledTanh relaxation = new(1, 9, 4);
        Assert.Equal([1.0, 3, 5, 9, 9], new[] { 0.0, 1, 2, 4, 50 }.Select(relaxation.Scale));
        Assert.Equal(3, new ScheduledTanh(1, 3, 0).Scale(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScheduledTanh(0, 1, 1));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("tanh")]
    [InlineData("clip")]
    public void A_row_of_zeros_has_no_derivative_under_a_hinge_whatever_the_relaxation(string relaxation)
    {
        using Objective objective = Create($"{{loss: hash, metric: {{loss: proxy-nca}}, hinge: {{}}, quantizer: {{kind: corner}}, relaxation: {{kind: {relaxation}}}}}");
        Tensor leaf = Numeric.Leaf(Codes().To(DataType.Float32) * Tensor.From([0f, 1, 1, 1, 1, 1, 1, 1, 1, 1], 10, 1));
        objective.Forward(Input(leaf)).Total.Backward();

        Assert.All(leaf.Gradient!.Narrow(0, 0, 1).ToArray<float>(), slope => Assert.Equal(0, slope));
        Assert.All(leaf.Gradient!.ToArray<float>(), slope => Assert.InRange(Math.Abs(slope), 0, 10));
        Assert.True(leaf.Gradient!.Narrow(0, 1, 9).Abs().Sum().ToDouble() > 0);
    }

    [Fact]
    public void An_output_of_0_has_the_sign_0_as_in_the_released_code() =>
        Assert.Equal([0.0, 0, -1], Numeric.Values(new StraightThroughSign().Apply(Tensor.From([0.0, -0.0, -1e-30], 1, 3), 0)));

    [Fact]
    public void A_preset_is_the_composition_of_its_parts()
    {
        using Objective preset = Create("{loss: hhf, alpha: 16, delta: 0.2, beta: 0.001}");
        using Objective composed = Create("{loss: hash, name: hhf, metric: {loss: proxy-anchor, alpha: 16}, hinge: {delta: 0.2}, quantizer: {kind: sign, weight: 0.001}}");
        Tensor codes = Codes().To(DataType.Float32);
        Assert.Equal(preset.Forward(Input(codes)).Total.ToDouble(), composed.Forward(Input(codes)).Total.ToDouble());
    }

    [Theory]
    [InlineData("hadamard")]
    [InlineData("balanced")]
    [InlineData("bernoulli")]
    [InlineData("gaussian")]
    [InlineData("max-min")]
    public void Fixed_codes_of_the_classes_stand_in_for_trained_proxies_with_the_hinge_around_them(string codes)
    {
        foreach (string loss in new[] { "proxy-anchor", "proxy-nca", "normalized-softmax", "cosface", "arcface" })
        {
            using Objective objective = Create($"{{loss: hash, metric: {{loss: {loss}, proxies: {codes}}}, hinge: {{}}, quantizer: {{kind: corner, power: 2, weight: 0.0001}}}}");
            Tensor leaf = Numeric.Leaf(Codes().To(DataType.Float32));
            objective.Forward(Input(leaf)).Total.Backward();

            (string name, Tensor proxies) = Assert.Single(objective.Buffers);
            Assert.Equal("hash.proxies", name);
            Assert.Empty(objective.Parameters);
            Assert.All(proxies.ToArray<float>(), value => Assert.Equal(1, Math.Abs(value)));
            Assert.True(leaf.Gradient!.Abs().Sum().ToDouble() > 0);
        }
    }

    [Fact]
    public void On_fixed_codes_nothing_pulls_or_pushes_an_image_that_has_reached_its_own()
    {
        using Objective objective = Create("{loss: hash, metric: {loss: proxy-anchor, proxies: hadamard}, hinge: {delta: 0.2}}", bits: 16, classes: 10);
        Tensor proxies = Assert.Single(objective.Buffers).Value;
        Tensor leaf = Numeric.Leaf(proxies.Clone());
        ObjectiveValue value = objective.Forward(new TermInput(new Outputs((Outputs.Code, leaf)), Numeric.Ids(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)));
        value.Total.Backward();

        Assert.Equal(0, value.Total.ToDouble());
        Assert.All(leaf.Gradient!.ToArray<float>(), slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void The_preset_takes_every_relaxation_that_a_composition_takes()
    {
        Tensor codes = Codes().To(DataType.Float32);
        foreach ((string key, string group) in new[]
        {
            ("relaxation: tanh, relaxation-every: 2", "kind: tanh, every: 2"),
            ("relaxation: scheduled, relaxation-from: 1, relaxation-to: 4, relaxation-epochs: 6", "kind: scheduled, from: 1, to: 4, epochs: 6"),
            ("relaxation: soft-sign", "kind: soft-sign"),
            ("relaxation: clip", "kind: clip"),
        })
        {
            using Objective preset = Create($"{{loss: hhf, {key}}}");
            using Objective composed = Create($"{{loss: hash, name: hhf, metric: {{loss: proxy-anchor, alpha: 16}}, hinge: {{}}, quantizer: {{kind: sign}}, relaxation: {{{group}}}}}");
            Assert.Equal(preset.Forward(Input(codes)).Total.ToDouble(), composed.Forward(Input(codes)).Total.ToDouble());
        }
    }

    private static Recipe Read(string term) => Recipe.Parse($"data: {{path: photos}}\nmodel: {{backbone: convnet}}\nobjective:\n  - {term}\n", "test.yaml", TrainingRun.Catalogue);

    private static Objective Create(string term, int bits = Bits, int classes = Classes) => Objectives.Create([.. Read(term).Objective], new TermContext(classes, bits, 7));

    private static Tensor Codes() => Numeric.Matrix(Numeric.Normal(10 * Bits, 8), 10);

    private static Tensor Ids() => Numeric.Ids(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);

    private static TermInput Input(Tensor codes) => new(new Outputs((Outputs.Code, codes)), Ids(), Epoch: 3);
}
