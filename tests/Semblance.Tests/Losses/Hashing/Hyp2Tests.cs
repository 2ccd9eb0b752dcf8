using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses.Hashing;

public sealed class Hyp2Tests : IDisposable
{
    private const int Bits = 8;
    private const int Classes = 5;
    private const double Zeta = 0.1;
    private readonly TensorScope scope = new();
    private readonly List<Tensor> owned = [];

    public void Dispose()
    {
        owned.ForEach(tensor => tensor.Dispose());
        scope.Dispose();
    }

    public static TheoryData<Hyp2Pairs, string> Forms
    {
        get
        {
            TheoryData<Hyp2Pairs, string> forms = [];
            foreach (Hyp2Pairs pairs in Enum.GetValues<Hyp2Pairs>())
            {
                foreach (string labels in new[] { "mixed", "single", "none", "all", "one row" })
                {
                    forms.Add(pairs, labels);
                }
            }
            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_value_and_its_derivative_agree_with_the_formula_written_as_a_loop(Hyp2Pairs pairs, string form)
    {
        double[,] labels = LabelsOf(form);
        Hyp2Term term = Term(new Hyp2Options { Pairs = pairs, Beta = 0.75 });
        Tensor outputs = Rows(labels.GetLength(0), 3), proxies = term.Parameters[0].Value;
        Tensor leaf = Numeric.Leaf(outputs);

        Tensor value = term.Forward(Input(leaf, labels)).Value;
        Tensor[] slopes = Autograd.Grad([value], [leaf, proxies]);

        Assert.Equal(Slow(Numeric.Values(outputs), Numeric.Values(proxies), labels, pairs, 0.75), value.ToDouble(), 1e-12);
        Numeric.AssertClose(SlowSlope(Numeric.Values(outputs), x => Slow(x, Numeric.Values(proxies), labels, pairs, 0.75)), Numeric.Values(slopes[0]), 1e-7);
        Numeric.AssertClose(SlowSlope(Numeric.Values(proxies), p => Slow(Numeric.Values(outputs), p, labels, pairs, 0.75)), Numeric.Values(slopes[1]), 1e-7);
    }

    [Fact]
    public void Only_images_with_several_labels_are_kept_apart_by_pairs()
    {
        double[,] labels = LabelsOf("mixed");
        Hyp2Term term = Term(new Hyp2Options());
        Tensor leaf = Numeric.Leaf(Tensor.Ones([labels.GetLength(0), Bits], DataType.Float64));
        TermValue value = term.Forward(Input(leaf, labels));

        Assert.Equal("pairs", value.Parts[1].Name);
        Assert.Equal(0.5 * (1 - Zeta), value.Parts[1].Value.ToDouble(), 1e-12);

        Tensor moved = Numeric.Leaf(Rows(labels.GetLength(0), 9) + 2);
        Hyp2Term pairsAlone = new(new Hyp2Options(), new HashHinge(Zeta, 0), null);
        double[] slopes = Numeric.Values(Autograd.Grad([pairsAlone.Forward(Input(moved, labels)).Value], [moved])[0].Abs().Sum(1));
        Assert.Equal([true, true, true, false, false, true, false], slopes.Select(slope => slope > 0));
    }

    [Theory]
    [InlineData(Hyp2Pairs.MultiLabel, DataType.Float64, 1e-12)]
    [InlineData(Hyp2Pairs.MultiLabel, DataType.Float32, 1e-6)]
    [InlineData(Hyp2Pairs.All, DataType.Float64, 1e-12)]
    [InlineData(Hyp2Pairs.All, DataType.Float32, 1e-6)]
    public void In_one_go_it_is_what_the_engine_records(Hyp2Pairs pairs, DataType type, double tolerance)
    {
        const int Images = 45, Wide = 21, Columns = 19;
        SeededRandom random = new(3);
        double[] hot = [.. Enumerable.Range(0, Images * Wide).Select(_ => random.NextDouble() < 0.1 ? 1.0 : 0)];
        double[] rows = Numeric.Normal(Images * Columns, 4);
        rows.AsSpan(2 * Columns, Columns).Clear();
        Tensor labels = Tensor.From(hot, Images, Wide), outputs = Numeric.Matrix(rows, Images).To(type), proxies = Numeric.Matrix(Numeric.Normal(Wide * Columns, 5), Wide).To(type);
        HashHinge hinge = new(Zeta, 0);
        Hyp2Term term = new(new Hyp2Options { Pairs = pairs, Beta = 0.7 }, hinge, proxies.Clone());
        ProxyTerm near = new(new LinearProxyLoss(1, hinge), proxies.Clone(), new ProxyTermOptions { Recorded = true });
        PairTerm far = new(new PairLogisticLoss(hinge), new PairTermOptions { RowsPerBlock = 0, Relation = Counted(pairs) });
        owned.AddRange([term.Parameters[0].Value, near.Proxies]);

        foreach (Tensor given in new[] { labels, labels.To(DataType.Float32), labels.NotEqualTo(0), labels.To(DataType.Int64) })
        {
            Tensor leaf = Numeric.Leaf(outputs), same = Numeric.Leaf(outputs);
            TermInput input = new(new Outputs((Outputs.Code, leaf)), given), recorded = new(new Outputs((Outputs.Code, ZeroRows.Still(same))), given);
            TermValue ours = term.Forward(input);
            Tensor close = near.Forward(recorded).Value, apart = far.Forward(recorded).Value * 0.7;

            Assert.Equal((close + apart).ToDouble(), ours.Value.ToDouble(), tolerance);
            Assert.Equal([close.ToDouble(), apart.ToDouble()], ours.Parts.Select(part => part.Value.ToDouble()), (a, b) => Math.Abs(a - b) <= tolerance);
            Tensor[] expected = Autograd.Grad([(close + apart) * 3], [same, near.Proxies]), slopes = Autograd.Grad([ours.Value * 3], [leaf, term.Parameters[0].Value]);
            Numeric.AssertClose(Numeric.Values(expected[0]), Numeric.Values(slopes[0]), tolerance);
            Numeric.AssertClose(Numeric.Values(expected[1]), Numeric.Values(slopes[1]), tolerance);
        }
    }

    [Fact]
    public void Not_a_number_is_not_hidden_and_wrong_shapes_are_named()
    {
        double[,] labels = LabelsOf("mixed");
        Tensor outputs = Rows(labels.GetLength(0), 3);
        outputs.Narrow(0, 1, 1).CopyFrom(Tensor.Full([1, Bits], double.NaN, DataType.Float64));
        Assert.True(double.IsNaN(Term(new Hyp2Options()).Forward(Input(outputs, labels)).Value.ToDouble()));

        string narrow = Assert.Throws<ArgumentException>(() => Term(new Hyp2Options()).Forward(new TermInput(new Outputs((Outputs.Code, outputs)), Tensor.Ones([labels.GetLength(0), Classes - 1])))).Message;
        Assert.Contains($"{Classes} classes need {Classes} columns", narrow, StringComparison.Ordinal);
        string few = Assert.Throws<ArgumentException>(() => Term(new Hyp2Options()).Forward(Input(Rows(3, 1), labels))).Message;
        Assert.Contains("3 embeddings need 3", few, StringComparison.Ordinal);
    }

    [Fact]
    public void Class_ids_leave_the_proxies_alone()
    {
        Hyp2Term term = Term(new Hyp2Options()), alone = Term(new Hyp2Options { Pairs = Hyp2Pairs.None });
        Tensor outputs = Rows(6, 4);
        TermInput ids = new(new Outputs((Outputs.Code, outputs)), Numeric.Ids(0, 1, 2, 3, 4, 0));

        Assert.Equal(alone.Forward(ids).Value.ToDouble(), term.Forward(ids).Value.ToDouble());
        Assert.Equal(0, term.Forward(ids).Parts[1].Value.ToDouble());
    }

    [Fact]
    public void A_row_of_zeros_has_a_derivative_of_zero_and_spoils_nothing()
    {
        double[,] labels = LabelsOf("mixed");
        Tensor leaf = Rows(labels.GetLength(0), 5);
        leaf.Narrow(0, 2, 1).CopyFrom(Tensor.Zeros([1, Bits], DataType.Float64));
        leaf = Numeric.Leaf(leaf);
        Hyp2Term term = Term(new Hyp2Options());

        Tensor[] slopes = Autograd.Grad([term.Forward(Input(leaf, labels)).Value], [leaf, term.Parameters[0].Value]);

        Assert.All(Numeric.Values(slopes[0].Narrow(0, 2, 1)), slope => Assert.Equal(0, slope));
        Assert.All(Numeric.Values(slopes[0]).Concat(Numeric.Values(slopes[1])), slope => Assert.True(Math.Abs(slope) < 10));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(-1)]
    public void Labels_by_degrees_are_refused(double degree)
    {
        double[,] labels = LabelsOf("mixed");
        labels[1, 1] = degree;
        string message = Assert.Throws<ArgumentException>(() => Term(new Hyp2Options()).Forward(Input(Rows(labels.GetLength(0), 6), labels))).Message;
        Assert.Contains("values other than 0 and 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_proxies_the_pairs_are_all_and_nothing_is_trained_beside_the_model()
    {
        Hyp2Options options = new() { Proxies = false, Pairs = Hyp2Pairs.All };
        ITerm term = options.Create(new TermContext(Classes, Bits, 1));
        Assert.Empty(term.Parameters);
        Assert.Equal(["pairs"], term.Forward(Input(Rows(7, 3), LabelsOf("mixed"))).Parts.Select(part => part.Name));
        Assert.Contains("nothing is trained", Assert.Throws<ArgumentException>(() => (options with { Pairs = Hyp2Pairs.None }).Create(new TermContext(Classes, Bits, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_inflection_point_comes_from_bits_and_classes_unless_it_is_given()
    {
        Assert.Equal(InflectionPoint.For(36, 21).Zeta, new Hyp2Options().HingeFor(36, 21).Inflection);
        Assert.Equal(0, new Hyp2Options { Inflection = 0 }.HingeFor(36, 21).Inflection);
        Assert.Contains("8 bits cannot hold 1000 classes", Assert.Throws<ArgumentOutOfRangeException>(() => new Hyp2Options().Create(new TermContext(1000, 8, 0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_precision_is_computed_as_single_precision()
    {
        double[,] labels = LabelsOf("mixed");
        Tensor outputs = Rows(labels.GetLength(0), 8).To(DataType.BFloat16);
        Hyp2Options options = new() { Inflection = Zeta };
        ITerm term = options.Create(new TermContext(Classes, Bits, 1));
        owned.AddRange(term.Parameters.Select(parameter => parameter.Value));
        Assert.Equal(term.Forward(Input(outputs.To(DataType.Float32), labels)).Value.ToDouble(), term.Forward(Input(outputs, labels)).Value.ToDouble());
    }

    private static double Slow(double[] x, double[] p, double[,] labels, Hyp2Pairs pairs, double beta)
    {
        int n = labels.GetLength(0);
        double pull = 0, push = 0, apart = 0;
        int pulls = 0, pushes = 0, foreign = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < Classes; j++)
            {
                double c = Cosine(x, i, p, j);
                (pull, pulls) = labels[i, j] == 1 ? (pull + 1 - c, pulls + 1) : (pull, pulls);
                (push, pushes) = labels[i, j] == 0 ? (push + Math.Max(0, c - Zeta), pushes + 1) : (push, pushes);
            }
            for (int j = 0; j < n; j++)
            {
                bool counts = i != j && Shared(labels, i, j) == 0 && (pairs == Hyp2Pairs.All || (pairs == Hyp2Pairs.MultiLabel && Shared(labels, i, i) > 1 && Shared(labels, j, j) > 1));
                (apart, foreign) = counts ? (apart + Math.Max(0, Cosine(x, i, x, j) - Zeta), foreign + 1) : (apart, foreign);
            }
        }
        return (pull / Math.Max(1, pulls)) + (push / Math.Max(1, pushes)) + (beta * apart / Math.Max(1, foreign));
    }

    private static double Shared(double[,] labels, int i, int j) => Enumerable.Range(0, Classes).Sum(c => labels[i, c] * labels[j, c]);

    private static double Cosine(double[] a, int i, double[] b, int j)
    {
        double product = 0, first = 0, second = 0;
        for (int k = 0; k < Bits; k++)
        {
            (double u, double v) = (a[(i * Bits) + k], b[(j * Bits) + k]);
            (product, first, second) = (product + (u * v), first + (u * u), second + (v * v));
        }
        return product / Math.Sqrt(first * second);
    }

    private static double[] SlowSlope(double[] at, Func<double[], double> value)
    {
        const double Step = 1e-6;
        return [.. Enumerable.Range(0, at.Length).Select(k =>
        {
            double[] up = [.. at], down = [.. at];
            (up[k], down[k]) = (at[k] + Step, at[k] - Step);
            return (value(up) - value(down)) / (2 * Step);
        })];
    }

    private static double[,] LabelsOf(string form)
    {
        int[][] rows = form switch
        {
            "single" => [[0], [1], [2], [0], [4]],
            "none" => [[], [], [], []],
            "all" => [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]],
            "one row" => [[1, 2]],
            _ => [[0, 1], [2, 3], [1, 2], [4], [], [3, 4], [0]],
        };
        double[,] labels = new double[rows.Length, Classes];
        for (int i = 0; i < rows.Length; i++)
        {
            Array.ForEach(rows[i], label => labels[i, label] = 1);
        }
        return labels;
    }

    /// <summary>Who is kept apart, by masks.</summary>
    private static LabelRelation Counted(Hyp2Pairs pairs) => LabelRelation.Of($"counted {pairs}", (anchors, _) =>
    {
        Tensor hot = anchors.To(DataType.Float64), count = hot.Sum(1);
        Tensor foreign = hot.MatMul(hot.Transpose()).EqualTo(0), several = count.GreaterThan(pairs == Hyp2Pairs.All ? -1 : 1);
        return (foreign.And(foreign.Not()), foreign.And(several.Unsqueeze(1)).And(several.Unsqueeze(0)));
    });

    private static Tensor Rows(int count, long seed) => Numeric.Matrix(Numeric.Normal(count * Bits, seed), count);

    private static TermInput Input(Tensor outputs, double[,] labels) =>
        new(new Outputs((Outputs.Code, outputs)), Tensor.From([.. labels.Cast<double>()], labels.GetLength(0), Classes));

    private Hyp2Term Term(Hyp2Options options)
    {
        Hyp2Term term = new(options, new HashHinge(Zeta, 0), Rows(Classes, 2));
        owned.AddRange(term.Parameters.Select(parameter => parameter.Value));
        return term;
    }
}
