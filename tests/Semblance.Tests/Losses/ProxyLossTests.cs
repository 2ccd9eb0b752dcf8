using Semblance.Losses;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>What proxy losses have beyond what every pair loss has: formulas as loops, several labels, several centres, exact alignment.</summary>
public sealed class ProxyLossTests : IDisposable
{
    private const int Rows = 7;
    private const int Classes = 4;
    private const int Width = 5;
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string, IPairLoss, Func<double, double>, double, bool> Targets => new()
    {
        { "proxy-nca", new ProxyNcaLoss(new() { Scale = 3 }), s => s, 6, true },
        { "proxy-nca original", new ProxyNcaLoss(new() { Scale = 3, PositiveInDenominator = false }), s => s, 6, false },
        { "cosface", new CosFaceLoss(new() { Margin = 0.2, Scale = 8 }), s => s - 0.2, 8, true },
        { "arcface", new ArcFaceLoss(new() { Margin = 0.4, Scale = 8 }), s => Angle(s, 0.4), 8, true },
        { "arcface, right angle", new ArcFaceLoss(new() { Margin = Math.PI / 2, Scale = 2 }), s => Angle(s, Math.PI / 2), 2, true },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_value_with_any_number_of_labels_agrees_with_the_formula_written_as_a_loop(string name, IPairLoss loss, Func<double, double> target, double scale, bool inDenominator)
    {
        Assert.NotEmpty(name);
        foreach (Tensor labels in new[] { Numeric.Ids(0, 0, 1, 3, 3, 1, 0), SeveralLabels() })
        {
            PairBatch pairs = PairBatch.ToProxies(Embeddings(), labels, Proxies());
            double[] s = Numeric.Values(pairs.Similarity), own = Numeric.Values(pairs.Positive);
            double sum = 0;
            for (int i = 0; i < Rows; i++)
            {
                int[] positives = [.. Enumerable.Range(0, Classes).Where(k => own[(i * Classes) + k] == 1)];
                double push = Enumerable.Range(0, Classes).Except(positives).Sum(k => Math.Exp(scale * s[(i * Classes) + k]));
                if (push > 0)
                {
                    sum += positives.Select(k => Math.Exp(scale * target(s[(i * Classes) + k]))).Sum(pull => -Math.Log(pull / (push + (inDenominator ? pull : 0))) / positives.Length);
                }
            }
            Assert.Equal(sum / Rows, loss.Forward(pairs).ToDouble(), 1e-12);
        }
    }

    [Fact]
    public void Scaled_squared_distances_of_proxy_nca_are_twice_the_similarities_of_a_softmax()
    {
        PairBatch pairs = PairBatch.ToProxies(Embeddings(), Numeric.Ids(0, 0, 1, 3, 3, 1, 0), Proxies());
        double softmax = new NormalizedSoftmaxLoss(new() { Temperature = 1 / 6.0 }).Forward(pairs).ToDouble();
        Assert.Equal(softmax, new ProxyNcaLoss(new() { Scale = 3 }).Forward(pairs).ToDouble(), 1e-12);
        Assert.Equal(softmax, new CosFaceLoss(new() { Margin = 0, Scale = 6 }).Forward(pairs).ToDouble(), 1e-12);
        Assert.Equal(softmax, new ArcFaceLoss(new() { Margin = 0, Scale = 6 }).Forward(pairs).ToDouble(), 1e-12);
    }

    [Fact]
    public void Beyond_pi_less_the_margin_ArcFace_takes_the_margin_from_the_cosine()
    {
        foreach (double s in new[] { -0.999, -0.95, -0.8, -0.2, 0.6, 0.999 })
        {
            PairBatch pairs = Single(s);
            double expected = Math.Log(1 + Math.Exp(4 * (0.3 - Angle(s, 0.5))));
            Assert.Equal(expected, new ArcFaceLoss(new() { Scale = 4 }).Forward(pairs).ToDouble(), 1e-12);
        }
        Assert.Equal(-0.95 - (0.5 * Math.Sin(0.5)), Angle(-0.95, 0.5));
        Assert.True(Angle(-0.87, 0.5) > Angle(-0.88, 0.5));
    }

    [Fact]
    public void Several_centres_have_derivatives_that_agree_with_finite_differences()
    {
        Tensor centers = Numeric.Matrix(Numeric.Normal(Classes * 3 * Width, 8), Classes * 3), embeddings = Embeddings();
        RowPairLoss[] losses = [new SoftTripleLoss(new() { Centers = 3, Scale = 5, Gamma = 0.3 }), new SubCenterArcFaceLoss(new() { Scale = 5 })];
        foreach (RowPairLoss loss in losses)
        {
            Numeric.AssertDerivative(at => loss.Forward(PairBatch.ToProxies(at, SeveralLabels(), centers, centers: 3)), embeddings);
            Numeric.AssertDerivative(at => loss.Forward(PairBatch.ToProxies(embeddings, Numeric.Ids(0, 0, 1, 3, 3, 1, 0), at, centers: 3)), centers);
        }
        Numeric.AssertDerivative(at => SoftTripleTerm.CenterSpread(at, 3), centers);
    }

    [Fact]
    public void Sub_center_ArcFace_sees_the_nearest_centre_of_each_class()
    {
        Tensor centers = Numeric.Matrix(Numeric.Normal(Classes * 2 * Width, 8), Classes * 2);
        PairBatch all = PairBatch.ToProxies(Embeddings(), SeveralLabels(), centers, centers: 2);
        PairBatch nearest = PairBatch.ToProxies(Embeddings(), SeveralLabels(), Proxies()) with { Similarity = all.Similarity.Reshape(Rows, Classes, 2).Max(2) };
        Assert.Equal(new ArcFaceLoss(new()).Forward(nearest).ToDouble(), new SubCenterArcFaceLoss(new() { Centers = 2 }).Forward(all).ToDouble(), 1e-12);
        Tensor weights = PairWeights.Of(new SubCenterArcFaceLoss(new() { Centers = 2, Scale = 4 }), all);
        Assert.All(Numeric.Values(weights.Reshape(Rows, Classes, 2).NotEqualTo(0).Sum(2)), counted => Assert.InRange(counted, 0, 1));
    }

    [Fact]
    public void A_sharp_SoftTriple_is_CosFace_of_the_nearest_centre_and_equal_centres_are_one()
    {
        Tensor centers = Numeric.Matrix(Numeric.Normal(Classes * 2 * Width, 8), Classes * 2);
        PairBatch all = PairBatch.ToProxies(Embeddings(), SeveralLabels(), centers, centers: 2);
        PairBatch nearest = PairBatch.ToProxies(Embeddings(), SeveralLabels(), Proxies()) with { Similarity = all.Similarity.Reshape(Rows, Classes, 2).Max(2) };
        CosFaceLoss cosFace = new(new() { Scale = 20, Margin = 0.01 });
        Assert.Equal(cosFace.Forward(nearest).ToDouble(), new SoftTripleLoss(new() { Centers = 2, Gamma = 1e-4 }).Forward(all).ToDouble(), 1e-9);
        Tensor same = Proxies().Unsqueeze(1).Expand(Classes, 3, Width).Reshape(Classes * 3, Width);
        Assert.Equal(
            cosFace.Forward(PairBatch.ToProxies(Embeddings(), SeveralLabels(), Proxies())).ToDouble(),
            new SoftTripleLoss(new() { Centers = 3 }).Forward(PairBatch.ToProxies(Embeddings(), SeveralLabels(), same, centers: 3)).ToDouble(), 1e-12);
    }

    [Fact]
    public void The_spread_of_centres_is_a_mean_of_distances_within_classes_and_finite_where_they_merge()
    {
        Tensor centers = Tensor.From([1.0, 0, 0, 2, -3, 0, 0, 1, 0, 5, 0, 9], 6, 2);
        double root = Math.Sqrt(2 + 1e-5), tiny = Math.Sqrt(1e-5), far = Math.Sqrt(4 + 1e-5);
        Assert.Equal((root + far + root + (3 * tiny)) / (2 * 3 * 2), SoftTripleTerm.CenterSpread(centers, 3).ToDouble(), 1e-9);
        Tensor merged = Numeric.Leaf(Tensor.Ones([4, 3]));
        Assert.All(Numeric.Values(Autograd.Grad([SoftTripleTerm.CenterSpread(merged, 2)], [merged])[0]), slope => Assert.True(double.IsFinite(slope)));
        Assert.Equal(0, SoftTripleTerm.CenterSpread(centers, 1).ToDouble());
    }

    [Fact]
    public void The_term_of_SoftTriple_adds_the_regulariser_and_says_both_parts()
    {
        TermContext context = new(3, Width, 1);
        TermInput input = new(new Outputs((Outputs.Embedding, Embeddings().To(DataType.Float32))), Numeric.Ids(0, 0, 1, 2, 2, 1, 0));
        ITerm term = new SoftTripleOptions { Centers = 2, Tau = 0.5 }.Create(context);
        TermValue value = term.Forward(input);
        Assert.Equal(["classes", "centers"], value.Parts.Select(part => part.Name));
        Assert.Equal(value.Value.ToDouble(), value.Parts.Sum(part => part.Value.ToDouble()), 1e-5);
        Assert.Equal([6L, Width], Assert.Single(term.Parameters).Value.Shape);
        TermValue plain = new SoftTripleOptions { Centers = 2, Tau = 0 }.Create(context).Forward(input);
        Assert.Empty(plain.Parts);
        Assert.Equal(value.Parts[0].Value.ToDouble(), plain.Value.ToDouble());
    }

    [Fact]
    public void Many_classes_are_computed_some_rows_at_a_time_with_the_same_value_and_gradients()
    {
        const int many = 40_000, rows = 60, width = 16;
        Tensor embeddings = Numeric.Leaf(Numeric.Matrix(Numeric.Normal(rows * width, 2), rows)), ids = Tensor.Arange(100, 100 + rows), hot = Tensor.Arange(0, many / 2).Unsqueeze(0).LessThan(Tensor.Arange(0, rows).Unsqueeze(1));
        (RowPairLoss Loss, int Centers, Tensor Labels)[] cases = [(new ArcFaceLoss(new()), 1, ids), (new NormalizedSoftmaxLoss(new()), 1, ids), (new SubCenterArcFaceLoss(new() { Centers = 2 }), 2, hot)];
        foreach ((RowPairLoss loss, int centers, Tensor labels) in cases)
        {
            using TensorScope inner = new();
            Tensor drawn = ProxyTerm.Draw(new TermContext(many / centers, width, 3) { Type = DataType.Float64 }, centers);
            ProxyTerm term = new(loss, drawn, new ProxyTermOptions { Centers = centers });
            Tensor whole = loss.Forward(PairBatch.ToProxies(embeddings, labels, term.Proxies, centers: centers)), value = term.Forward(new TermInput(new Outputs((Outputs.Embedding, embeddings)), labels)).Value;
            Assert.Equal(whole.ToDouble(), value.ToDouble(), 1e-9);
            Tensor[] expected = Autograd.Grad([whole], [embeddings, term.Proxies]), actual = Autograd.Grad([value], [embeddings, term.Proxies]);
            Assert.All(expected.Zip(actual), pair => Assert.True((pair.First - pair.Second).Abs().Max().ToDouble() <= 1e-9 * (1 + pair.First.Abs().Max().ToDouble())));
            term.Proxies.Dispose();
        }
    }

    public static TheoryData<ITermOptions> Terms =>
    [
        new ProxyAnchorOptions(), new NormalizedSoftmaxOptions(), new ProxyNcaOptions(), new ProxyNcaOptions { PositiveInDenominator = false }, new CosFaceOptions(), new ArcFaceOptions(),
        new SubCenterArcFaceOptions(), new SoftTripleOptions(),
    ];

    [Theory]
    [MemberData(nameof(Terms))]
    public void Rows_exactly_on_and_opposite_to_their_proxy_give_finite_values_and_gradients(ITermOptions options)
    {
        foreach (DataType type in new[] { DataType.Float32, DataType.Float64, DataType.Float16 })
        {
            ITerm term = options.Create(new TermContext(3, Width, 1) { Type = type == DataType.Float64 ? type : DataType.Float32 });
            Tensor proxies = term.Parameters[0].Value;
            Tensor rows = Numeric.Leaf(Tensor.Concatenate([proxies.Detach().Narrow(0, 0, 3), proxies.Detach().Narrow(0, 0, 3) * -2]).To(type));
            Assert.All(AssertFinite(term, rows, Numeric.Ids(0, 1, 2, 0, 1, 2)), slope => Assert.True(slope.Abs().Max().ToDouble() < 1e6));
        }
    }

    [Theory]
    [MemberData(nameof(Terms))]
    public void One_class_no_label_all_labels_zero_rows_and_an_empty_batch_give_finite_values_and_gradients(ITermOptions options)
    {
        Tensor rows = Numeric.Leaf(Tensor.Concatenate([Embeddings().Narrow(0, 0, 2).To(DataType.Float32), Tensor.Zeros([1, Width])]));
        AssertFinite(options.Create(new TermContext(1, Width, 1)), rows, Numeric.Ids(0, 0, 0));
        ITerm term = options.Create(new TermContext(3, Width, 1));
        AssertFinite(term, rows, Tensor.From([0f, 0, 0, 1, 1, 1, 1, 0, 1], 3, 3));
        AssertFinite(term, rows, Tensor.Zeros([3, 3]));
        AssertFinite(term, Numeric.Leaf(Tensor.Zeros([0, Width])), Tensor.From(Array.Empty<long>(), 0));
    }

    [Theory]
    [MemberData(nameof(Terms))]
    public void A_row_with_NaN_makes_the_term_NaN_and_training_it_lowers_the_loss(ITermOptions options)
    {
        ITerm term = options.Create(new TermContext(3, Width, 1));
        Tensor rows = Embeddings().To(DataType.Float32);
        TermInput input = new(new Outputs((Outputs.Embedding, rows)), Numeric.Ids(0, 0, 1, 2, 2, 1, 0));
        Tensor broken = rows.MaskedFill(Tensor.Arange(0, Rows).EqualTo(3).Unsqueeze(1), double.NaN);
        Assert.True(double.IsNaN(term.Forward(new TermInput(new Outputs((Outputs.Embedding, broken)), input.Labels)).Value.ToDouble()));
        double first = term.Forward(input).Value.ToDouble();
        Tensor proxies = term.Parameters[0].Value;
        for (int step = 0; step < 20; step++)
        {
            Autograd.ClearGradients([proxies]);
            term.Forward(input).Value.Backward();
            using Autograd.Mode unrecorded = Autograd.NoGrad();
            proxies.AddInPlace(proxies.Gradient!, -0.01);
        }
        Assert.True(term.Forward(input).Value.ToDouble() < first);
    }

    [Fact]
    public void Centres_that_do_not_fit_and_wrong_settings_are_refused_in_words()
    {
        Assert.Contains("there are 7 proxies; 2 centres a class need a multiple of that.", Assert.Throws<ArgumentException>(() => PairBatch.ToProxies(Embeddings(), Numeric.Ids(0, 0, 1, 3, 3, 1, 0), Tensor.Ones([7, Width], DataType.Float64), centers: 2)).Message, StringComparison.Ordinal);
        Assert.Contains("there are 4 proxies; 3 centres a class", Assert.Throws<ArgumentException>(() => new SubCenterArcFaceLoss(new()).Forward(PairBatch.ToProxies(Embeddings(), SeveralLabels(), Proxies()))).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => new ArcFaceOptions { Margin = 1.6 });
        Assert.ThrowsAny<ArgumentException>(() => new CosFaceOptions { Scale = 0 });
        Assert.ThrowsAny<ArgumentException>(() => new SoftTripleOptions { Gamma = 0 });
        Assert.ThrowsAny<ArgumentException>(() => new SubCenterArcFaceOptions { Centers = 0 });
    }

    private static double Angle(double s, double margin) =>
        Math.Acos(s) <= Math.PI - margin ? Math.Cos(Math.Acos(s) + margin) : s - (margin * Math.Sin(margin));

    /// <summary>One row with two proxies: similarity s to its own, 0.3 to the other.</summary>
    private static PairBatch Single(double s)
    {
        Tensor positive = Tensor.From([1L, 0], 1, 2).NotEqualTo(0);
        return new PairBatch(Tensor.From([s, 0.3], 1, 2), positive, positive.Not());
    }

    private static Tensor Embeddings() => Numeric.Matrix(Numeric.Normal(Rows * Width, 6), Rows);

    private static Tensor Proxies() => Numeric.Matrix(Numeric.Normal(Classes * Width, 7), Classes);

    private static Tensor SeveralLabels() => Tensor.From([0L, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1], Rows, Classes);

    private static Tensor[] AssertFinite(ITerm term, Tensor rows, Tensor labels)
    {
        Tensor value = term.Forward(new TermInput(new Outputs((Outputs.Embedding, rows)), labels)).Value;
        Assert.True(double.IsFinite(value.ToDouble()));
        Tensor[] slopes = Autograd.Grad([value], [rows, term.Parameters[0].Value]);
        Assert.All(slopes, slope => Assert.True(slope.IsFinite().All().ToDouble() == 1));
        return slopes;
    }
}
