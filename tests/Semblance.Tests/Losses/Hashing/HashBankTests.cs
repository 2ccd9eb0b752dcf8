using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses.Hashing;

/// <summary>Hash methods with a bank of codes, against their formulas written as loops over pairs.</summary>
public sealed class HashBankTests : IDisposable
{
    private const int Bits = 4, Classes = 3, Images = 7;
    private static readonly int[] Seen = [6, 0, 3, 5];
    private readonly TensorScope scope = new();

    public static TheoryData<string> Methods => [.. Oracles.Keys];

    public void Dispose() => scope.Dispose();

    /// <summary>What a method makes of a pair and of an output; u is what it makes of a raw output.</summary>
    private sealed record Oracle(ITermOptions Options, Func<double, double> Seen, Func<double[], double[], bool, double, double> Pair, Func<double[], double> Row);

    private static readonly Dictionary<string, Oracle> Oracles = new()
    {
        ["dsh"] = new(new DshOptions(), Raw, (a, b, s, _) => s ? Squared(a, b) / 2 : Math.Max(0, (2 * Bits) - Squared(a, b)) / 2, row => 0.1 * row.Average(x => Math.Abs(Math.Abs(x) - 1))),
        ["dsh near"] = new(new DshOptions { Margin = 3, QuantizationWeight = 0 }, Raw, (a, b, s, _) => s ? Squared(a, b) / 2 : Math.Max(0, 3 - Squared(a, b)) / 2, _ => 0),
        ["dpsh"] = new(new DpshOptions(), Raw, Likelihood, row => 0.1 * row.Average(x => Math.Pow(x - Math.Sign(x), 2))),
        ["dhn"] = new(new DhnOptions { QuantizationWeight = 0.3 }, Raw, Likelihood, row => 0.3 * row.Average(x => Math.Log(Math.Cosh(Math.Abs(x) - 1)))),
        ["dbdh"] = new(new DbdhOptions(), Clipped, Likelihood, row => 0.1 * Math.Pow(row.Average(Clipped), 2)),
        ["dbdh p 1"] = new(new DbdhOptions { Power = 1 }, Clipped, Likelihood, row => 0.1 * Math.Abs(row.Average(Clipped))),
        ["idhn"] = new(new IdhnOptions(), Soft, (a, b, _, q) => Hard(q) ? Logistic(0.5 * Dot(a, b), q) : 0.1 * Math.Pow((0.5 * Dot(a, b)) + Bits - (2 * q * Bits), 2), row => 0.1 * row.Average(x => 1 - Math.Abs(Soft(x)))),
        ["isdh"] = new(new IsdhOptions(), Soft, (a, b, _, q) => Hard(q) ? 10 * Logistic(0.5 * Dot(a, b), q) : Math.Pow(q - Sigmoid(0.5 * Dot(a, b)), 2), row => 0.1 * row.Average(x => 1 - Math.Abs(Soft(x)))),
        ["dsdh"] = new(new DsdhOptions { Discrete = new() { Passes = 0 } }, Raw, Likelihood, _ => 0),
        ["dfh"] = new(new DfhOptions(), Raw, (a, b, s, _) => Logistic(3 + ((s ? -0.5 : 0.5) * Dot(a, b)), 0), row => 0.5 * row.Average(x => Math.Pow(x - Math.Sign(x), 2))),
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_step_is_the_mean_over_the_batch_and_the_whole_bank(string name)
    {
        foreach (bool several in new[] { false, true })
        {
            Oracle oracle = Oracles[name];
            ITerm term = oracle.Options.Create(Context(several));
            (double[][] bank, int[][] labels) = (Rows(Images, 3), LabelSets(Images, several));
            (bank[1], labels[1]) = (new double[Bits], []); // Not seen yet.
            SetBank(term, bank, labels, several);
            (double[][] batch, int[][] own) = (Rows(Seen.Length, 4), LabelSets(Seen.Length, several));
            foreach ((int place, int k) in Seen.Select((place, k) => (place, k)))
            {
                (bank[place], labels[place]) = (batch[k], own[k]);
            }
            SetStored(oracle, bank, Seen);
            Tensor rows = Leaf(batch);
            Assert.Equal(Expected(oracle, batch, own, bank, labels, name), term.Forward(Input(rows, own, several)).Value.ToDouble(), 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_gradient_flows_through_the_batch_alone_and_agrees_with_finite_differences(string name)
    {
        foreach (bool several in new[] { false, true })
        {
            Tensor rows = Leaf(Rows(Seen.Length, 4));
            int[][] own = LabelSets(Seen.Length, several);
            Tensor constant = Oracles[name].Options is DbdhOptions ? rows.Detach().Clamp(-1, 1) : Oracles[name].Options is LabelCosineHashOptions ? new SoftSignRelaxation().Apply(rows.Detach(), 0) : rows.Detach();
            double[] exact = Numeric.Values(Autograd.Grad([Fresh(name, several, out ITerm term).Forward(Input(rows, own, several)).Value], [rows])[0]);
            // A shifted batch against the bank that the batch itself left: validation does not write.
            Numeric.AssertClose(Numeric.Slope(at => Constant(term, at, own, several, name), rows), exact, 1e-6);
            Assert.Equal(Numeric.Values(constant), Numeric.Values(Buffer(term, "bank.codes").IndexSelect(0, Items(Seen))));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void In_the_batch_the_loss_is_that_of_a_bank_of_the_batch_and_the_symmetric_gradient_adds_the_other_side(string name)
    {
        if (Oracles[name].Options is not BankHashOptions options)
        {
            return; // DSDH is made of its bank.
        }
        foreach (bool several in new[] { false, true })
        {
            (double[][] batch, int[][] own) = (Rows(5, 6), LabelSets(5, several));
            TermContext context = Context(several) with { Items = 5 };
            (double Value, double[] Gradient) Of(HashReferences references)
            {
                Tensor rows = Leaf(batch);
                Tensor value = (options with { References = references, QuantizationWeight = 0 }).Create(context).Forward(Input(rows, own, several) with { Items = Items(0, 1, 2, 3, 4) }).Value;
                return (value.ToDouble(), Numeric.Values(Autograd.Grad([value], [rows])[0]));
            }
            (double Value, double[] Gradient) bank = Of(HashReferences.Bank), inside = Of(HashReferences.Batch), symmetric = Of(HashReferences.Symmetric);
            Assert.Equal(bank.Value, inside.Value, 1e-12);
            Assert.Equal(bank.Value, symmetric.Value, 1e-12);
            Numeric.AssertClose(bank.Gradient, inside.Gradient, 1e-12);
            Numeric.AssertClose([.. bank.Gradient.Select(slope => 2 * slope)], symmetric.Gradient, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Zero_rows_one_row_no_label_all_labels_and_large_outputs_give_finite_values_and_gradients(string name)
    {
        double[][] zero = [new double[Bits]], large = [[.. Enumerable.Repeat(900.0, Bits)], [.. Enumerable.Repeat(-900.0, Bits)]];
        (double[][] Rows, int[][] Labels)[] batches = [(zero, [[1]]), (zero, [[]]), (Rows(1, 2), [[0, 1, 2]]), (Rows(2, 2), [[0, 1, 2], [0, 1, 2]]), (large, [[0], [1]]), (large, [[2], [2]]), ([], [])];
        foreach ((double[][] batch, int[][] labels) in batches)
        {
            Tensor rows = Leaf(batch);
            ITerm term = Oracles[name].Options.Create(Context(several: true));
            Tensor value = term.Forward(Input(rows, labels, several: true) with { Items = Items([.. Enumerable.Range(0, batch.Length)]) }).Value;
            Assert.True(double.IsFinite(value.ToDouble()));
            Assert.True(Autograd.Grad([value], [rows])[0].IsFinite().All().ToDouble() == 1);
        }
    }

    [Fact]
    public void At_a_zero_output_the_slope_is_half_minus_s()
    {
        Tensor similarity = Tensor.Zeros([1, 2], DataType.Float64), positive = similarity.EqualTo(0).And(Numeric.Ids(1, 0).EqualTo(1).Unsqueeze(0));
        PairBatch pairs = new(similarity, positive, positive.Not());
        PairLikelihoodLoss loss = new(new());
        Assert.Equal(Math.Log(2), loss.Forward(pairs).ToDouble(), 1e-15);
        Assert.Equal([-0.125, 0.125], Numeric.Values(loss.Weights(pairs)));
        Assert.Equal([-0.125, 0.125], Numeric.Values(PairWeights.Of(loss, pairs)));
    }

    [Fact]
    public void Weights_in_closed_form_are_the_derivatives_also_where_the_exponent_is_cut_off_and_pairs_are_neither()
    {
        Tensor similarity = Numeric.Matrix([-300, -1, 0.3, 2, 150, 90, -7, 30, 110, 5], 2);
        Tensor labels = Numeric.Ids(0, 1), others = Numeric.Ids(0, 1, 0, 1, 2);
        LabelRelation neither = LabelRelation.Of("not two", (a, b) => (a.Unsqueeze(1).EqualTo(b.Unsqueeze(0)), a.Unsqueeze(1).NotEqualTo(b.Unsqueeze(0)).And(b.Unsqueeze(0).NotEqualTo(2))));
        (Tensor positive, Tensor negative) = neither.Masks(labels, others);
        PairBatch pairs = new(similarity, positive, negative) { LabelCosine = Numeric.Matrix([0, 0.4, 0.999, 0.2, 0.7, 0.005, 0.5, 1, 0.6, 0], 2) };
        foreach (WeightedRowPairLoss loss in new WeightedRowPairLoss[]
        {
            new PairLikelihoodLoss(new() { Margin = 3, Lowest = -100, Highest = 50 }), new PairLikelihoodLoss(new() { Scale = 1 }), new SquaredDistanceBandLoss(8),
            new LabelCosineLoss(new() { Bits = 4 }), new LabelCosineLoss(new() { Bits = 4, Alpha = 0.01, Gamma = 10, Soft = LabelSquare.Probability }),
        })
        {
            Numeric.AssertClose(Numeric.Values(PairWeights.Of(loss, pairs)), Numeric.Values(loss.Weights(pairs)), 1e-12);
        }
        Assert.Throws<ArgumentException>(() => new LabelCosineLoss(new() { Bits = 4 }).Forward(pairs with { LabelCosine = null }));
    }

    [Fact]
    public void Log_cosh_does_not_overflow()
    {
        LogCoshQuantizer quantizer = new();
        Assert.Equal(Math.Log(Math.Cosh(1.5)), quantizer.Forward(Tensor.From([2.5], 1, 1)).ToDouble(), 1e-14);
        Assert.Equal(9_999 - Math.Log(2), quantizer.Forward(Tensor.From([-10_000f], 1, 1)).ToDouble(), 1e-2);
        Numeric.AssertDerivative(quantizer.Forward, Tensor.From([-3.0, -0.2, 0.4, 2], 2, 2));
    }

    [Fact]
    public void The_bank_holds_the_latest_code_of_every_image_and_validation_leaves_it_alone()
    {
        ITerm term = new DpshOptions().Create(Context(several: false));
        Tensor codes = Buffer(term, "bank.codes"), labels = Buffer(term, "bank.labels");
        Assert.Equal(Enumerable.Repeat(-1L, Images), labels.ToArray<long>());
        term.Forward(Input(Leaf(Rows(Seen.Length, 1)), LabelSets(Seen.Length, false), several: false));
        double[][] second = Rows(2, 2);
        term.Forward(Input(Leaf(second), [[2], [1]], several: false) with { Items = Items(3, 2) });
        Assert.Equal([1L, -1, 1, 2, -1, 0, 0], labels.ToArray<long>());
        double[] before = Numeric.Values(codes);
        Assert.Equal(second[0], before[(3 * Bits)..(4 * Bits)]);
        Assert.Equal(second[1], before[(2 * Bits)..(3 * Bits)]);
        Assert.Equal(new double[Bits], before[Bits..(2 * Bits)]);
        term.Forward(Input(Leaf(Rows(3, 9)), [[0], [1], [2]], several: false) with { IsTraining = false, Items = null });
        Assert.Equal(before, Numeric.Values(codes));
    }

    [Fact]
    public void What_does_not_fit_the_bank_is_refused_in_words()
    {
        ITerm term = new DpshOptions().Create(Context(several: false));
        TermInput input = Input(Leaf(Rows(2, 1)), [[0], [1]], several: false);
        Refused("does not tell which training images they are", () => term.Forward(input with { Items = null }));
        Refused("the bank has 7 rows, and the batch holds the images 2 to 7", () => term.Forward(input with { Items = Items(2, 7) }));
        Refused("the images -1 to 2", () => term.Forward(input with { Items = Items(2, -1) }));
        Refused("int64[1] tells which", () => term.Forward(input with { Items = Items(2) }));
        Refused("both need the same number of columns", () => term.Forward(input with { Outputs = new Outputs((Outputs.Code, Tensor.Zeros([2, 3], DataType.Float64))), Items = Items(0, 1) }));
        Refused("both need the same form", () => term.Forward(Input(Leaf(Rows(2, 1)), [[0], [1]], several: true) with { Items = Items(0, 1) }));
        Refused("Power must be", () => _ = new DbdhOptions { Power = 3 });
        Refused("Margin must be", () => _ = new DshOptions { Margin = 0 });
        Refused("Nu must be", () => _ = new DiscreteCodesOptions { Nu = 0 });
    }

    [Fact]
    public void Nothing_but_the_bank_outlives_a_step()
    {
        foreach (Oracle oracle in Oracles.Values)
        {
            ITerm term = oracle.Options.Create(Context(several: true));
            long before = LiveTensors.Count();
            for (int step = 0; step < 3; step++)
            {
                using TensorScope inner = new();
                term.Forward(Input(Leaf(Rows(Seen.Length, step)), LabelSets(Seen.Length, true), several: true) with { Epoch = step }).Value.Backward();
            }
            Assert.Equal(before, Tensor.LiveCount);
        }
    }

    private static double Expected(Oracle oracle, double[][] batch, int[][] own, double[][] bank, int[][] labels, string name)
    {
        double[][] seen = [.. batch.Select(row => row.Select(oracle.Seen).ToArray())];
        double pairs = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            for (int j = 0; j < bank.Length; j++)
            {
                int shared = own[i].Intersect(labels[j]).Count();
                pairs += oracle.Pair(seen[i], bank[j], shared > 0, shared / (Math.Sqrt(own[i].Length * labels[j].Length) + 1e-5));
            }
        }
        // DSDH without a pass has codes and a classifier of zeros: the mean of Y² is left.
        double constant = name == "dsdh" ? own.Sum(set => (double)set.Length) / (own.Length * Classes) : 0;
        return (pairs / (batch.Length * bank.Length)) + batch.Average(oracle.Row) + constant;
    }

    /// <summary>The bank holds what the method sees, the rest of it as it was given.</summary>
    private static void SetStored(Oracle oracle, double[][] bank, int[] places)
    {
        foreach (int place in places)
        {
            bank[place] = [.. bank[place].Select(oracle.Seen)];
        }
    }

    private static ITerm Fresh(string name, bool several, out ITerm term)
    {
        term = Oracles[name].Options.Create(Context(several));
        (double[][] bank, int[][] labels) = (Rows(Images, 3), LabelSets(Images, several));
        (bank[1], labels[1]) = (new double[Bits], []);
        SetBank(term, bank, labels, several);
        return term;
    }

    /// <summary>The value against the bank as it is. DFH tells its signs anew, which do not change within a step; its centres must be those of before.</summary>
    private static Tensor Constant(ITerm term, Tensor at, int[][] own, bool several, string name)
    {
        if (name == "dfh")
        {
            using Autograd.Mode unrecorded = Autograd.NoGrad();
            Buffer(term, "centers").Zero();
        }
        return term.Forward(Input(at, own, several) with { IsTraining = false }).Value;
    }

    private static void SetBank(ITerm term, double[][] bank, int[][] labels, bool several)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Buffer(term, "bank.codes").CopyFrom(Matrix(bank));
        Buffer(term, "bank.labels").CopyFrom(several ? Hot(labels) : Numeric.Ids([.. labels.Select(set => set.Length == 0 ? -1L : set[0])]));
    }

    private static Tensor Buffer(ITerm term, string name) => term.Buffers.Single(buffer => buffer.Name == name).Value;

    private static TermContext Context(bool several) => new(Classes, Bits, 1) { Items = Images, MultiLabel = several, Type = DataType.Float64 };

    private static TermInput Input(Tensor rows, int[][] labels, bool several) =>
        new(new Outputs((Outputs.Code, rows)), several ? Hot(labels) : Numeric.Ids([.. labels.Select(set => (long)set[0])])) { Items = Items(Seen) };

    private static Tensor Items(params int[] items) => Numeric.Ids([.. items.Select(item => (long)item)]);

    private static Tensor Hot(int[][] labels) => Tensor.From([.. labels.SelectMany(set => Enumerable.Range(0, Classes).Select(label => set.Contains(label) ? 1.0 : 0))], labels.Length, Classes);

    private static Tensor Matrix(double[][] rows) => Tensor.From([.. rows.SelectMany(row => row)], rows.Length, Bits);

    private static Tensor Leaf(double[][] rows) => Numeric.Leaf(Matrix(rows));

    private static double[][] Rows(int count, long seed) => [.. Numeric.Normal(count * Bits, seed).Chunk(Bits)];

    private static int[][] LabelSets(int count, bool several) => [.. Enumerable.Range(0, count).Select(k => several ? new[] { new[] { 0 }, [0, 1], [2], [1, 2], [0, 1, 2] }[k % 5] : new[] { k % Classes })];

    private static double Raw(double x) => x;

    private static double Clipped(double x) => Math.Clamp(x, -1, 1);

    private static double Soft(double x) => x / (1 + Math.Abs(x));

    private static bool Hard(double q) => q is > 0.99 or < 0.01;

    private static double Sigmoid(double t) => 1 / (1 + Math.Exp(-t));

    private static double Logistic(double t, double q) => Math.Log(1 + Math.Exp(t)) - (q * t);

    private static double Likelihood(double[] a, double[] b, bool s, double q) => Logistic(Dot(a, b) / 2, s ? 1 : 0);

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Squared(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();

    private static void Refused(string sentence, Action action) => Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
