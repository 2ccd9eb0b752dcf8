using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class HhfTests : IDisposable
{
    private const int Rows = 5;
    private const int Bits = 6;
    private const int Classes = 4;
    private const double Zeta = -0.2;
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    public static TheoryData<HhfVariant, bool, bool> Forms
    {
        get
        {
            TheoryData<HhfVariant, bool, bool> forms = [];
            foreach (HhfVariant variant in Enum.GetValues<HhfVariant>())
            {
                foreach (bool hinge in new[] { true, false })
                {
                    forms.Add(variant, hinge, false);
                    forms.Add(variant, hinge, true);
                }
            }
            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_value_agrees_with_the_formula_written_as_a_loop(HhfVariant variant, bool hinge, bool severalLabels)
    {
        HhfOptions options = new() { Variant = variant, Hinge = hinge, Alpha = 5 };
        PairBatch pairs = PairBatch.ToProxies(Embeddings(), severalLabels ? SeveralLabels() : Numeric.Ids(0, 0, 1, 3, 3), Proxies());
        double expected = Slow(Numeric.Values(pairs.Similarity), Numeric.Values(pairs.Positive), options);
        Assert.Equal(expected, options.MetricLoss(Zeta).Forward(pairs).ToDouble(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Rows_of_all_classes_or_none_add_what_is_left_of_them(HhfVariant variant, bool hinge, bool all)
    {
        HhfOptions options = new() { Variant = variant, Hinge = hinge };
        Tensor leaf = Numeric.Leaf(Embeddings());
        PairBatch pairs = PairBatch.ToProxies(leaf, Tensor.Full([Rows, Classes], all ? 1 : 0), Proxies());
        Tensor loss = options.MetricLoss(Zeta).Forward(pairs);
        Assert.Equal(Slow(Numeric.Values(pairs.Similarity), Numeric.Values(pairs.Positive), options), loss.ToDouble(), 1e-12);
        Assert.All(Numeric.Values(Autograd.Grad([loss], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
    }

    [Fact]
    public void Beyond_the_hinge_nothing_pulls_and_nothing_pushes()
    {
        HashHinge hinge = new(0, 0.25);
        Tensor cosine = Numeric.Leaf(Tensor.From([0.75, 0.8, 1.0, 0.25, 0.2, -1.0], 6));
        Tensor sum = hinge.Attraction(cosine.Narrow(0, 0, 3)).Sum() + hinge.Repulsion(cosine.Narrow(0, 3, 3)).Sum();
        Assert.Equal(0, sum.ToDouble());
        Assert.All(Numeric.Values(Autograd.Grad([sum], [cosine])[0]), slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void Proxy_anchor_is_exactly_0_once_every_pair_is_beyond_the_hinge()
    {
        Tensor rows = Numeric.Leaf(Tensor.From([1.0, 1, 1, -1], 2, 2));
        ProxyAnchorLoss loss = new(new ProxyAnchorOptions { Alpha = 64 }, new HashHinge(0, 0.2));
        Tensor value = loss.Forward(PairBatch.ToProxies(rows, Numeric.Ids(0, 1), rows.Detach()));
        Assert.Equal(0, value.ToDouble());
        Assert.All(Numeric.Values(Autograd.Grad([value], [rows])[0]), slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void Great_sharpness_does_not_overflow_in_single_precision()
    {
        foreach (HashHinge? hinge in new[] { null, new HashHinge(-1, 0) })
        {
            Tensor rows = Numeric.Leaf(Tensor.From([1f, 0, -1, 0, 0, 1], 3, 2));
            Tensor value = new ProxyAnchorLoss(new ProxyAnchorOptions { Alpha = 400 }, hinge).Forward(PairBatch.ToProxies(rows, Numeric.Ids(1, 0, 1), Tensor.From([1f, 0, -1, 0], 2, 2)));
            Assert.InRange(value.ToDouble(), 400, 2000);
            Assert.All(Numeric.Values(Autograd.Grad([value], [rows])[0]), slope => Assert.True(double.IsFinite(slope)));
        }
    }

    [Fact]
    public void The_weight_of_a_positive_pair_is_its_share_of_all_that_pull_and_1()
    {
        const double Alpha = 5;
        PairBatch pairs = PairBatch.ToProxies(Embeddings(), Numeric.Ids(0, 0, 1, 3, 3), Proxies());
        HashHinge hinge = new(Zeta, 0.2);
        double[] weights = Numeric.Values(PairWeights.Of(new ProxyAnchorLoss(new ProxyAnchorOptions { Alpha = Alpha }, hinge), pairs));
        double[] c = Numeric.Values(pairs.Similarity);
        double Pull(int row) => Math.Exp(Alpha * Math.Max(0, 1 - 0.2 - c[row * Classes]));
        Assert.Equal(-Alpha * Pull(0) / (Pull(0) + Pull(1) - 1) / 3, weights[0], 1e-12);
    }

    [Fact]
    public void The_quantiser_sets_magnitudes_and_leaves_signs()
    {
        Tensor leaf = Numeric.Leaf(Tensor.From([1.0, -1, 0, 0.5, -2, 1.5], 2, 3));
        Tensor value = new SignQuantizer().Forward(leaf);
        Assert.Equal(0.25 + 1 + 0.25, value.ToDouble(), 1e-15);
        Assert.Equal([0, 0, 0, -1, -2, 1], Numeric.Values(Autograd.Grad([value], [leaf])[0]));
        Assert.Equal(1.5 * 85 / 2 * 60 / 3, new SignQuantizer(85, 60).Forward(leaf).ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(DataType.Float64, 1e-12)]
    [InlineData(DataType.Float32, 1e-6)]
    public void The_quantiser_in_one_pass_is_its_formula_of_recorded_operators(DataType type, double tolerance)
    {
        foreach ((int rows, int bits) in new[] { (1, 1), (3, 5), (2, 8), (40, 61), (0, 4) })
        {
            double[] values = Numeric.Normal(rows * bits, 7);
            for (int k = 0; k < values.Length; k += 6)
            {
                values[k] = k % 4 == 0 ? 0 : -0.0;
            }
            Tensor outputs = Tensor.From(values, rows, bits).To(type), ours = Numeric.Leaf(outputs), recorded = Numeric.Leaf(outputs);
            Tensor value = new SignQuantizer().Forward(ours) * 0.3, expected = Functional.SumOfSquares(recorded, recorded.Detach().Sign()) * 0.3;
            Assert.Equal(expected.ToDouble(), value.ToDouble(), tolerance * Math.Max(1, expected.ToDouble()));
            Numeric.AssertClose(Numeric.Values(Autograd.Grad([expected], [recorded])[0]), Numeric.Values(Autograd.Grad([value], [ours])[0]), tolerance);
        }
        foreach (int broken in new[] { 0, 16 })
        {
            double[] values = Numeric.Normal(17, 7);
            values[broken] = double.NaN;
            Assert.True(double.IsNaN(new SignQuantizer().Forward(Tensor.From(values, 1, 17).To(type)).ToDouble()));
        }
    }

    [Fact]
    public void The_corner_quantiser_agrees_with_its_formula_and_its_derivative_with_differences()
    {
        Tensor outputs = Tensor.From([0.3, -1.7, 2.0, -0.4], 2, 2);
        Assert.Equal((Math.Pow(0.7, 3) + Math.Pow(0.7, 3) + 1 + Math.Pow(0.6, 3)) / 4, new CornerQuantizer(3).Forward(outputs).ToDouble(), 1e-15);
        Numeric.AssertDerivative(new CornerQuantizer(3).Forward, outputs);
        Numeric.AssertDerivative(new CornerQuantizer().Forward, outputs);
        Numeric.AssertDerivative(new SignQuantizer().Forward, outputs);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CornerQuantizer(0.5));
    }

    [Theory]
    [InlineData(HhfVariant.ProxyAnchor)]
    [InlineData(HhfVariant.ProxyNca)]
    [InlineData(HhfVariant.Pair)]
    [InlineData(HhfVariant.Baseline)]
    public void A_term_is_the_metric_plus_the_weighted_quantiser(HhfVariant variant)
    {
        HhfOptions options = new() { Variant = variant, QuantizationWeight = 0.01 };
        ITerm term = options.Create(new TermContext(Classes, Bits, 3) { Type = DataType.Float64 });
        Tensor outputs = Embeddings();
        TermValue value = term.Forward(new TermInput(new Outputs((Outputs.Code, outputs)), Numeric.Ids(0, 0, 1, 3, 3)));
        double quantization = 0.01 * Numeric.Values(outputs).Sum(x => (Math.Sign(x) - x) * (Math.Sign(x) - x));
        Assert.Equal(["metric", "quantization"], value.Parts.Select(part => part.Name));
        Assert.Equal(quantization, value.Parts[1].Value.ToDouble(), 1e-12);
        Assert.Equal(value.Parts[0].Value.ToDouble() + quantization, value.Value.ToDouble(), 1e-12);
        Assert.Equal(variant == HhfVariant.Pair ? [] : ["proxies"], term.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void The_pair_variant_compares_the_halves_of_a_batch()
    {
        Tensor outputs = Embeddings(), labels = Numeric.Ids(0, 1, 0, 1, 1);
        ITerm term = new HhfOptions { Variant = HhfVariant.Pair, Inflection = Zeta, Quantization = false }.Create(new TermContext(Classes, Bits, 3));
        PairBatch halves = PairBatch.Between(outputs.Narrow(0, 0, 2), labels.Narrow(0, 0, 2), outputs.Narrow(0, 2, 3), labels.Narrow(0, 2, 3));
        double expected = new PairLogisticLoss(new HashHinge(Zeta, 0.2)).Forward(halves).ToDouble();
        Assert.Equal(expected, term.Forward(new TermInput(new Outputs((Outputs.Code, outputs)), labels)).Value.ToDouble());
    }

    [Fact]
    public void The_inflection_point_comes_from_bits_and_classes_unless_it_is_given()
    {
        Assert.Equal(0.0625, new HhfOptions().HingeFor(128, 1000)!.Inflection);
        Assert.Equal(-0.5, new HhfOptions { Inflection = -0.5 }.HingeFor(128, 1000)!.Inflection);
        Assert.Null(new HhfOptions { Hinge = false }.HingeFor(8, 1000));
        Assert.Contains("8 bits cannot hold 1000 classes", Assert.ThrowsAny<ArgumentException>(() => new HhfOptions().Create(new TermContext(1000, 8, 1))).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => new HhfOptions().Create(new TermContext(1, 8, 1)));
    }

    [Fact]
    public void Settings_without_an_active_range_are_warned_of()
    {
        Assert.Null(new HhfOptions().Warning(new TermContext(10, 64, 1)));
        Assert.Null(new HhfOptions { Hinge = false }.Warning(new TermContext(10, 64, 1)));
        Assert.Contains("repulsion begins only at 0.95", new HhfOptions().Warning(new TermContext(200, 8, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HhfOptions { Alpha = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HhfOptions { Slack = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HhfOptions { Slack = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HhfOptions { Inflection = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HhfOptions { QuantizationWeight = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HhfOptions { ReferenceBatch = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashHinge(double.NaN, 0.2));
    }

    private static Tensor Embeddings() => Numeric.Matrix(Numeric.Normal(Rows * Bits, 31), Rows);

    private static Tensor Proxies() => Numeric.Matrix(Numeric.Normal(Classes * Bits, 32), Classes);

    /// <summary>No label, one, two, all, and one that nobody else has.</summary>
    private static Tensor SeveralLabels() => Tensor.From([0.0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1], Rows, Classes);

    private static double Slow(double[] c, double[] y, HhfOptions options)
    {
        double Hinge(double value) => Math.Max(0, value);
        double Pull(double s) => options.Hinge ? Hinge(1 - options.Slack - s) : 1 - s;
        double Push(double s) => Hinge(s - Zeta - options.Slack);
        double[] positive = [.. c.Where((_, k) => y[k] != 0)], negative = [.. c.Where((_, k) => y[k] == 0)];
        double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(0).Average();
        return options.Variant switch
        {
            HhfVariant.ProxyAnchor => SlowAnchor(c, y, options),
            HhfVariant.ProxyNca => positive.Sum(Pull) + Enumerable.Range(0, c.Length / Classes)
                .Select(row => Enumerable.Range(row * Classes, Classes).Where(k => y[k] == 0).Sum(k => Math.Exp(options.Hinge ? Push(c[k]) : c[k]))).Sum(sum => sum == 0 ? 0 : Math.Log(sum)),
            HhfVariant.Pair => options.Hinge
                ? Mean(positive.Select(Pull)) + Mean(negative.Select(Push))
                : Mean(positive.Select(s => Math.Log(1 + Math.Exp(s)) - s)) + Mean(negative.Select(s => Math.Log(1 + Math.Exp(s)))),
            _ => options.Alpha * (options.Hinge
                ? Mean(positive.Select(s => 1 - s - options.Slack)) + Mean(negative.Select(Push))
                : Mean(positive.Select(s => 1 - s)) + Mean(negative.Select(s => 1 + s))),
        };
    }

    private static double SlowAnchor(double[] c, double[] y, HhfOptions options)
    {
        (double pull, double push, int present) = (0, 0, 0);
        for (int proxy = 0; proxy < Classes; proxy++)
        {
            int[] column = [.. Enumerable.Range(0, c.Length / Classes).Select(row => (row * Classes) + proxy)];
            double A(int k) => options.Hinge ? Math.Exp(options.Alpha * Math.Max(0, 1 - options.Slack - c[k])) - 1 : Math.Exp(options.Alpha * (0.1 - c[k]));
            double B(int k) => options.Hinge ? Math.Exp(options.Alpha * Math.Max(0, c[k] - Zeta - options.Slack)) - 1 : Math.Exp(options.Alpha * (0.1 + c[k]));
            present += column.Any(k => y[k] != 0) ? 1 : 0;
            pull += Math.Log(1 + column.Where(k => y[k] != 0).Sum(A));
            push += Math.Log(1 + column.Where(k => y[k] == 0).Sum(B));
        }
        return (pull / Math.Max(1, present)) + (push / Classes);
    }
}
