using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses.Hashing;

/// <summary>The properties that the abstract of the paper states, and the reconstruction's own formula.</summary>
public sealed class DualHingeTests : IDisposable
{
    private const int Bits = 6;
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(0, 0, 0, 3.0445)]
    [InlineData(0.25, 0.0501, 0.3765, 2.3711)]
    [InlineData(0.5, 0.1778, 0.6270, 1.8466)]
    [InlineData(1, 0.5647, 0.8757, 1.1200)]
    [InlineData(1.5, 1.0203, 0.9226, 0.6793)]
    [InlineData(2, 1.4694, 0.8608, 0.4120)]
    [InlineData(3, 2.2065, 0.5963, 0.1516)]
    [InlineData(4, 2.6600, 0.3222, 0.0558)]
    [InlineData(6, 2.9814, 0.0595, 0.0075)]
    [InlineData(10, 3.0432, 0.0013, 0.0001)]
    public void The_curves_are_those_of_the_table(double t, double similar, double slope, double dissimilar)
    {
        DualHingeLoss loss = Curve(1.05);
        Assert.Equal(similar, loss.Similar(At(t)).ToDouble(), 6e-5);
        Assert.Equal(slope, loss.SimilarSlope(At(t)).ToDouble(), 6e-5);
        Assert.Equal(dissimilar, loss.Dissimilar(At(t)).ToDouble(), 6e-5);
    }

    [Theory]
    [InlineData(1.01, 4.615)]
    [InlineData(1.05, 3.045)]
    [InlineData(1.1, 2.398)]
    [InlineData(1.2, 1.792)]
    [InlineData(1.5, 1.099)]
    [InlineData(2, 0.693)]
    public void Both_curves_are_monotone_and_bounded_and_distant_pairs_hardly_pull_or_push(double alpha, double saturation)
    {
        DualHingeLoss loss = Curve(alpha);
        Tensor t = Tensor.From([.. Enumerable.Range(0, 3001).Select(k => k * 0.01)], 3001);
        double[] similar = Numeric.Values(loss.Similar(t)), slope = Numeric.Values(loss.SimilarSlope(t)), dissimilar = Numeric.Values(loss.Dissimilar(t));

        Assert.Equal(saturation, Math.Log(alpha / (alpha - 1)), 5e-4);
        Assert.Equal(0, similar[0], 1e-12);
        Assert.Equal(0, slope[0], 1e-12);
        Assert.All(Enumerable.Range(1, 3000), k => Assert.True(similar[k] >= similar[k - 1] - 1e-14 && dissimilar[k] < dissimilar[k - 1]));
        Assert.All(similar.Concat(dissimilar), cost => Assert.True(cost <= Math.Log(alpha / (alpha - 1)) + 1e-12));
        Assert.True(alpha != 1.05 || slope[800] < 0.01 * slope.Max());
        Assert.True(slope[1200] < 0.01 * slope.Max() && dissimilar[800] < 0.01 * dissimilar[0]);
    }

    [Fact]
    public void The_pull_is_steepest_at_a_middle_distance_and_the_push_at_none()
    {
        DualHingeLoss loss = Curve(1.05);
        Tensor t = Tensor.From([.. Enumerable.Range(0, 10001).Select(k => k * 0.001)], 10001);
        double[] slope = Numeric.Values(loss.SimilarSlope(t));
        Assert.Equal(1.417, Array.IndexOf(slope, slope.Max()) * 0.001, 0.0021);
        Assert.Equal(0.924, slope.Max(), 5e-4);
        Numeric.AssertClose([-loss.Dissimilar(At(1.3)).ToDouble()], Numeric.Slope(x => loss.Dissimilar(x).Sum(), At(1.3)), 1e-7);
    }

    [Theory]
    [InlineData(DualHingeDirection.Both)]
    [InlineData(DualHingeDirection.TargetToModel)]
    [InlineData(DualHingeDirection.ModelToTarget)]
    public void The_closed_slope_is_the_derivative(DualHingeDirection direction)
    {
        DualHingeLoss loss = new(new DualHingeOptions { Direction = direction }, 1, 0);
        Tensor t = Tensor.From([0.0, 0.3, 1, 2.5, 7], 5);
        Numeric.AssertClose(Numeric.Slope(x => loss.Similar(x).Sum(), t), Numeric.Values(loss.SimilarSlope(t)), 1e-7);
    }

    public static TheoryData<DualHingeDistance, DualHingeDirection, bool, bool> Forms
    {
        get
        {
            TheoryData<DualHingeDistance, DualHingeDirection, bool, bool> forms = [];
            foreach (DualHingeDistance distance in Enum.GetValues<DualHingeDistance>())
            {
                foreach (DualHingeDirection direction in Enum.GetValues<DualHingeDirection>())
                {
                    forms.Add(distance, direction, false, false);
                    forms.Add(distance, direction, true, true);
                    forms.Add(distance, direction, false, true);
                }
            }
            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Value_and_derivative_agree_with_the_divergence_written_as_a_loop(DualHingeDistance distance, DualHingeDirection direction, bool balance, bool severalLabels)
    {
        DualHingeOptions options = new() { Distance = distance, Direction = direction, Balance = balance, Beta = 0.4 };
        Tensor labels = severalLabels ? SeveralLabels() : Numeric.Ids(0, 1, 1, 2, 0), outputs = Outputs5(1);
        bool[,] similar = Similar(labels);
        ITerm term = options.Create(new TermContext(4, Bits, 0));
        Tensor leaf = Numeric.Leaf(outputs);
        Tensor value = term.Forward(Input(leaf, labels)).Value;

        Assert.Equal(Slow(Numeric.Values(outputs), similar, options), value.ToDouble(), 1e-11);
        Numeric.AssertClose(
            Numeric.Slope(x => Tensor.Scalar(Slow(Numeric.Values(x), similar, options), DataType.Float64), outputs), Numeric.Values(Autograd.Grad([value], [leaf])[0]), 1e-7);
    }

    [Theory]
    [InlineData(DualHingeDistance.Inner)]
    [InlineData(DualHingeDistance.Cosine)]
    public void Batches_of_one_kind_of_pair_or_of_none_have_a_finite_value_and_derivative(DualHingeDistance distance)
    {
        foreach (bool balance in new[] { false, true })
        {
            DualHingeOptions options = new() { Distance = distance, Balance = balance };
            foreach ((Tensor outputs, Tensor labels) in new[] { (Outputs5(2), Numeric.Ids(0, 0, 0, 0, 0)), (Outputs5(3), Numeric.Ids(0, 1, 2, 3, 4)), (Outputs5(4).Narrow(0, 0, 1), Numeric.Ids(0)), (Tensor.Zeros([5, Bits], DataType.Float64), Numeric.Ids(0, 0, 1, 1, 2)) })
            {
                Tensor leaf = Numeric.Leaf(outputs);
                TermValue value = options.Create(new TermContext(5, Bits, 0)).Forward(Input(leaf, labels));
                Assert.Equal(outputs.Size(0) == 1 ? 0 : Slow(Numeric.Values(outputs), Similar(labels), options with { QuantizationWeight = 0 }), value.Parts[0].Value.ToDouble(), 1e-11);
                Assert.All(Numeric.Values(Autograd.Grad([value.Value], [leaf])[0]), slope => Assert.True(double.IsFinite(slope) && Math.Abs(slope) < 100));
            }
        }
    }

    [Fact]
    public void Distances_at_which_the_exponential_underflows_give_no_NaN()
    {
        DualHingeOptions options = new() { Beta = 500 };
        Tensor leaf = Numeric.Leaf((Outputs5(5) * 10).To(DataType.Float32));
        Tensor value = options.Create(new TermContext(3, Bits, 0)).Forward(Input(leaf, Numeric.Ids(0, 0, 1, 1, 2))).Value;
        Assert.True(double.IsFinite(value.ToDouble()));
        Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
    }

    [Fact]
    public void Beta_follows_the_bits_unless_it_is_given()
    {
        Assert.Equal(0.5, new DualHingeOptions().BetaFor(12));
        Assert.Equal(6.0 / 64, new DualHingeOptions().BetaFor(64));
        Assert.Equal(2, new DualHingeOptions { Beta = 2 }.BetaFor(64));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DualHingeOptions { Alpha = 1 });
    }

    [Fact]
    public void A_row_is_no_pair_with_itself_though_its_distance_to_itself_is_above_0()
    {
        DualHingeOptions options = new() { QuantizationWeight = 0 };
        Tensor same = Tensor.Full([2, Bits], 0.3);
        double expected = Slow(Numeric.Values(same), new[,] { { true, true }, { true, true } }, options);
        Assert.True(expected > 0.01);
        Assert.Equal(expected, options.Create(new TermContext(3, Bits, 0)).Forward(Input(same.To(DataType.Float64), Numeric.Ids(1, 1))).Value.ToDouble(), 1e-9);
    }

    [Fact]
    public void A_memory_of_earlier_batches_is_compared_with_as_well()
    {
        DualHingeOptions options = new() { Memory = new CrossBatchMemoryOptions { Size = 20, FromStep = 0 } };
        ITerm term = options.Create(new TermContext(3, Bits, 0) { Type = DataType.Float64 });
        TermValue first = term.Forward(Input(Outputs5(6), Numeric.Ids(0, 0, 1, 1, 2)));
        TermValue second = term.Forward(Input(Outputs5(6), Numeric.Ids(0, 0, 1, 1, 2)));
        Assert.NotEmpty(term.Buffers);
        Assert.NotEqual(first.Value.ToDouble(), second.Value.ToDouble());
        foreach ((_, Tensor buffer) in term.Buffers)
        {
            buffer.Dispose();
        }
    }

    private static double Slow(double[] x, bool[,] similar, DualHingeOptions options)
    {
        int n = x.Length / Bits;
        bool inner = options.Distance == DualHingeDistance.Inner;
        double[] h = [.. inner ? x.Select(Math.Tanh) : x];
        double[] sums = [0, 0], counts = [0, 0];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                int kind = similar[i, j] ? 1 : 0;
                double u = Math.Exp(-options.BetaFor(Bits) * Distance(h, i, j, inner));
                sums[kind] += i == j ? 0 : (options.Direction != DualHingeDirection.TargetToModel ? Divergence(u, kind, options.Alpha) : 0) + (options.Direction != DualHingeDirection.ModelToTarget ? Divergence(kind, u, options.Alpha) : 0);
                counts[kind] += i == j ? 0 : 1;
            }
        }
        double quantization = h.Sum(value => Math.Pow(Math.Abs(value) - 1, 2)) / h.Length;
        double pair = options.Balance
            ? Enumerable.Range(0, 2).Where(kind => counts[kind] > 0).Select(kind => sums[kind] / counts[kind]).DefaultIfEmpty(0).Average()
            : sums.Sum() / Math.Max(1, counts.Sum());
        return pair + (options.QuantizationWeight * quantization);
    }

    private static double Divergence(double p, double q, double alpha) => p == 0 ? 0 : p * Math.Log(alpha * p / (((alpha - 1) * p) + q));

    private static double Distance(double[] h, int i, int j, bool inner)
    {
        double product = 0, first = 0, second = 0;
        for (int k = 0; k < Bits; k++)
        {
            (double a, double b) = (h[(i * Bits) + k], h[(j * Bits) + k]);
            (product, first, second) = (product + (a * b), first + (a * a), second + (b * b));
        }
        return inner ? (Bits - product) / 2 : Bits / 2.0 * (1 - (first * second == 0 ? 0 : product / Math.Sqrt(first * second)));
    }

    private static bool[,] Similar(Tensor labels)
    {
        int n = (int)labels.Size(0);
        double[] values = Numeric.Values(labels);
        int width = values.Length / n;
        bool[,] similar = new bool[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                similar[i, j] = width == 1 ? values[i] == values[j] : Enumerable.Range(0, width).Any(c => values[(i * width) + c] * values[(j * width) + c] > 0);
            }
        }
        return similar;
    }

    private static DualHingeLoss Curve(double alpha) => new(new DualHingeOptions { Alpha = alpha }, 1, 0);

    private static Tensor At(double t) => Tensor.From([t], 1);

    private static Tensor Outputs5(long seed) => Numeric.Matrix(Numeric.Normal(5 * Bits, seed), 5);

    private static Tensor SeveralLabels() => Tensor.From([1.0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1], 5, 4);

    private static TermInput Input(Tensor outputs, Tensor labels) => new(new Outputs((Outputs.Code, outputs)), labels);
}
