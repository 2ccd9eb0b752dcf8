using Semblance.Losses;
using Semblance.Losses.Logits;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Losses over logits, each against its formula written as a loop, and what all of them share.</summary>
public sealed class LogitLossTests : IDisposable
{
    private const int Rows = 7;
    private const int Classes = 5;
    private static readonly long[] Counts = [500, 158, 50, 15, 5];
    private static readonly long[] Labels = [0, 4, 2, 2, 1, 3, 0];
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    /// <summary>A loss with what it costs an image, told by its logits, its label and the numbers of training images.</summary>
    public sealed record Row(string Name, LogitLossOptions Options, Func<double[], int, double> Cost, Func<int, double>? Share = null)
    {
        public override string ToString() => Name;
    }

    public static TheoryData<Row> Losses => [.. All];

    private static Row[] All =>
    [
        new("cross-entropy", new CrossEntropyOptions(), (x, y) => Ce(x, y)),
        new("label smoothing", new CrossEntropyOptions { LabelSmoothing = 0.1 }, (x, y) => (0.9 * Ce(x, y)) + Enumerable.Range(0, Classes).Sum(c => 0.1 / Classes * Ce(x, c))),
        new("inverse frequency", new CrossEntropyOptions { ClassWeights = new() { Kind = ClassWeighting.InverseFrequency } }, (x, y) => Ce(x, y) / Counts[y], y => 1.0 / Counts[y]),
        new("square root", new CrossEntropyOptions { ClassWeights = new() { Kind = ClassWeighting.SquareRoot } }, (x, y) => Ce(x, y) / Math.Sqrt(Counts[y]), y => 1 / Math.Sqrt(Counts[y])),
        new("effective number", new CrossEntropyOptions { ClassWeights = new() { Kind = ClassWeighting.EffectiveNumber, Beta = 0.99 } }, (x, y) => Ce(x, y) * Effective(y, 0.99), y => Effective(y, 0.99)),
        new("deferred", new CrossEntropyOptions { ClassWeights = new() { Kind = ClassWeighting.InverseFrequency }, Defer = new() { Epoch = 3 } }, (x, y) => Ce(x, y)),
        new("focal", new FocalOptions { Gamma = 2 }, (x, y) => Math.Pow(1 - P(x, y), 2) * Ce(x, y)),
        new("focal, slow", new FocalOptions { Gamma = 0.5 }, (x, y) => Math.Sqrt(1 - P(x, y)) * Ce(x, y)),
        new("focal, weighted", new FocalOptions { Gamma = 1, ClassWeights = new() { Kind = ClassWeighting.EffectiveNumber, Beta = 0.999 } }, (x, y) =>
        {
            double cost = ClassWeightsOf(ClassWeighting.EffectiveNumber, 0.999)[y] * Ce(x, y);
            return (1 - Math.Exp(-cost)) * cost;
        }),
        new("class-balanced", new ClassBalancedOptions(), (x, y) => ClassWeightsOf(ClassWeighting.EffectiveNumber, 0.9999)[y] * Ce(x, y)),
        new("class-balanced sigmoid", new ClassBalancedOptions { Type = ClassBalancedType.Sigmoid }, (x, y) => ClassWeightsOf(ClassWeighting.EffectiveNumber, 0.9999)[y] * Decisions(x, y, 0)),
        new("class-balanced focal", new ClassBalancedOptions { Type = ClassBalancedType.Focal, Gamma = 1.5, Beta = 0.999 }, (x, y) => ClassWeightsOf(ClassWeighting.EffectiveNumber, 0.999)[y] * Decisions(x, y, 1.5)),
        new("ldam", new LdamOptions(), (x, y) => Ce([.. x.Select((value, c) => 30 * (value - (c == y ? Margin(y) : 0)))], y)),
        new("ldam, weighted", new LdamOptions { MaxMargin = 0.2, Scale = 4, ClassWeights = new() { Kind = ClassWeighting.InverseFrequency } }, (x, y) => Ce([.. x.Select((value, c) => 4 * (value - (c == y ? 0.4 * Margin(y) : 0)))], y) / Counts[y], y => 1.0 / Counts[y]),
        new("balanced softmax", new BalancedSoftmaxOptions(), (x, y) => Ce([.. x.Select((value, c) => value + Math.Log(Counts[c]))], y)),
        new("logit adjustment", new LogitAdjustmentOptions { Tau = 1.5 }, (x, y) => Ce([.. x.Select((value, c) => value + (1.5 * Math.Log(Counts[c] / 728.0)))], y)),
        new("bayias", new BayiasOptions { TestPrior = [1, 2, 3, 2, 2] }, (x, y) => Ce([.. x.Select((value, c) => value + Math.Log(Counts[c] / 728.0) - Math.Log(new[] { 0.1, 0.2, 0.3, 0.2, 0.2 }[c]))], y)),
        new("cdt", new ClassTemperatureOptions { Gamma = 0.3 }, (x, y) => Ce([.. x.Select((value, c) => value * Math.Pow(Counts[c] / 500.0, 0.3))], y)),
        new("label-aware, concave", new LabelAwareSmoothingOptions(), (x, y) => Smoothed(x, y, 0.1 + (0.3 * Math.Sin(Rank(y) * Math.PI / 2)))),
        new("label-aware, linear", new LabelAwareSmoothingOptions { Head = 0.5, Tail = 0, Shape = SmoothingShape.Linear }, (x, y) => Smoothed(x, y, 0.5 * Rank(y))),
        new("label-aware, convex", new LabelAwareSmoothingOptions { Shape = SmoothingShape.Convex }, (x, y) => Smoothed(x, y, 0.4 + (0.3 * Math.Sin((1.5 * Math.PI) + (Rank(y) * Math.PI / 2))))),
        new("seql, measured", new SoftmaxEqualizationOptions { Gamma = 0 }, (x, y) => Ce(x, y)),
        new("seql, always", new SoftmaxEqualizationOptions { Gamma = 1, Threshold = 0.05 }, (x, y) => Ce(x, y, c => c < 3 || c == y)),
        new("gce", new GeneralizedCrossEntropyOptions(), (x, y) => (1 - Math.Pow(P(x, y), 0.7)) / 0.7),
        new("gce, q 1", new GeneralizedCrossEntropyOptions { Q = 1 }, (x, y) => 1 - P(x, y)),
        new("gce, q 0", new GeneralizedCrossEntropyOptions { Q = 0 }, (x, y) => Ce(x, y)),
        new("sce", new SymmetricCrossEntropyOptions { Alpha = 6, Beta = 0.3 }, (x, y) => (6 * Ce(x, y)) + (0.3 * 4 * Enumerable.Range(0, Classes).Where(c => c != y).Sum(c => P(x, c)))),
        new("bootstrapping, soft", new BootstrappingOptions(), (x, y) => (0.95 * Ce(x, y)) + (0.05 * Enumerable.Range(0, Classes).Sum(c => P(x, c) * Ce(x, c)))),
        new("bootstrapping, hard", new BootstrappingOptions { Hard = true }, (x, y) => (0.8 * Ce(x, y)) + (0.2 * Ce(x, Array.IndexOf(x, x.Max())))),
        new("forward, symmetric", new ForwardCorrectionOptions { Rate = 0.4 }, (x, y) => -Math.Log(Enumerable.Range(0, Classes).Sum(c => P(x, c) * (c == y ? 0.6 : 0.1)))),
        new("forward, pair", new ForwardCorrectionOptions { Kind = TransitionKind.Pair, Rate = 0.3 }, (x, y) => -Math.Log((0.7 * P(x, y)) + (0.3 * P(x, (y + Classes - 1) % Classes)))),
        new("small loss, at first", new SmallLossOptions(), (x, y) => Ce(x, y)),
    ];

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_is_the_mean_of_what_its_images_cost(Row row)
    {
        double[] logits = Cosines(1);
        double costs = 0, shares = 0;
        for (int i = 0; i < Rows; i++)
        {
            int label = (int)Labels[i];
            costs += row.Cost(logits[(i * Classes)..((i + 1) * Classes)], label);
            shares += row.Share?.Invoke(label) ?? 1;
        }
        Assert.Equal(costs / shares, Value(row.Options, Numeric.Matrix(logits, Rows)).ToDouble(), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Derivatives_agree_with_finite_differences(Row row) => Numeric.AssertDerivative(at => Value(row.Options, at), Numeric.Matrix(Cosines(2), Rows));

    [Theory]
    [MemberData(nameof(Losses))]
    public void Weights_of_images_multiply_what_they_cost(Row row)
    {
        double[] logits = Cosines(3), weights = [0, 2, 1, 0.5, 1, 3, 0.25];
        double costs = 0, shares = 0;
        for (int i = 0; i < Rows; i++)
        {
            int label = (int)Labels[i];
            costs += weights[i] * row.Cost(logits[(i * Classes)..((i + 1) * Classes)], label);
            shares += row.Share?.Invoke(label) ?? 1;
        }
        Tensor leaf = Numeric.Leaf(Numeric.Matrix(logits, Rows));
        Tensor value = Value(row.Options, leaf, weights);
        Assert.Equal(costs / shares, value.ToDouble(), 1e-10);
        Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0])[..Classes], slope => Assert.Equal(0, slope));
        Assert.Equal(Value(row.Options, Numeric.Matrix(logits, Rows)).ToDouble(), Value(row.Options, Numeric.Matrix(logits, Rows), [1, 1, 1, 1, 1, 1, 1]).ToDouble(), 1e-14);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void An_image_that_is_mixed_of_two_costs_its_share_of_both_labels(Row row)
    {
        if (!row.Options.TakesMixed)
        {
            return;
        }
        double[] logits = Cosines(4), shares = [1, 0, 0.5, 0.25, 0.75, 0.1, 0.9];
        long[] partners = [1, 0, 2, 3, 4, 4, 0];
        double costs = 0, sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            double[] x = logits[(i * Classes)..((i + 1) * Classes)];
            (int first, int second, double share) = ((int)Labels[i], (int)partners[i], shares[i]);
            costs += (share * row.Cost(x, first)) + ((1 - share) * row.Cost(x, second));
            sum += (share * (row.Share?.Invoke(first) ?? 1)) + ((1 - share) * (row.Share?.Invoke(second) ?? 1));
        }
        TermInput mixed = Input(Numeric.Matrix(logits, Rows)) with { Mix = new(Numeric.Ids(partners), Tensor.From(shares, Rows)) };
        Assert.Equal(costs / sum, row.Options.Create(Context()).Forward(mixed).Value.ToDouble(), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void An_empty_batch_is_0_half_precision_is_float32_and_NaN_comes_through(Row row)
    {
        ITerm term = row.Options.Create(Context());
        Tensor empty = Numeric.Leaf(Tensor.Zeros([0, Classes]));
        Tensor value = term.Forward(new TermInput(new Outputs((Outputs.Logits, empty)), Tensor.Zeros([0], DataType.Int64))).Value;
        Assert.Equal(0, value.ToDouble());
        Assert.True(value.RequiresGrad);
        Tensor half = Numeric.Matrix(Cosines(5), Rows).To(DataType.BFloat16);
        Tensor narrow = Value(row.Options, half);
        Assert.Equal(DataType.Float32, narrow.Type);
        Assert.Equal(Value(row.Options, half.To(DataType.Float32)).ToDouble(), narrow.ToDouble(), 1e-6);
        double[] broken = Cosines(6);
        broken[0] = double.NaN;
        Assert.True(double.IsNaN(Value(row.Options, Numeric.Matrix(broken, Rows)).ToDouble()));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Extreme_logits_have_a_finite_value_and_derivative(Row row)
    {
        double[] logits = [.. Cosines(7).Select((value, k) => k % 3 == 0 ? 300 * value : -300 * value)];
        Tensor leaf = Numeric.Leaf(Numeric.Matrix(logits, Rows).To(DataType.Float32));
        Tensor value = Value(row.Options, leaf);
        Assert.True(double.IsFinite(value.ToDouble()));
        Assert.All(Numeric.Values(Autograd.Grad([value], [leaf])[0]), slope => Assert.True(double.IsFinite(slope)));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Wrong_labels_and_several_labels_are_refused_or_taken(Row row)
    {
        ITerm term = row.Options.Create(Context());
        Tensor logits = Numeric.Matrix(Cosines(1), Rows);
        Refused("class id 5 is outside the 5 classes", () => term.Forward(Input(logits) with { Labels = Numeric.Ids(0, 1, 2, 3, 4, 5, 0) }));
        Refused("class id -1 is outside the 5 classes", () => term.Forward(Input(logits) with { Labels = Numeric.Ids(0, 1, 2, 3, 4, -1, 0) }));
        Refused("labels has 2 rows; 7 logits need 7", () => term.Forward(Input(logits) with { Labels = Numeric.Ids(0, 1) }));
        bool takes = row.Options is CrossEntropyOptions { ClassWeights.Kind: ClassWeighting.None } or ClassBalancedOptions { Type: not ClassBalancedType.Softmax };
        TermInput several = Input(logits) with { Labels = Numeric.Ids(Labels).OneHot(Classes) };
        if (takes)
        {
            Assert.True(double.IsFinite(row.Options.Create(Context() with { MultiLabel = true }).Forward(several).Value.ToDouble()));
        }
        else
        {
            Refused("exactly one label an image", () => term.Forward(several));
            Refused("exactly one label an image", () => row.Options.Create(Context() with { MultiLabel = true }));
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Training_leaves_no_handle_behind(Row row)
    {
        ITerm term = row.Options.Create(Context());
        double[] logits = Cosines(1);
        Step(term, logits);
        long before = LiveTensors.Count();
        Step(term, logits);
        Assert.Equal(before, Tensor.LiveCount);

        static void Step(ITerm term, double[] logits)
        {
            using TensorScope inner = new();
            Tensor leaf = Numeric.Leaf(Numeric.Matrix(logits, Rows));
            term.Forward(Input(leaf)).Value.Backward();
            Autograd.ClearGradients([leaf]);
        }
    }

    public static TheoryData<Row> Adjusted => [.. All.Where(row => row.Options is BalancedSoftmaxOptions or LogitAdjustmentOptions or BayiasOptions or ClassTemperatureOptions or SoftmaxEqualizationOptions)];

    [Theory]
    [MemberData(nameof(Adjusted))]
    public void A_class_without_training_images_has_no_probability_and_no_derivative(Row row)
    {
        TermContext context = Context() with { ClassCounts = [500, 0, 50, 15, 5] };
        ITerm term = row.Options.Create(context);
        double[] logits = Cosines(1);
        Tensor leaf = Numeric.Leaf(Numeric.Matrix(logits, Rows));
        TermInput input = Input(leaf) with { Labels = Numeric.Ids(0, 4, 2, 2, 3, 3, 0) };
        Tensor value = term.Forward(input).Value;
        double[] slopes = Numeric.Values(Autograd.Grad([value], [leaf])[0]);
        Assert.All(Enumerable.Range(0, Rows), i => Assert.Equal(0, slopes[(i * Classes) + 1]));
        Assert.All(slopes, slope => Assert.True(double.IsFinite(slope)));
        for (int i = 0; i < Rows; i++)
        {
            logits[(i * Classes) + 1] += 100;
        }
        Assert.Equal(value.ToDouble(), term.Forward(input with { Outputs = new Outputs((Outputs.Logits, Numeric.Matrix(logits, Rows))) }).Value.ToDouble(), 1e-14);
        Refused("class 1 has 0 training images and is a label", () => term.Forward(Input(leaf)));
    }

    [Fact]
    public void A_label_without_training_images_is_refused_wherever_classes_are_weighed()
    {
        LogitLossOptions[] losses = [new LdamOptions(), new LabelAwareSmoothingOptions(), new ClassBalancedOptions(), new FocalOptions { ClassWeights = new() { Kind = ClassWeighting.SquareRoot } }, new CrossEntropyOptions { ClassWeights = new() { Kind = ClassWeighting.SquareRoot } }];
        Tensor logits = Numeric.Matrix(Cosines(1), Rows);
        foreach (LogitLossOptions loss in losses)
        {
            ITerm term = loss.Create(Context() with { ClassCounts = [500, 0, 50, 15, 5] });
            Refused("class 1 has 0 training images and is a label", () => term.Forward(Input(logits)));
            Assert.True(double.IsFinite(term.Forward(Input(logits) with { Labels = Numeric.Ids(0, 4, 2, 2, 3, 3, 0) }).Value.ToDouble()));
        }
        ITerm several = new ClassBalancedOptions { Type = ClassBalancedType.Sigmoid }.Create(Context() with { ClassCounts = [500, 0, 50, 15, 5], MultiLabel = true });
        Refused("class 1 has 0 training images and is a label", () => several.Forward(Input(logits) with { Labels = Numeric.Ids(Labels).OneHot(Classes) }));
    }

    [Fact]
    public void Counts_that_are_not_there_or_do_not_fit_are_refused()
    {
        Refused("nobody tells how many there are", () => new BalancedSoftmaxOptions().Create(new TermContext(5, 5, 1)));
        Refused("class 1 has -2 training images", () => _ = new ClassPrior([1, -2]));
        Refused("the 2 classes have no training images", () => _ = new ClassPrior([0, 0]));
        Refused("training images of 3 classes", () => new BalancedSoftmaxOptions().Create(Context() with { ClassCounts = [1, 2, 3] }).Forward(Input(Numeric.Matrix(Cosines(1), Rows))));
        Refused("test-prior has 2 numbers; 5 classes need 5", () => new BayiasOptions { TestPrior = [1, 2] }.Create(Context()));
        Refused("test-prior has 5 numbers, not all above 0", () => new BayiasOptions { TestPrior = [1, 2, 0, 1, 1] }.Create(Context()));
    }

    [Fact]
    public void Weights_of_classes_sum_to_the_classes_that_have_images_and_are_exact_where_beta_is_near_1()
    {
        double[] weights = new ClassWeightOptions { Kind = ClassWeighting.EffectiveNumber, Beta = 0.999999999999 }.Of([1000, 10, 0, 1]);
        Assert.Equal(3, weights.Sum(), 1e-12);
        Assert.Equal(0, weights[2]);
        Assert.Equal(1000, weights[3] / weights[0], 1e-5);
        Assert.Equal([1, 1, 1], new ClassWeightOptions { Kind = ClassWeighting.EffectiveNumber, Beta = 0 }.Of([1000, 10, 1]));
        Assert.Equal([1, 1, 1], new ClassWeightOptions().Of([1000, 10, 1]));
        Refused("Beta must be within [0, 1)", () => _ = new ClassWeightOptions { Beta = 1 });
    }

    [Fact]
    public void Deferred_weights_begin_at_their_epoch()
    {
        CrossEntropyOptions options = new() { ClassWeights = new() { Kind = ClassWeighting.InverseFrequency }, Defer = new() { Epoch = 3 } };
        Tensor logits = Numeric.Matrix(Cosines(1), Rows);
        double At(LogitLossOptions loss, double epoch) => loss.Create(Context()).Forward(Input(logits) with { Epoch = epoch }).Value.ToDouble();
        Assert.Equal(At(new CrossEntropyOptions(), 0), At(options, 2.99), 1e-14);
        Assert.Equal(At(options with { Defer = null }, 0), At(options, 3));
        Assert.NotEqual(At(options, 2.99), At(options, 3), 1e-3);
    }

    [Fact]
    public void Softmax_equalisation_leaves_out_what_seed_and_step_say_and_nothing_where_it_only_measures()
    {
        ITerm term = new SoftmaxEqualizationOptions { Gamma = 0.5, Threshold = 0.5 }.Create(Context());
        Tensor logits = Numeric.Matrix(Cosines(1), Rows);
        double At(long step, bool trains = true) => term.Forward(Input(logits) with { Step = step, IsTraining = trains }).Value.ToDouble();
        Assert.Equal(At(3), At(3));
        Assert.True(Enumerable.Range(0, 20).Select(step => At(step)).Distinct().Count() > 15);
        Assert.Equal(Value(new CrossEntropyOptions(), logits).ToDouble(), At(3, trains: false), 1e-12);
        Assert.All(Enumerable.Range(0, 20), step => Assert.True(At(step) < At(step, trains: false)));
    }

    [Fact]
    public void Margins_grow_with_rarity_up_to_the_largest()
    {
        double[] margins = new LdamOptions { MaxMargin = 0.4 }.Margins(new ClassPrior([10000, 16, 0, 1]));
        Assert.Equal([0.04, 0.2, 0, 0.4], margins, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.True(new LdamOptions().NeedsCosines);
    }

    [Fact]
    public void Smoothing_is_the_tails_where_classes_are_of_one_size()
    {
        Assert.Equal([0.1, 0.1, 0], new LabelAwareSmoothingOptions().Smoothing(new ClassPrior([7, 7, 0])));
        Assert.Equal([0.4, 0.1], new LabelAwareSmoothingOptions().Smoothing(new ClassPrior([9, 2])), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void After_training_a_class_without_images_is_never_the_answer()
    {
        Tensor adjusted = LogitAdjustmentLoss.PostHoc(Tensor.From([1.0, 9, 2], 1, 3), new ClassPrior([99, 0, 1]), 1);
        Assert.Equal([1 - Math.Log(0.99), double.NegativeInfinity, 2 - Math.Log(0.01)], adjusted.ToArray<double>(), (a, b) => a == b || Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Class_balanced_decisions_over_several_labels_weigh_the_mean_of_their_classes()
    {
        ITerm term = new ClassBalancedOptions { Type = ClassBalancedType.Sigmoid }.Create(Context() with { MultiLabel = true });
        double[] x = Cosines(8)[..(2 * Classes)], weights = ClassWeightsOf(ClassWeighting.EffectiveNumber, 0.9999);
        double[] labels = [1, 0, 0, 0, 1, 0, 0, 0, 0, 0];
        double Bce(int k) => Math.Log(1 + Math.Exp(labels[k] == 1 ? -x[k] : x[k]));
        double expected = ((weights[0] + weights[4]) / 2 * Enumerable.Range(0, Classes).Sum(Bce)) + Enumerable.Range(Classes, Classes).Sum(Bce);
        Assert.Equal(expected / 2, term.Forward(new TermInput(new Outputs((Outputs.Logits, Numeric.Matrix(x, 2))), Numeric.Matrix(labels, 2))).Value.ToDouble(), 1e-12);
    }

    private static double[] Cosines(long seed) => [.. Numeric.Normal(Rows * Classes, seed).Select(Math.Tanh)];

    private static TermContext Context() => new(Classes, 8, 1) { ClassCounts = Counts, Items = 20, Type = DataType.Float64 };

    private static TermInput Input(Tensor logits) => new(new Outputs((Outputs.Logits, logits)), Numeric.Ids(Labels));

    private static Tensor Value(LogitLossOptions options, Tensor logits, double[]? weights = null)
    {
        using Objective objective = new(new WeightedTerm("loss", 1, options.Create(Context())));
        return objective.Forward(Input(logits) with { Weights = weights is null ? null : Tensor.From(weights, weights.Length) }).Total;
    }

    private static double P(double[] x, int c) => Math.Exp(-Ce(x, c));

    private static double Ce(double[] x, int c, Func<int, bool>? counted = null) => Math.Log(x.Where((_, k) => counted?.Invoke(k) ?? true).Sum(Math.Exp)) - x[c];

    private static double Smoothed(double[] x, int y, double e) => ((1 - e) * Ce(x, y)) + (e * Enumerable.Range(0, Classes).Average(c => Ce(x, c)));

    private static double Rank(int y) => (Counts[y] - 5) / 495.0;

    private static double Margin(int y) => 0.5 * Math.Pow(Counts[y], -0.25) / Math.Pow(5, -0.25);

    private static double Effective(int y, double beta) => (1 - beta) / (1 - Math.Pow(beta, Counts[y]));

    private static double Decisions(double[] x, int y, double gamma) => Enumerable.Range(0, Classes).Sum(c =>
    {
        double wrong = 1 / (1 + Math.Exp(c == y ? x[c] : -x[c]));
        return -Math.Pow(wrong, gamma) * Math.Log(1 - wrong);
    });

    private static double[] ClassWeightsOf(ClassWeighting kind, double beta) => new ClassWeightOptions { Kind = kind, Beta = beta }.Of(Counts);

    private static void Refused(string sentence, Action action) => Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
