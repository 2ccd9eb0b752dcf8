using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses.Hashing;

/// <summary>Hash methods over batches, codes of classes and classifiers, against their formulas written as loops.</summary>
public sealed class HashCenterLossTests : IDisposable
{
    private const int Rows = 7;
    private const int Bits = 8;
    private const int Classes = 4;
    private static readonly TermContext Context = new(Classes, Bits, 5) { Type = DataType.Float64 };
    private readonly TensorScope scope = new();

    /// <summary>Each method with its formula: outputs [n][K], labels [n][C], and the term for its centres or weights.</summary>
    public static TheoryData<string, ITermOptions, Func<double[][], bool[][], ITerm, double>> Methods => new()
    {
        { "hashnet", new HashNetOptions { Alpha = 0.3 }, (u, y, _) => HashNet(u, y, 0.3) },
        { "dch", new DchOptions { Gamma = 3, QuantizationWeight = 0.2 }, (u, y, _) => Dch(u, y, 3, 0.2) },
        { "dtsh", new DtshOptions { Margin = 1.5, QuantizationWeight = 0.3 }, (u, y, _) => Dtsh(u, y, 1.5) + (0.3 * SignDistance(u)) },
        { "lcdsh", new LcdshOptions { QuantizationWeight = 2 }, (u, y, _) => Lcdsh(u, y, 2) },
        { "qsmih", new QsmihOptions { QuantizationWeight = 0.1 }, (u, y, _) => Qsmih(u, y, 0.1, clamped: true) },
        { "qsmih plain", new QsmihOptions { QuantizationWeight = 0.1, SquareClamp = false }, (u, y, _) => Qsmih(u, y, 0.1, clamped: false) },
        { "csq", new CsqOptions { QuantizationWeight = 0.2 }, (u, y, term) => Csq(u, Targets(y, term, all: true), 0.2) },
        { "csq first", new CsqOptions { Labels = CodeLabels.First, Centers = CodebookKind.Bernoulli }, (u, y, term) => Csq(u, Targets(y, term, all: false), 1e-4) },
        { "dpn", new DpnOptions { Margin = 0.7 }, (u, y, term) => Dpn(u, Targets(y, term, all: true), 0.7) },
        { "greedyhash all", new GreedyHashOptions { Labels = CodeLabels.All, QuantizationWeight = 0.3 }, (u, y, term) => Classified(Signs(u), y, term) + (0.3 * Corner(u, 3)) },
        { "greedyhash", new GreedyHashOptions { QuantizationWeight = 0.3 }, (u, y, term) => Classified(Signs(u), FirstOf(y), term) + (0.3 * Corner(u, 3)) },
        { "orthohash", new OrthoHashOptions(), (u, y, term) => Ortho(u, y, term, s => s - 0.2, 8) },
        {
            "orthohash arc", new OrthoHashOptions { Softmax = new() { MarginType = MarginType.Arc, Margin = 0.4, Scale = 3 }, QuantizationWeight = 0.3 },
            (u, y, term) => Ortho(u, y, term, s => Math.Cos(Math.Acos(Math.Clamp(s, -0.99999, 0.99999)) + 0.4), 3) + (0.3 * CosineGap(u))
        },
        { "orthohash l1", new OrthoHashOptions { QuantizationWeight = 0.3, Quantizer = CodeDistance.L1 }, (u, y, term) => Ortho(u, y, term, s => s - 0.2, 8) + (0.3 * Corner(u, 1)) },
        { "orthohash l2", new OrthoHashOptions { QuantizationWeight = 0.3, Quantizer = CodeDistance.L2 }, (u, y, term) => Ortho(u, y, term, s => s - 0.2, 8) + (0.3 * SignDistance(u)) },
        { "orthohash bce", new OrthoHashOptions { Softmax = new() { MultiLabel = CodebookLabels.Bce } }, OrthoBce },
        { "dshsd", new DshsdOptions { Alpha = 0.2, Margin = 3 }, (u, y, term) => Dshsd(u, y, term, 0.2, 3) },
    };

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_value_with_any_number_of_labels_is_that_of_the_formula(string name, ITermOptions options, Func<double[][], bool[][], ITerm, double> formula)
    {
        Assert.NotEmpty(name);
        ITerm term = options.Create(Context);
        foreach (bool[][] labels in new[] { Several(), One(), All() })
        {
            Assert.Equal(formula(Matrix(Codes()), labels, term), Value(term, Codes(), Hot(labels)), 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Class_ids_and_rows_with_one_label_are_the_same(string name, ITermOptions options, Func<double[][], bool[][], ITerm, double> formula)
    {
        Assert.NotNull(formula);
        if (name is "orthohash bce" or "dshsd")
        {
            return; // Rows of 0 and 1 are a decision a class there, ids a softmax.
        }
        ITerm term = options.Create(Context);
        Assert.Equal(Value(term, Codes(), Hot(One())), Value(term, Codes(), Numeric.Ids(0, 0, 1, 3, 3, 1, 0)), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Derivatives_agree_with_finite_differences(string name, ITermOptions options, Func<double[][], bool[][], ITerm, double> formula)
    {
        Assert.NotNull(formula);
        if (name.StartsWith("greedyhash", StringComparison.Ordinal))
        {
            return; // Its derivative is that of the identity, not of signs; a test of its own.
        }
        ITerm term = options.Create(Context);
        Numeric.AssertDerivative(at => term.Forward(Input(at, Hot(Several()))).Value, Codes());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Zero_rows_single_images_one_class_and_no_label_are_finite(string name, ITermOptions options, Func<double[][], bool[][], ITerm, double> formula)
    {
        Assert.NotEmpty(name);
        Assert.NotNull(formula);
        ITerm term = options.Create(Context);
        Tensor zeros = Codes() * Tensor.From([0.0, 1, 1, 0, 1, 1, 1], Rows, 1);
        (Tensor Codes, Tensor Labels)[] cases =
        [
            (zeros, Hot(Several())), (zeros * 0, Hot(One())), (Codes() * 1e4, Hot(Several())), (Codes() * 1e-9, Hot(One())), (Codes(), Numeric.Ids(2, 2, 2, 2, 2, 2, 2)),
            (Codes(), Tensor.Zeros([Rows, Classes], DataType.Float64)), (Codes().Narrow(0, 0, 1), Numeric.Ids(1)), (Codes().Narrow(0, 0, 0), Numeric.Ids()),
            (Codes(), Numeric.Ids(0, 1, 2, 3, 0, 1, 2)),
        ];
        foreach ((Tensor codes, Tensor labels) in cases)
        {
            Tensor leaf = Numeric.Leaf(codes);
            Tensor value = term.Forward(Input(leaf, labels)).Value;
            Assert.True(double.IsFinite(value.ToDouble()), $"{value.ToDouble()} at {labels.Describe()}");
            Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Half_precision_and_a_value_that_is_no_number_are_told(string name, ITermOptions options, Func<double[][], bool[][], ITerm, double> formula)
    {
        Assert.NotEmpty(name);
        Assert.NotNull(formula);
        ITerm term = options.Create(Context with { Type = DataType.Float32 });
        Tensor single = Codes().To(DataType.BFloat16).To(DataType.Float32);
        Assert.Equal(Value(term, single, Hot(Several())), Value(term, Codes().To(DataType.BFloat16), Hot(Several())), 1e-6);
        Assert.True(double.IsNaN(Value(term, single * double.NaN, Hot(Several()))));
    }

    [Fact]
    public void GreedyHash_derives_through_signs_as_through_the_identity_and_trains_its_classifier()
    {
        GreedyHashOptions options = new() { QuantizationWeight = 0 };
        ITerm term = options.Create(Context);
        Tensor leaf = Numeric.Leaf(Codes()), signs = Numeric.Leaf(Codes().Sign());
        double[] through = Numeric.Values(Autograd.Grad([term.Forward(Input(leaf, Hot(One()))).Value], [leaf])[0]);
        ITerm linear = new LinearClassTerm(term.Parameters[0].Value.Detach().Clone(), new LinearClassOptions());
        Numeric.AssertClose(Numeric.Values(Autograd.Grad([linear.Forward(Input(signs, Hot(One()))).Value], [signs])[0]), through, 1e-12);
        Assert.Equal("classifier", Assert.Single(term.Parameters).Name);
        double[] exact = Numeric.Values(Autograd.Grad([term.Forward(Input(Codes(), Hot(One()))).Value], [term.Parameters[0].Value])[0]);
        Numeric.AssertClose(Numeric.Slope(at => options.Create(at).Forward(Input(Codes(), Hot(One()))).Value, term.Parameters[0].Value), exact, 1e-6);
    }

    [Fact]
    public void HashNet_sharpens_as_training_goes_on()
    {
        ITerm term = new HashNetOptions().Create(Context);
        double late = term.Forward(Input(Codes(), Hot(One())) with { Epoch = 60 }).Value.ToDouble();
        Assert.Equal(HashNet(Matrix(Codes() * 2), One(), 0.1), late, 1e-10);
    }

    [Fact]
    public void Saturated_wrong_bits_of_CSQ_still_learn_in_single_precision()
    {
        ITerm term = new CsqOptions { QuantizationWeight = 0 }.Create(Context with { Type = DataType.Float32 });
        Tensor leaf = Numeric.Leaf(Tensor.Full([1, Bits], -12));
        Tensor value = term.Forward(Input(leaf, Numeric.Ids(0))).Value;
        Assert.Equal(24, value.ToDouble(), 1e-4);
        Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.Equal(-2.0 / Bits, slope, 1e-5));
        Assert.Equal(100, Value(term, Tensor.Full([1, Bits], -400), Numeric.Ids(0)), 1e-4);
    }

    [Fact]
    public void Ternary_outputs_of_DPN_have_no_derivative_and_are_warned_of()
    {
        DpnOptions options = new() { Ternary = true };
        ITerm term = options.Create(Context);
        Tensor leaf = Numeric.Leaf(Codes());
        Tensor value = term.Forward(Input(leaf, Hot(One()))).Value;
        double[][] ternary = [.. Matrix(Codes()).Select(row => row.Select(x => Math.Abs(x) > 1 ? Math.Sign(x) : 0.0).ToArray())];
        Assert.Equal(Dpn(ternary, Targets(One(), term, all: true), 1), value.ToDouble(), 1e-12);
        Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.Equal(0, slope));
        Assert.Contains("trains nothing", options.Warning(Context), StringComparison.Ordinal);
        Assert.Null(new DpnOptions().Warning(Context));
    }

    [Fact]
    public void Adaptive_targets_of_DPN_become_the_signs_of_the_pass_before()
    {
        ITerm term = new DpnOptions { Adaptive = true }.Create(Context);
        double[] first = Numeric.Values(Centers(term).Clone());
        Tensor one = Codes() * 2, two = Codes() * -1.5;
        term.Forward(Input(one, Hot(Several())) with { Epoch = 0 });
        term.Forward(Input(two, Hot(One())) with { Epoch = 0.5 });
        term.Forward(Input(one * 100, Hot(One())) with { Epoch = 0.9, IsTraining = false });
        Assert.Equal(first, Numeric.Values(Centers(term)));
        term.Forward(Input(one, Hot(One())) with { Epoch = 1 });
        double[] expected = new double[Classes * Bits];
        foreach ((Tensor codes, bool[][] labels) in new[] { (one, Several()), (two, One()) })
        {
            double[][] u = Matrix(codes);
            for (int k = 0; k < expected.Length; k++)
            {
                expected[k] += Enumerable.Range(0, Rows).Where(i => labels[i][k / Bits]).Sum(i => Math.Abs(u[i][k % Bits]) > 1 ? Math.Sign(u[i][k % Bits]) : 0);
            }
        }
        Assert.Equal(expected.Select(sum => (double)Math.Sign(sum)), Numeric.Values(Centers(term)));

        static Tensor Centers(ITerm term) => term.Buffers[0].Value;
    }

    [Fact]
    public void DCH_takes_the_mean_of_all_pairs_where_one_side_is_empty()
    {
        ITerm term = new DchOptions { Gamma = 3, QuantizationWeight = 0.2 }.Create(Context);
        bool[][] none = [.. Enumerable.Range(0, Rows).Select(_ => new bool[Classes])];
        foreach (bool[][] labels in new[] { All(), none })
        {
            Assert.Equal(Dch(Matrix(Codes()), labels, 3, 0.2), Value(term, Codes(), Hot(labels)), 1e-10);
        }
        Tensor small = Codes() * 1e-3;
        Assert.Equal(Dch(Matrix(small), Several(), 3, 0.2), Value(term, small, Hot(Several())), 1e-10);
    }

    [Fact]
    public void Large_inner_products_overflow_nowhere()
    {
        Tensor huge = Codes().To(DataType.Float32) * 1e3;
        foreach (ITermOptions options in new ITermOptions[] { new HashNetOptions { Alpha = 1e6 }, new LcdshOptions(), new DtshOptions(), new DchOptions() })
        {
            Assert.True(double.IsFinite(Value(options.Create(Context with { Type = DataType.Float32 }), huge, Hot(One()))));
        }
    }

    [Fact]
    public void A_column_that_has_no_code_is_refused()
    {
        ITerm term = new CsqOptions().Create(Context);
        Assert.Contains("the outputs have 3 columns and the centres 8", Assert.Throws<ArgumentException>(() => Value(term, Codes().Narrow(1, 0, 3), Hot(One()))).Message, StringComparison.Ordinal);
        Assert.Contains("there are 4 codes of 2 bits", Assert.Throws<ArgumentException>(() => new OrthoHashOptions().Create(new TermContext(5, 2, 0))).Message, StringComparison.Ordinal);
    }

    private static double HashNet(double[][] u, bool[][] y, double alpha)
    {
        double[][] v = [.. u.Select(row => row.Select(Math.Tanh).ToArray())];
        return Sides(y, (i, j) => Log1pExp(-alpha * Dot(v[i], v[j])), (i, j) => Log1pExp(alpha * Dot(v[i], v[j])));
    }

    private static double Dch(double[][] u, bool[][] y, double gamma, double weight)
    {
        double Distance(double[] a, double[] b) => u[0].Length / 2.0 * (1 - Math.Min(Dot(a, b) / Math.Max(Length(a) * Length(b), 1e-4), 0.99));
        double[] ones = [.. Enumerable.Repeat(1.0, u[0].Length)];
        double quantization = u.Average(row => Math.Log(1 + (Distance([.. row.Select(Math.Abs)], ones) / gamma)));
        double Push(int i, int j) => Math.Log(1 + (gamma / Distance(u[i], u[j])));
        double Pull(int i, int j) => Math.Log(Distance(u[i], u[j]) / gamma) + Push(i, j);
        (int, int)[] all = [.. AllPairs(u.Length)];
        bool oneSided = all.All(pair => Similar(y, pair)) || !all.Any(pair => Similar(y, pair));
        double metric = oneSided ? all.Average(pair => Similar(y, pair) ? Pull(pair.Item1, pair.Item2) : Push(pair.Item1, pair.Item2)) : Sides(y, Pull, Push);
        return metric + (weight * quantization);
    }

    private static double Dtsh(double[][] u, bool[][] y, double margin)
    {
        List<double> rows = [];
        for (int i = 0; i < u.Length; i++)
        {
            int[] near = [.. Enumerable.Range(0, u.Length).Where(j => Similar(y, (i, j)))], far = [.. Enumerable.Range(0, u.Length).Except(near)];
            if (near.Length > 0 && far.Length > 0)
            {
                rows.Add(near.SelectMany(p => far.Select(n => Log1pExp(-Math.Clamp(Dot(u[i], u[p]) - Dot(u[i], u[n]) - margin, -100, 50)))).Average());
            }
        }
        return rows.Count == 0 ? 0 : rows.Average();
    }

    private static double Lcdsh(double[][] u, bool[][] y, double weight) => AllPairs(u.Length).Average(pair =>
    {
        (int i, int j) = pair;
        double theta = Math.Clamp(Dot(u[i], u[j]) / 2, -50, 50), signs = Dot(Signs(u)[i], Signs(u)[j]) / 2;
        return Log1pExp(Similar(y, pair) ? -theta : theta) + (weight * Math.Pow(Sigmoid(theta) - Sigmoid(signs), 2));
    });

    private static double Qsmih(double[][] u, bool[][] y, double weight, bool clamped)
    {
        double[][] unit = [.. u.Select(row => row.Select(x => x / (Length(row) + 1e-8)).ToArray())];
        double share = AllPairs(u.Length).Average(pair => Similar(y, pair) ? 1.0 : 0);
        double metric = AllPairs(u.Length).Average(pair =>
        {
            double z = (Dot(unit[pair.First], unit[pair.Second]) + 1) / 2, s = Similar(y, pair) ? 1 : 0;
            return clamped ? Math.Pow((s * z) - 1, 2) + (z * z * share) : (z * share) - (s * z);
        });
        return metric + (weight * Corner(unit, 1));
    }

    private static double Csq(double[][] u, double[][] targets, double weight)
    {
        double cost = Elements(u).Average(at =>
        {
            double p = (Math.Tanh(at.Value) + 1) / 2, t = (targets[at.Row][at.Bit] + 1) / 2;
            return -((t * Math.Log(p)) + ((1 - t) * Math.Log(1 - p)));
        });
        return cost + (weight * Elements(u).Average(at => Math.Pow(Math.Abs(Math.Tanh(at.Value)) - 1, 2)));
    }

    private static double Dpn(double[][] u, double[][] targets, double margin) => Elements(u).Average(at => Math.Max(0, margin - (at.Value * targets[at.Row][at.Bit])));

    private static double Classified(double[][] codes, bool[][] y, ITerm term)
    {
        double[][] weights = Matrix(term.Parameters[0].Value);
        return Enumerable.Range(0, codes.Length).Average(i => SoftmaxCost([.. weights.Select(w => Dot(w, codes[i]))], y[i]));
    }

    private static double Ortho(double[][] u, bool[][] y, ITerm term, Func<double, double> own, double scale)
    {
        double[][] codes = Matrix(term.Buffers[0].Value);
        return Enumerable.Range(0, u.Length).Average(i => SoftmaxCost([.. codes.Select((code, k) => scale * Logit(u[i], code, y[i][k], own))], y[i]));
    }

    private static double OrthoBce(double[][] u, bool[][] y, ITerm term)
    {
        double[][] codes = Matrix(term.Buffers[0].Value);
        return Enumerable.Range(0, u.Length).Average(i => codes.Select((code, k) => 8 * Logit(u[i], code, y[i][k], s => s - 0.2)).Select((logit, k) => Log1pExp(y[i][k] ? -logit : logit)).Average());
    }

    private static double Logit(double[] row, double[] code, bool isOwn, Func<double, double> own)
    {
        double cosine = Dot(row, code) / (Length(row) * Length(code));
        return isOwn ? own(cosine) : cosine;
    }

    private static double Dshsd(double[][] u, bool[][] y, ITerm term, double weight, double margin)
    {
        double[][] v = [.. u.Select(row => row.Select(Math.Tanh).ToArray())], weights = Matrix(term.Parameters[0].Value);
        double pairs = AllPairs(u.Length).Average(pair =>
        {
            double distance = v[pair.First].Zip(v[pair.Second], (a, b) => (a - b) * (a - b)).Sum();
            return (Similar(y, pair) ? distance : Math.Max(0, margin - distance)) / 2;
        });
        double classes = Enumerable.Range(0, u.Length).Average(i => weights.Select((w, k) => Log1pExp(y[i][k] ? -Dot(w, v[i]) : Dot(w, v[i]))).Sum());
        return classes + (weight * pairs);
    }

    private static double SoftmaxCost(double[] scores, bool[] y)
    {
        double log = Math.Log(scores.Sum(Math.Exp));
        return y.Any(label => label) ? scores.Where((_, k) => y[k]).Average(score => log - score) : 0;
    }

    private static double[][] Targets(bool[][] y, ITerm term, bool all)
    {
        double[][] centers = Matrix(term.Buffers[0].Value);
        double[] ties = Numeric.Values(term.Buffers[1].Value);
        return [.. (all ? y : FirstOf(y)).Select(row => Enumerable.Range(0, Bits).Select(bit => centers.Where((_, k) => row[k]).Sum(center => center[bit]) is var sum && sum != 0 ? Math.Sign(sum) : ties[bit]).ToArray())];
    }

    private static double Sides(bool[][] y, Func<int, int, double> near, Func<int, int, double> far) =>
        Mean(AllPairs(y.Length).Where(pair => Similar(y, pair)).Select(pair => near(pair.First, pair.Second))) +
        Mean(AllPairs(y.Length).Where(pair => !Similar(y, pair)).Select(pair => far(pair.First, pair.Second)));

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(0).Average();

    private static IEnumerable<(int First, int Second)> AllPairs(int count) => Enumerable.Range(0, count * count).Select(k => (k / count, k % count));

    private static IEnumerable<(int Row, int Bit, double Value)> Elements(double[][] u) => u.SelectMany((row, i) => row.Select((value, bit) => (i, bit, value)));

    private static bool Similar(bool[][] y, (int First, int Second) pair) => y[pair.First].Zip(y[pair.Second], (a, b) => a && b).Any(both => both);

    private static double Corner(double[][] u, double power) => Elements(u).Average(at => Math.Pow(Math.Abs(Math.Abs(at.Value) - 1), power));

    private static double SignDistance(double[][] u) => Elements(u).Average(at => Math.Pow(at.Value - Math.Sign(at.Value), 2));

    private static double CosineGap(double[][] u) => u.Average(row => 1 - (row.Sum(Math.Abs) / (Length(row) * Math.Sqrt(row.Length))));

    private static double[][] Signs(double[][] u) => [.. u.Select(row => row.Select(x => (double)Math.Sign(x)).ToArray())];

    private static bool[][] FirstOf(bool[][] y) => [.. y.Select(row => row.Select((label, k) => label && Array.IndexOf(row, true) == k).ToArray())];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Length(double[] a) => Math.Sqrt(Dot(a, a));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Log1pExp(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static Tensor Codes() => Numeric.Matrix(Numeric.Normal(Rows * Bits, 21), Rows);

    private static double[][] Matrix(Tensor tensor) => [.. Numeric.Values(tensor).Chunk((int)tensor.Size(1))];

    private static bool[][] One() => [.. new[] { 0, 0, 1, 3, 3, 1, 0 }.Select(label => Enumerable.Range(0, Classes).Select(k => k == label).ToArray())];

    private static bool[][] All() => [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Repeat(true, Classes).ToArray())];

    private static bool[][] Several() =>
        [.. new[] { "1100", "0010", "0011", "1000", "0111", "0001", "1010" }.Select(row => row.Select(label => label == '1').ToArray())];

    private static Tensor Hot(bool[][] labels) => Tensor.From([.. labels.SelectMany(row => row.Select(label => label ? 1.0 : 0))], labels.Length, Classes);

    private static TermInput Input(Tensor codes, Tensor labels) => new(new Outputs((Outputs.Code, codes)), labels);

    private static double Value(ITerm term, Tensor codes, Tensor labels) => term.Forward(Input(codes, labels)).Value.ToDouble();
}
