using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses.Hashing;

/// <summary>What DSDH and DFH keep beside the bank, against the same steps written as loops.</summary>
public sealed class DiscreteCodesTests : IDisposable
{
    private const int Bits = 3, Classes = 2, Images = 6;
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Codes_and_classifier_are_those_of_the_closed_forms_bit_by_bit(bool several)
    {
        DiscreteCodesOptions options = new() { Mu = 0.7, Nu = 0.3, Eta = 0.2, Passes = 4 };
        CodeBank bank = new(Context(several));
        DiscreteCodes discrete = new(bank, options, Context(several));
        double[,] u = Grid(Numeric.Normal(Images * Bits, 5), Images, Bits), y = Labels();
        for (int bit = 0; bit < Bits; bit++)
        {
            (u[4, bit], y[4, 0], y[4, 1]) = (0, 0, 0); // Not seen yet.
        }
        bank.Codes.CopyFrom(Tensor.From([.. u.Cast<double>()], Images, Bits));
        bank.Labels.CopyFrom(several ? Tensor.From([.. y.Cast<double>()], Images, Classes) : Numeric.Ids([.. Enumerable.Range(0, Images).Select(i => y[i, 0] == 1 ? 0L : y[i, 1] == 1 ? 1 : -1)]));

        discrete.Update();

        (double[,] codes, double[,] classifier) = Passes(u, y, options);
        Assert.Equal(codes.Cast<double>(), Numeric.Values(discrete.Codes));
        Numeric.AssertClose([.. classifier.Cast<double>()], Numeric.Values(discrete.Classifier), 1e-10);
        Assert.Equal(new double[Bits], Numeric.Values(discrete.Codes)[(4 * Bits)..(5 * Bits)]);
        Assert.True(Numeric.Values(discrete.Codes)[..Bits].All(bit => Math.Abs(bit) == 1));
    }

    [Fact]
    public void The_passes_run_at_the_first_training_batch_of_an_epoch()
    {
        ITerm term = new DsdhOptions().Create(Context(several: false));
        Tensor codes = Kept(term, "discrete.codes");
        double[] After(double epoch, long seed, bool trains = true)
        {
            Tensor rows = Numeric.Matrix(Numeric.Normal(2 * Bits, seed), 2);
            term.Forward(new TermInput(new Outputs((Outputs.Code, rows)), Numeric.Ids(0, 1), epoch) { Items = trains ? Numeric.Ids(0, 1) : null, IsTraining = trains });
            return Numeric.Values(codes);
        }
        double[] first = After(0, 1);
        Assert.Contains(1.0, first);
        Assert.Equal(first, After(0.9, 2));
        Assert.Equal(first, After(1.5, 3, trains: false));
        double[] next = After(1.01, 3);
        Assert.NotEqual(first, next);
        Assert.Equal(next, After(1.99, 4));
    }

    [Fact]
    public void The_discrete_half_trains_nothing_but_what_pulls_to_the_codes()
    {
        foreach (double pull in new[] { 0, 0.4 })
        {
            CodeBank bank = new(Context(several: false));
            DiscreteCodes discrete = new(bank, new() { Pull = pull }, Context(several: false));
            Tensor rows = Numeric.Leaf(Numeric.Matrix(Numeric.Normal(2 * Bits, 1), 2)), items = Numeric.Ids(3, 0);
            bank.For(rows.Detach(), new TermInput(new Outputs(), Numeric.Ids(0, 1)) { Items = items });
            Tensor value = discrete.Forward(rows, new TermInput(new Outputs(), Numeric.Ids(0, 1)) { Items = items });
            double[] codes = Numeric.Values(discrete.Codes.IndexSelect(0, items)), outputs = Numeric.Values(rows), weights = Numeric.Values(discrete.Classifier);
            double missed = 0;
            for (int i = 0; i < 2; i++)
            {
                for (int c = 0; c < Classes; c++)
                {
                    double told = Enumerable.Range(0, Bits).Sum(k => codes[(i * Bits) + k] * weights[(k * Classes) + c]);
                    missed += Math.Pow((i == c ? 1 : 0) - told, 2) / (2 * Classes);
                }
            }
            double expected = missed + weights.Average(weight => weight * weight) + (pull * outputs.Zip(codes, (x, b) => (x - b) * (x - b)).Average());
            Assert.Equal(expected, value.ToDouble(), 1e-10);
            Numeric.AssertClose([.. outputs.Zip(codes, (x, b) => pull * 2 * (x - b) / outputs.Length)], Numeric.Values(Autograd.Grad([value], [rows])[0]), 1e-12);
        }
    }

    [Theory]
    [InlineData(0.002)]
    [InlineData(0.03)]
    public void Fisher_centres_move_as_descent_on_their_three_sums_does_and_shift_the_signs_of_the_next_batch(double rate)
    {
        const int Many = 10;
        FisherCentersOptions options = new() { Rate = rate, Mu = 0.5, Between = 0.8, Sharpness = 1.5 };
        FisherCenters quantizer = new(options, new TermContext(Many, Bits, 1) { Type = DataType.Float64 });
        double[,] v = new double[Many, Bits];
        foreach (long seed in new[] { 1L, 2 })
        {
            double[] outputs = Numeric.Normal(4 * Bits, seed);
            int[][] labels = [[0], [3, 0], [9], [3]];
            double[,] b = new double[4, Bits];
            for (int i = 0; i < 4; i++)
            {
                for (int k = 0; k < Bits; k++)
                {
                    b[i, k] = Math.Sign(outputs[(i * Bits) + k] + (0.5 * labels[i].Sum(label => v[label, k])));
                }
            }
            Tensor hot = Tensor.From([.. labels.SelectMany(set => Enumerable.Range(0, Many).Select(label => set.Contains(label) ? 1.0 : 0))], 4, Many), leaf = Numeric.Leaf(Numeric.Matrix(outputs, 4));
            Tensor value = quantizer.Forward(leaf, new TermInput(new Outputs(), hot));
            Assert.Equal(outputs.Zip(b.Cast<double>(), (x, sign) => (sign - x) * (sign - x)).Average(), value.ToDouble(), 1e-12);
            Numeric.AssertClose([.. outputs.Zip(b.Cast<double>(), (x, sign) => 2 * (x - sign) / outputs.Length)], Numeric.Values(Autograd.Grad([value], [leaf])[0]), 1e-12);
            v = Descend(v, labels, b, options);
            Numeric.AssertClose([.. v.Cast<double>()], Numeric.Values(quantizer.Centers), 1e-8);
        }
        double[] before = Numeric.Values(quantizer.Centers);
        quantizer.Forward(Numeric.Matrix([1, 2, 3], 1), new TermInput(new Outputs(), Numeric.Ids(2)) { IsTraining = false });
        Assert.Equal(before, Numeric.Values(quantizer.Centers));
    }

    [Theory]
    [InlineData(2, 128)]
    [InlineData(5, 512)]
    [InlineData(12, 256)]
    public void Fisher_centres_of_few_classes_and_many_bits_do_not_run_away(int classes, int bits)
    {
        FisherCenters quantizer = new(new(), new TermContext(classes, bits, 1));
        for (int batch = 0; batch < 3; batch++)
        {
            using TensorScope inner = new();
            quantizer.Forward(batch == 1 ? Tensor.Ones([8, bits]) : Tensor.Randn([8, bits]), new TermInput(new Outputs(), Numeric.Ids(0, 1, 0, 1, 1, 1, 0, 1)));
        }
        Assert.InRange(quantizer.Centers.Abs().Max().ToDouble(), 0.1, 50);
    }

    /// <summary>Gradients summed term by term, 200 steps.</summary>
    private static double[,] Descend(double[,] start, int[][] labels, double[,] b, FisherCentersOptions options)
    {
        int classes = start.GetLength(0);
        double[,] v = (double[,])start.Clone();
        for (int step = 0; step < options.Steps; step++)
        {
            double[,] slope = new double[classes, Bits];
            for (int k = 0; k < Bits; k++)
            {
                for (int i = 0; i < labels.Length; i++)
                {
                    double missed = labels[i].Sum(label => v[label, k]) - b[i, k];
                    Array.ForEach(labels[i], label => slope[label, k] += 2 * missed / (labels.Length * Bits));
                }
                for (int c = 0; c < classes; c++)
                {
                    for (int d = 0; d < classes; d++)
                    {
                        double excess = Enumerable.Range(0, Bits).Sum(j => v[c, j] * v[d, j]) - (c == d ? Bits : -Bits);
                        slope[c, k] += options.Between * 4 * excess * v[d, k] / (classes * classes);
                    }
                    slope[c, k] += options.Sharpness * 2 * (v[c, k] - Math.Sign(v[c, k])) / (classes * Bits);
                }
            }
            double rate = options.Rate * (step >= 149 ? 0.1 : 1) * (step >= 179 ? 0.1 : 1);
            for (int c = 0; c < classes; c++)
            {
                for (int k = 0; k < Bits; k++)
                {
                    v[c, k] -= rate * slope[c, k];
                }
            }
        }
        return v;
    }

    private static (double[,] Codes, double[,] Classifier) Passes(double[,] u, double[,] y, DiscreteCodesOptions options)
    {
        double[,] b = new double[Images, Bits], w = new double[Bits, Classes];
        for (int pass = 0; pass < options.Passes; pass++)
        {
            w = Ridge(b, y, options.Nu / options.Mu);
            for (int k = 0; k < Bits; k++)
            {
                for (int i = 0; i < Images; i++)
                {
                    double wanted = options.Eta / options.Mu * u[i, k];
                    for (int c = 0; c < Classes; c++)
                    {
                        double others = Enumerable.Range(0, Bits).Where(j => j != k).Sum(j => b[i, j] * w[j, c]);
                        wanted += w[k, c] * (y[i, c] - others);
                    }
                    b[i, k] = Math.Sign(wanted);
                }
            }
        }
        return (b, w);
    }

    /// <summary>(BᵀB + r I)⁻¹ BᵀY by elimination.</summary>
    private static double[,] Ridge(double[,] b, double[,] y, double r)
    {
        double[,] a = new double[Bits, Bits + Classes];
        for (int j = 0; j < Bits; j++)
        {
            for (int k = 0; k < Bits + Classes; k++)
            {
                a[j, k] = (j == k ? r : 0) + Enumerable.Range(0, Images).Sum(i => b[i, j] * (k < Bits ? b[i, k] : y[i, k - Bits]));
            }
        }
        for (int j = 0; j < Bits; j++)
        {
            double pivot = a[j, j];
            for (int k = 0; k < Bits + Classes; k++)
            {
                a[j, k] /= pivot;
            }
            for (int i = 0; i < Bits; i++)
            {
                double factor = i == j ? 0 : a[i, j];
                for (int k = 0; k < Bits + Classes; k++)
                {
                    a[i, k] -= factor * a[j, k];
                }
            }
        }
        return Grid([.. Enumerable.Range(0, Bits).SelectMany(j => Enumerable.Range(0, Classes).Select(c => a[j, Bits + c]))], Bits, Classes);
    }

    private static double[,] Labels() => Grid([1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1], Images, Classes);

    private static double[,] Grid(double[] values, int rows, int columns)
    {
        double[,] grid = new double[rows, columns];
        Buffer.BlockCopy(values, 0, grid, 0, values.Length * sizeof(double));
        return grid;
    }

    private static TermContext Context(bool several) => new(Classes, Bits, 1) { Items = Images, MultiLabel = several, Type = DataType.Float64 };

    private static Tensor Kept(ITerm term, string name) => term.Buffers.Single(buffer => buffer.Name == name).Value;
}
