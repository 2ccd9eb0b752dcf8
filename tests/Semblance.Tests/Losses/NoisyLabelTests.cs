using Semblance.Losses;
using Semblance.Losses.Logits;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Losses for wrong labels that look at more than one image at a time, or back.</summary>
public sealed class NoisyLabelTests : IDisposable
{
    private const int Classes = 3;
    private readonly TensorScope scope = new();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Early_learning_costs_what_the_memory_of_earlier_passes_says()
    {
        EarlyLearningOptions options = new() { Beta = 0.6, Lambda = 2 };
        ITerm term = options.Create(Context());
        double[,] memory = new double[5, Classes];
        long[] labels = [0, 2];
        foreach ((long[] items, long seed) in new (long[], long)[] { ([3, 0], 1), ([1, 3], 2), ([3, 0], 3) })
        {
            double[] logits = [.. Numeric.Normal(2 * Classes, seed).Select(value => 2 * value)];
            double expected = 0;
            for (int i = 0; i < 2; i++)
            {
                double[] p = Softmax(logits[(i * Classes)..((i + 1) * Classes)]);
                double dot = 0;
                for (int c = 0; c < Classes; c++)
                {
                    memory[items[i], c] = (0.6 * memory[items[i], c]) + (0.4 * p[c]);
                    dot += memory[items[i], c] * p[c];
                }
                expected += (-Math.Log(p[labels[i]]) + (2 * Math.Log(1 - dot))) / 2;
            }
            Assert.Equal(expected, term.Forward(Input(logits, labels, items)).Value.ToDouble(), 1e-10);
        }
        Numeric.AssertClose([.. memory.Cast<double>()], Numeric.Values(Assert.Single(term.Buffers).Value), 1e-10);
    }

    [Fact]
    public void The_memory_has_no_derivative()
    {
        double[] first = [.. Numeric.Normal(2 * Classes, 4)];
        ITerm Primed()
        {
            ITerm term = new EarlyLearningOptions().Create(Context());
            term.Forward(Input(Numeric.Normal(2 * Classes, 5), [0, 2], [3, 0]));
            return term;
        }
        Tensor leaf = Numeric.Leaf(Numeric.Matrix(first, 2));
        Tensor value = Primed().Forward(Input(leaf, [0, 2], [3, 0])).Value;
        double[] exact = Numeric.Values(Autograd.Grad([value], [leaf])[0]);
        // t as it stands after the batch, held fixed.
        ITerm after = Primed();
        after.Forward(Input(first, [0, 2], [3, 0]));
        double[] t = Numeric.Values(after.Buffers[0].Value.IndexSelect(0, Numeric.Ids(3, 0)));
        double[] slopes = Numeric.Slope(at => Fixed(at, t), Numeric.Matrix(first, 2));
        Numeric.AssertClose(slopes, exact, 1e-6);

        static Tensor Fixed(Tensor logits, double[] t) =>
            (Functional.CrossEntropies(logits, Numeric.Ids(0, 2)) + ((1 - (logits.Softmax(1) * Tensor.From(t, 2, Classes)).Sum(1)).Log() * 3)).Mean();
    }

    [Fact]
    public void A_batch_that_only_measures_costs_cross_entropy_and_leaves_the_memory_alone()
    {
        ITerm term = new EarlyLearningOptions().Create(Context());
        double[] logits = Numeric.Normal(2 * Classes, 6);
        term.Forward(Input(logits, [0, 2], [3, 0]));
        double[] before = Numeric.Values(term.Buffers[0].Value);
        double plain = new CrossEntropyLoss(new()).Forward(Numeric.Matrix(logits, 2), Numeric.Ids(0, 2)).ToDouble();
        Assert.Equal(plain, term.Forward(Input(logits, [0, 2], [3, 0]) with { IsTraining = false }).Value.ToDouble(), 1e-12);
        Assert.Equal(plain, term.Forward(Input(logits, [0, 2], [3, 0]) with { Items = null }).Value.ToDouble(), 1e-12);
        Assert.Equal(before, Numeric.Values(term.Buffers[0].Value));
    }

    [Fact]
    public void Certainty_stays_finite_and_a_batch_of_other_images_is_refused()
    {
        ITerm term = new EarlyLearningOptions().Create(Context());
        for (int pass = 0; pass < 40; pass++)
        {
            Tensor leaf = Numeric.Leaf(Tensor.From([500.0, 0, 0, 0, 500, 0], 2, Classes));
            Tensor value = term.Forward(Input(leaf, [0, 2], [3, 0])).Value;
            Assert.True(double.IsFinite(value.ToDouble()));
            Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
        }
        Refused("each of a training image", () => term.Forward(Input(Numeric.Normal(2 * Classes, 6), [0, 2], [3, 5])));
        Refused("each of a training image", () => term.Forward(Input(Numeric.Normal(2 * Classes, 6), [0, 2], [3])));
        Refused("nobody tells how many there are", () => new EarlyLearningOptions().Create(Context() with { Items = 0 }));
    }

    [Fact]
    public void The_images_that_cost_least_are_kept_in_the_share_of_the_pass()
    {
        SmallLossOptions options = new() { Noise = 0.5, Ramp = 4 };
        ITerm term = options.Create(Context());
        double[] logits = Numeric.Normal(8 * Classes, 7);
        long[] labels = [0, 1, 2, 0, 1, 2, 0, 1];
        double[] costs = [.. labels.Select((label, i) => -Math.Log(Softmax(logits[(i * Classes)..((i + 1) * Classes)])[label])).Order()];
        foreach ((double epoch, int kept) in new[] { (0.0, 8), (0.9, 8), (1, 7), (2.5, 6), (4, 4), (100, 4) })
        {
            Assert.Equal(costs[..kept].Average(), term.Forward(Input(logits, labels, null) with { Epoch = epoch }).Value.ToDouble(), 1e-12);
        }
        Assert.Equal(costs.Average(), term.Forward(Input(logits, labels, null) with { Epoch = 100, IsTraining = false }).Value.ToDouble(), 1e-12);
        Assert.Equal([1, 0.875, 0.5, 0.5], new[] { 0.0, 1.99, 4, 9 }.Select(options.KeptShare));
        Assert.Equal(0.5, new SmallLossOptions { Noise = 0.5, Ramp = 0 }.KeptShare(0));
    }

    [Fact]
    public void At_least_one_image_is_kept_and_of_equal_costs_the_earlier()
    {
        Assert.Equal([true, false, true, false], SmallLossSelection.Kept(Tensor.From([1.0, 1, 0, 1], 4), 0.5).ToArray<bool>());
        Assert.Equal([false, true], SmallLossSelection.Kept(Tensor.From([1.0, 0.5], 2), 0.01).ToArray<bool>());
        Assert.Equal([false, true, false], SmallLossSelection.Kept(Tensor.From([1.0, double.NaN, 0], 3), 0.34).ToArray<bool>());
        Assert.Equal([true, true, true, true, true, true, true, false, false, false], SmallLossSelection.Kept(Tensor.Arange(0, 10).To(DataType.Float64), 0.7).ToArray<bool>());
    }

    [Fact]
    public void What_is_left_out_has_no_derivative()
    {
        Tensor leaf = Numeric.Leaf(Tensor.From([5.0, 0, 0, -5, 0, 0], 2, Classes));
        Tensor value = new SmallLossOptions { Noise = 0.5, Ramp = 0 }.Create(Context()).Forward(Input(leaf, [0, 0], null)).Value;
        double[] slopes = Numeric.Values(Autograd.Grad([value], [leaf])[0]);
        Assert.All(slopes[..Classes], slope => Assert.NotEqual(0, slope));
        Assert.All(slopes[Classes..], slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void A_matrix_of_transitions_is_read_as_probabilities_or_counts()
    {
        string file = folder.File("t.txt");
        File.WriteAllText(file, "# true x observed\n8, 2, 0\n\n0\t5\t5\n1 0 0\n");
        ITerm term = new ForwardCorrectionOptions { Kind = TransitionKind.File, File = file }.Create(Context());
        double[] logits = Numeric.Normal(2 * Classes, 8), first = Softmax(logits[..Classes]), second = Softmax(logits[Classes..]);
        double expected = -(Math.Log((0.8 * first[0]) + first[2]) + Math.Log(0.5 * second[1])) / 2;
        Assert.Equal(expected, term.Forward(Input(logits, [0, 2], null)).Value.ToDouble(), 1e-12);
        Numeric.AssertDerivative(at => term.Forward(Input(at, [0, 2], null)).Value, Numeric.Matrix(logits, 2));
    }

    [Theory]
    [InlineData("1 0\n0 1\n", "line 1: there are 2 numbers; 3 classes need 3")]
    [InlineData("1 0 0\n0 1 0\n", "has 2 rows; 3 classes need 3")]
    [InlineData("1 0 0\n0 x 0\n", "line 2: \"x\" is no number of at least 0")]
    [InlineData("1 0 0\n0 -1 0\n", "line 2: \"-1\" is no number of at least 0")]
    public void A_file_that_is_no_matrix_is_refused_with_its_path(string text, string sentence)
    {
        string file = folder.File("t.txt");
        File.WriteAllText(file, text);
        string message = Assert.Throws<InvalidDataException>(() => new ForwardCorrectionOptions { Kind = TransitionKind.File, File = file }.Create(Context())).Message;
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.StartsWith(file, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_by_which_a_label_cannot_be_is_refused_where_it_is_one()
    {
        Assert.Contains("cannot be read", Assert.Throws<InvalidDataException>(() => new ForwardCorrectionOptions { Kind = TransitionKind.File, File = folder.File("none") }.Create(Context())).Message, StringComparison.Ordinal);
        Refused("row 1 of the matrix of transitions is all 0", () => _ = new ForwardCorrectionLoss([1, 0, 0, 0], 2));
        ForwardCorrectionLoss loss = new([1, 0, 1, 0], 2);
        Refused("1 is a label, and by the matrix", () => new LogitTerm(loss).Forward(new TermInput(new Outputs((Outputs.Logits, Tensor.Ones([1, 2]))), Numeric.Ids(1))));
        Refused("a matrix of transitions of 2 classes", () => new LogitTerm(loss).Forward(Input(Numeric.Normal(3, 1), [0], null)));
    }

    private static TermContext Context() => new(Classes, 8, 1) { Items = 5, Type = DataType.Float64 };

    private static TermInput Input(double[] logits, long[] labels, long[]? items) => Input(Numeric.Matrix(logits, labels.Length), labels, items);

    private static TermInput Input(Tensor logits, long[] labels, long[]? items) => new(new Outputs((Outputs.Logits, logits)), Numeric.Ids(labels)) { Items = items is null ? null : Numeric.Ids(items) };

    private static double[] Softmax(double[] x)
    {
        double sum = x.Sum(Math.Exp);
        return [.. x.Select(value => Math.Exp(value) / sum)];
    }

    private static void Refused(string sentence, Action action) => Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
