using Semblance.Losses;
using Semblance.Losses.Experts;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses.Experts;

/// <summary>Losses over experts against loops in double precision, against differences, and at the edges.</summary>
public sealed class ExpertLossTests
{
    private static readonly long[] Counts = [400, 90, 20, 5];
    private static readonly long[] Labels = [0, 1, 0, 3, 2, 0];

    private static Tensor Ids => Numeric.Ids(Labels);

    private static ClassPrior Prior => new(Counts);

    public static TheoryData<string> Losses => ["softmax", "softmax without prior", "plain distillation", "features", "cosine features", "mse features", "ncl", "ncl out of the softmax", "sade", "ride", "ride, reweighted", "co-teaching"];

    /// <summary>A loss of logits alone and the experts that it takes; what it holds constant does not move where its input does.</summary>
    private static (int Experts, Func<Tensor, Tensor, Tensor?, Tensor> Value) Find(string name) => name switch
    {
        "softmax" => (3, (rows, ids, weights) => new ExpertSoftmaxLoss(Prior).Forward(rows, ids, weights)),
        "softmax without prior" => (3, (rows, ids, weights) => new ExpertSoftmaxLoss(null).Forward(rows, ids, weights)),
        "plain distillation" => (3, (rows, ids, weights) => new ReweightedDistillationLoss(new() { Rho = 0, Temperature = 2 }, Prior).Forward(ExpertOracle.Rows((int)rows.Size(0), 3, 4, 5).To(DataType.BFloat16).To(rows.Type), rows, ids, weights)),
        "features" => (3, (rows, _, weights) => new FeatureDistillationLoss(new() { DetachTeacher = false }).Forward(rows, weights)),
        "cosine features" => (3, (rows, _, weights) => new FeatureDistillationLoss(new() { DetachTeacher = false, Mode = FeatureComparison.Cosine }).Forward(rows, weights)),
        "mse features" => (3, (rows, _, weights) => new FeatureDistillationLoss(new() { DetachTeacher = false, Mode = FeatureComparison.Mse }).Forward(rows, weights)),
        "ncl" => (3, (rows, ids, weights) => new NclLoss(new() { HardClasses = 2 }, Prior).Forward(rows, ids, weights).Value),
        "ncl out of the softmax" => (2, (rows, ids, weights) => new NclLoss(new() { HardClasses = 2, Mask = HardMask.NegInf }, Prior).Forward(rows, ids, weights).Value),
        "sade" => (3, (rows, ids, weights) => new SadeLoss(new(), Prior).Forward(rows, ids, weights)),
        "ride" => (3, (rows, ids, weights) => new RideLoss(new() { Diversity = 0 }, Prior).Forward(rows, ids, 0, weights).Value),
        "ride, reweighted" => (3, (rows, ids, weights) => new RideLoss(new() { Diversity = 0, ReweightFrom = 1 }, Prior).Forward(rows, ids, 2, weights).Value),
        _ => (2, (rows, ids, weights) => new CoTeachingLoss(new() { ForgetRate = 0.4 }).Forward(rows, ids, 20, weights)),
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_derivative_is_that_of_the_value(string name)
    {
        using TensorScope scope = new();
        (int experts, Func<Tensor, Tensor, Tensor?, Tensor> value) = Find(name);
        Numeric.AssertDerivative(rows => value(rows, Ids, null), ExpertOracle.Rows(6, experts, 4, 11));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Weights_are_factors_of_the_images_parts(string name)
    {
        using TensorScope scope = new();
        (int experts, Func<Tensor, Tensor, Tensor?, Tensor> value) = Find(name);
        Tensor rows = ExpertOracle.Rows(6, experts, 4, 12);
        double whole = value(rows, Ids, null).ToDouble();
        double[] single = [.. Enumerable.Range(0, 6).Select(i => value(rows, Ids, Tensor.From([.. Enumerable.Range(0, 6).Select(k => k == i ? 1f : 0f)], 6L)).ToDouble())];
        Assert.Equal(whole, single.Sum(), 1e-9);
        Assert.Equal(2.5 * whole, value(rows, Ids, Tensor.Full([6], 2.5)).ToDouble(), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void An_empty_batch_is_0_and_hands_a_derivative_on(string name)
    {
        using TensorScope scope = new();
        (int experts, Func<Tensor, Tensor, Tensor?, Tensor> value) = Find(name);
        Tensor rows = Numeric.Leaf(Tensor.Zeros([0, experts, 4], DataType.Float64));
        Tensor result = value(rows, Tensor.Zeros([0], DataType.Int64), null);
        Assert.Equal(0, result.ToDouble());
        Assert.Equal([0, experts, 4], Autograd.Grad([result], [rows])[0].Shape);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Half_precision_is_computed_as_single(string name)
    {
        using TensorScope scope = new();
        (int experts, Func<Tensor, Tensor, Tensor?, Tensor> value) = Find(name);
        Tensor half = ExpertOracle.Rows(6, experts, 4, 13).To(DataType.BFloat16);
        Tensor result = value(half, Ids, null);
        Assert.Equal(DataType.Float32, result.Type);
        Assert.Equal(value(half.To(DataType.Float32), Ids, null).ToDouble(), result.ToDouble(), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Saturated_logits_stay_finite(string name)
    {
        using TensorScope scope = new();
        (int experts, Func<Tensor, Tensor, Tensor?, Tensor> value) = Find(name);
        Tensor rows = Numeric.Leaf((ExpertOracle.Rows(6, experts, 4, 14) * 1e4).To(DataType.Float32));
        Tensor result = value(rows, Ids, null);
        Assert.True(double.IsFinite(result.ToDouble()));
        Assert.All(Numeric.Values(Autograd.Grad([result], [rows])[0]), slope => Assert.True(double.IsFinite(slope)));
    }

    [Fact]
    public void Softmax_is_a_sum_over_experts_of_means_over_images()
    {
        using TensorScope scope = new();
        Tensor rows = ExpertOracle.Rows(6, 3, 4, 1);
        double[][][] jagged = ExpertOracle.Jagged(rows);
        Assert.Equal(ExpertOracle.SoftmaxLoss(jagged, Labels, Counts), new ExpertSoftmaxLoss(Prior).Forward(rows, Ids).ToDouble(), 1e-12);
        Assert.Equal(ExpertOracle.SoftmaxLoss(jagged, Labels, null), new ExpertSoftmaxLoss(null).Forward(rows, Ids).ToDouble(), 1e-12);
        Assert.Equal(new ExpertSoftmaxLoss(Prior).Forward(rows, Ids).ToDouble(), new ExpertSoftmaxLoss(new([.. Counts.Select(count => count * 7)])).Forward(rows, Ids).ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(1, 1, false, true, true)]
    [InlineData(2, 1, true, true, true)]
    [InlineData(2, 0.5, true, false, false)]
    [InlineData(0.7, 3, false, true, false)]
    public void Distillation_is_weighed_by_what_the_classifiers_believe(double temperature, double rho, bool byClass, bool normalize, bool prior)
    {
        using TensorScope scope = new();
        Tensor logits = ExpertOracle.Rows(6, 3, 4, 2) * 2, distilled = ExpertOracle.Rows(6, 3, 4, 3);
        ReweightedDistillationOptions options = new() { Temperature = temperature, Rho = rho, LeastWeight = 0.5, LargestWeight = 3, Granularity = byClass ? DistillationGranularity.Class : DistillationGranularity.Sample, Normalize = normalize };
        ReweightedDistillationLoss loss = new(options, prior ? Prior : null);
        (double[][] weights, double value) = ExpertOracle.Distillation(ExpertOracle.Jagged(logits), ExpertOracle.Jagged(distilled), Labels, prior ? Counts : null, temperature, rho, 0.5, 3, byClass, normalize);
        Numeric.AssertClose([.. weights.SelectMany(row => row)], Numeric.Values(loss.Weights(logits, distilled, Ids)), 1e-9);
        Assert.Equal(value, loss.Forward(logits, distilled, Ids).ToDouble(), 1e-9);
    }

    [Fact]
    public void Weights_of_the_distillation_are_constants_of_its_derivative()
    {
        using TensorScope scope = new();
        Tensor logits = ExpertOracle.Rows(6, 3, 4, 2), distilled = ExpertOracle.Rows(6, 3, 4, 3);
        ReweightedDistillationLoss loss = new(new(), Prior);
        double[] flat = Numeric.Values(loss.Weights(logits, distilled, Ids));
        double[][] weights = [.. Enumerable.Range(0, 6).Select(i => flat[(3 * i)..((3 * i) + 3)])];
        Tensor leaf = Numeric.Leaf(distilled);
        double[] slope = Numeric.Values(Autograd.Grad([loss.Forward(logits, leaf, Ids)], [leaf])[0]);
        double[] differences = Numeric.Slope(at => Tensor.Scalar(ExpertOracle.Distillation(ExpertOracle.Jagged(logits), ExpertOracle.Jagged(at), weights, Counts, 1), DataType.Float64), distilled);
        Numeric.AssertClose(differences, slope, 1e-6);
    }

    [Fact]
    public void No_derivative_of_the_distillation_reaches_the_label_logits()
    {
        using TensorScope scope = new();
        Tensor logits = Numeric.Leaf(ExpertOracle.Rows(6, 3, 4, 2)), distilled = Numeric.Leaf(ExpertOracle.Rows(6, 3, 4, 3));
        Tensor value = new ReweightedDistillationLoss(new() { Granularity = DistillationGranularity.Class }, Prior).Forward(logits, distilled, Ids) + (logits.Sum() * 0);
        Tensor[] gradients = Autograd.Grad([value], [logits, distilled]);
        Assert.All(Numeric.Values(gradients[0]), slope => Assert.Equal(0, slope));
        Assert.Contains(Numeric.Values(gradients[1]), slope => slope != 0);
    }

    [Fact]
    public void A_class_that_a_batch_holds_once_has_the_ratio_of_its_image()
    {
        using TensorScope scope = new();
        Tensor logits = ExpertOracle.Rows(4, 2, 4, 2), distilled = ExpertOracle.Rows(4, 2, 4, 3), each = Numeric.Ids(0, 1, 2, 3);
        ReweightedDistillationOptions options = new() { Normalize = false };
        double[] bySample = Numeric.Values(new ReweightedDistillationLoss(options, Prior).Weights(logits, distilled, each));
        double[] byClass = Numeric.Values(new ReweightedDistillationLoss(options with { Granularity = DistillationGranularity.Class }, Prior).Weights(logits, distilled, each));
        Numeric.AssertClose(bySample, byClass, 1e-12);
    }

    [Fact]
    public void Weights_of_saturated_classifiers_are_cut()
    {
        using TensorScope scope = new();
        Tensor sure = Tensor.From([100.0, -100, -100, 100], 2, 1, 2), wrong = -sure;
        ReweightedDistillationOptions options = new() { Normalize = false };
        Assert.Equal([10, 10], Numeric.Values(new ReweightedDistillationLoss(options, null).Weights(sure, wrong, Numeric.Ids(0, 1))));
        Assert.Equal([0.1, 0.1], Numeric.Values(new ReweightedDistillationLoss(options, null).Weights(wrong, sure, Numeric.Ids(0, 1))));
    }

    [Theory]
    [InlineData(FeatureComparison.NormalizedMse, "normalized-mse")]
    [InlineData(FeatureComparison.Cosine, "cosine")]
    [InlineData(FeatureComparison.Mse, "mse")]
    public void Features_are_compared_pair_by_pair(FeatureComparison mode, string name)
    {
        using TensorScope scope = new();
        Tensor rows = ExpertOracle.Rows(5, 4, 3, 4);
        Assert.Equal(ExpertOracle.Feature(ExpertOracle.Jagged(rows), name), new FeatureDistillationLoss(new() { Mode = mode }).Forward(rows).ToDouble(), 1e-12);
    }

    [Fact]
    public void A_constant_teacher_has_half_of_the_derivative()
    {
        using TensorScope scope = new();
        Tensor rows = ExpertOracle.Rows(5, 3, 4, 4);
        double[] Slope(bool detach)
        {
            Tensor leaf = Numeric.Leaf(rows);
            return Numeric.Values(Autograd.Grad([new FeatureDistillationLoss(new() { DetachTeacher = detach }).Forward(leaf)], [leaf])[0]);
        }
        Numeric.AssertClose(Slope(false), [.. Slope(true).Select(slope => 2 * slope)], 1e-12);
    }

    [Theory]
    [InlineData(FeatureComparison.NormalizedMse)]
    [InlineData(FeatureComparison.Cosine)]
    public void A_feature_of_zeros_has_no_direction_and_hands_no_derivative_on(FeatureComparison mode)
    {
        using TensorScope scope = new();
        Tensor rows = Numeric.Leaf(ExpertOracle.Rows(2, 2, 3, 5) * Tensor.From([0.0, 1, 1, 1], 2, 2, 1));
        Tensor value = new FeatureDistillationLoss(new() { Mode = mode }).Forward(rows);
        double[] slope = Numeric.Values(Autograd.Grad([value], [rows])[0]);
        Assert.True(double.IsFinite(value.ToDouble()));
        Assert.All(slope, number => Assert.True(Math.Abs(number) < 10));
        Assert.Equal([0, 0, 0], slope[..3]);
    }

    [Fact]
    public void One_expert_has_nobody_to_learn_from()
    {
        using TensorScope scope = new();
        Tensor rows = ExpertOracle.Rows(6, 1, 4, 6);
        Assert.Equal(0, new ReweightedDistillationLoss(new(), Prior).Forward(rows, rows, Ids).ToDouble());
        Assert.Equal(0, new FeatureDistillationLoss(new()).Forward(rows).ToDouble());
        Assert.Equal(0, new NclLoss(new(), Prior).Nbod(rows, 0.6).ToDouble());
        Assert.Equal(ExpertOracle.SoftmaxLoss(ExpertOracle.Jagged(rows), Labels, Counts), new NclLoss(new() { HardRatio = 0 }, Prior).Forward(rows, Ids).Value.ToDouble(), 1e-12);
        Tensor masked = new NclLoss(new() { HardClasses = 2, Mask = HardMask.NegInf }, Prior).Forward(rows, Ids).Value;
        Assert.True(double.IsFinite(masked.ToDouble()));
    }

    [Theory]
    [InlineData(2, HardMask.Zero, 3)]
    [InlineData(1, HardMask.Zero, 2)]
    [InlineData(4, HardMask.Zero, 3)]
    [InlineData(3, HardMask.NegInf, 3)]
    public void Ncl_is_that_of_its_code(int hard, HardMask mask, int experts)
    {
        using TensorScope scope = new();
        Tensor rows = ExpertOracle.Rows(6, experts, 4, 7);
        double[][][] jagged = ExpertOracle.Jagged(rows);
        NclLoss loss = new(new() { HardClasses = hard, Mask = mask }, Prior);
        Assert.Equal(ExpertOracle.Ncl(jagged, Labels, Counts, hard, mask == HardMask.Zero), loss.Forward(rows, Ids).Value.ToDouble(), 1e-9);
        Assert.Equal(jagged.SelectMany((image, i) => ExpertOracle.Hard(image[0], Labels[i], hard)), Numeric.Values(loss.Hard(rows, Ids).To(DataType.Float64)).Select(value => value > 0));
    }

    [Fact]
    public void Ncl_without_a_count_takes_three_tenths_of_the_classes_as_hard()
    {
        using TensorScope scope = new();
        ClassPrior prior = new([.. Enumerable.Range(1, 100).Select(count => (long)count)]);
        Assert.Equal(30, new NclLoss(new(), prior).Hard(ExpertOracle.Rows(1, 2, 100, 8), Numeric.Ids(5)).To(DataType.Int64).Sum().ToInt64());
    }

    [Fact]
    public void Sade_gives_each_expert_a_distribution_of_its_own()
    {
        using TensorScope scope = new();
        Tensor rows = ExpertOracle.Rows(6, 3, 4, 9);
        double[] shares = [.. Counts.Select(count => count / 515.0)], inverse = [.. shares.Reverse()];
        double[][] shifts = [[0, 0, 0, 0], [.. shares.Select(share => Math.Log(share + 1e-9))], [.. shares.Zip(inverse, (share, turned) => Math.Log(share + 1e-9) - (1.5 * Math.Log(turned + 1e-9)))]];
        double expected = ExpertOracle.Jagged(rows).Select((image, i) => image.Select((row, m) => ExpertOracle.CrossEntropy([.. row.Zip(shifts[m], (a, b) => a + b)], Labels[i])).Sum()).Average();
        SadeLoss loss = new(new() { Tau = 1.5 }, Prior);
        Numeric.AssertClose(inverse, loss.InversePrior, 1e-15);
        Assert.Equal(expected, loss.Forward(rows, Ids).ToDouble(), 1e-12);
        Assert.Throws<ArgumentException>(() => loss.Forward(ExpertOracle.Rows(6, 2, 4, 9), Ids));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(5.0, 4)]
    [InlineData(5.0, 5)]
    public void Ride_keeps_margins_and_pushes_experts_apart(double? from, double epoch)
    {
        using TensorScope scope = new();
        Tensor rows = ExpertOracle.Rows(6, 3, 4, 10);
        double[][][] jagged = ExpertOracle.Jagged(rows);
        RideOptions options = new() { Scale = 2, Margin = 0.4, ClassFactor = 0.3, Temperature = 1.5, ReweightFrom = from };
        bool late = epoch >= from;
        double[] margins = [.. Counts.Select(count => 0.4 * Math.Pow(count, -0.25) / Math.Pow(5, -0.25))];
        double[] classWeights = [.. Counts.Select(count => late ? (1 - 0.9999) / (1 - Math.Pow(0.9999, count)) : 1)];
        double[] raw = [.. Counts.Select(count => 0.7 + (0.3 * 4 * count / 515.0))];
        double[] temperatures = [.. raw.Select(value => from is null || late ? 1.5 * value / raw.Max() : 1.5)];
        double margin = 0, diversity = 0, normal = Labels.Sum(label => classWeights[label]);
        for (int i = 0; i < 6; i++)
        {
            double[] mean = [.. Enumerable.Range(0, 4).Select(c => jagged[i].Average(row => row[c]) / temperatures[c])];
            foreach (double[] row in jagged[i])
            {
                margin += classWeights[Labels[i]] * ExpertOracle.CrossEntropy([.. row.Select((value, c) => c == Labels[i] ? value - (2 * margins[c]) : value)], Labels[i]) / normal;
                diversity += ExpertOracle.Divergence(ExpertOracle.Softmax(mean), ExpertOracle.Softmax([.. row.Select((value, c) => value / temperatures[c])])) * Math.Pow(temperatures.Average(), 2) / 6;
            }
        }
        TermValue value = new RideLoss(options, Prior).Forward(rows, Ids, epoch);
        Assert.Equal(margin, value.Parts[0].Value.ToDouble(), 1e-9);
        Assert.Equal(-0.2 * diversity, value.Parts[1].Value.ToDouble(), 1e-9);
        Assert.Equal(margin - (0.2 * diversity), value.Value.ToDouble(), 1e-9);
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(5, 4)]
    [InlineData(100, 3)]
    public void In_co_teaching_each_learns_from_what_the_other_finds_easy(double epoch, int easy)
    {
        using TensorScope scope = new();
        Tensor rows = ExpertOracle.Rows(6, 2, 4, 10);
        double[][] costs = [.. ExpertOracle.Jagged(rows).Select((image, i) => image.Select(row => ExpertOracle.CrossEntropy(row, Labels[i])).ToArray())];
        double Taught(int learner) => Enumerable.Range(0, 6).OrderBy(i => costs[i][1 - learner]).Take(easy).Average(i => costs[i][learner]);
        Assert.Equal(Taught(0) + Taught(1), new CoTeachingLoss(new() { ForgetRate = 0.5 }).Forward(rows, Ids, epoch).ToDouble(), 1e-9);
        Assert.Throws<ArgumentException>(() => new CoTeachingLoss(new()).Forward(ExpertOracle.Rows(6, 3, 4, 9), Ids));
    }

    [Fact]
    public void Co_teaching_with_nothing_easy_is_0()
    {
        using TensorScope scope = new();
        Assert.Equal(0, new CoTeachingLoss(new() { ForgetRate = 0.9 }).Forward(ExpertOracle.Rows(6, 2, 4, 10), Ids, 100).ToDouble());
    }

    [Fact]
    public void Paco_contrasts_with_classes_and_rows()
    {
        using TensorScope scope = new();
        double[][] rows = [.. Enumerable.Range(0, 9).Select(k => Numeric.Normal(3, 20 + k).Select(value => value / 2).ToArray())], logits = [.. Enumerable.Range(0, 2).Select(k => Numeric.Normal(4, 40 + k))];
        long[] labels = [0, 3, 0, 3, 1, 0, 2, 3, -1];
        PacoLoss loss = new(new() { Alpha = 0.3, Beta = 0.9, Gamma = 0.6, Temperature = 0.5, ClassTemperature = 1.3 }, Prior);
        Tensor Rows() => Tensor.From([.. rows.SelectMany(row => row)], 9, 3);
        Tensor Logits() => Tensor.From([.. logits.SelectMany(row => row)], 2, 4);
        Assert.Equal(ExpertOracle.Paco(rows, labels, logits, Counts, 0.3, 0.9, 0.6, 0.5, 1.3), loss.Forward(Rows(), Numeric.Ids(labels), Logits()).ToDouble(), 1e-9);
        Numeric.AssertDerivative(at => loss.Forward(at, Numeric.Ids(labels), Logits()), Rows());
        Numeric.AssertDerivative(at => loss.Forward(Rows(), Numeric.Ids(labels), at), Logits());
        Assert.Throws<ArgumentException>(() => loss.Forward(Rows(), Numeric.Ids(labels[..8]), Logits()));
    }

    public static TheoryData<string> WithLabels => ["softmax", "plain distillation", "ncl", "sade", "ride", "co-teaching"];

    [Theory]
    [MemberData(nameof(WithLabels))]
    public void Labels_outside_the_classes_are_refused(string name)
    {
        using TensorScope scope = new();
        (int experts, Func<Tensor, Tensor, Tensor?, Tensor> value) = Find(name);
        Tensor rows = ExpertOracle.Rows(6, experts, 4, 11);
        Assert.Contains("class id 4", Assert.Throws<ArgumentException>(() => value(rows, Numeric.Ids(0, 1, 2, 3, 4, 0), null)).Message, StringComparison.Ordinal);
        Assert.Contains("class id -1", Assert.Throws<ArgumentException>(() => value(rows, Numeric.Ids(0, 1, 2, 3, -1, 0), null)).Message, StringComparison.Ordinal);
        Assert.Contains("5 labels", Assert.Throws<ArgumentException>(() => value(rows, Numeric.Ids(0, 1, 2, 3, 0), null)).Message, StringComparison.Ordinal);
        Assert.Contains("one class id", Assert.Throws<ArgumentException>(() => value(rows, Tensor.Ones([6, 4]), null)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => value(rows.Select(1, 0), Ids, null));
    }

    [Fact]
    public void A_class_without_images_has_probability_and_derivative_0_and_is_no_label()
    {
        using TensorScope scope = new();
        ClassPrior prior = new([400, 0, 20, 5]);
        Tensor ids = Numeric.Ids(0, 2, 3, 3), rows = ExpertOracle.Rows(4, 3, 4, 15);
        Tensor without = Tensor.Concatenate([rows.Narrow(2, 0, 1), rows.Narrow(2, 2, 2)], 2);
        ClassPrior three = new([400, 20, 5]);
        Tensor moved = Numeric.Ids(0, 1, 2, 2);
        (Func<ClassPrior, Tensor, Tensor, Tensor> Of, string Name)[] losses =
        [
            ((given, at, labels) => new ExpertSoftmaxLoss(given).Forward(at, labels), "softmax"),
            ((given, at, labels) => new ReweightedDistillationLoss(new(), given).Forward(at.Detach() * 2, at, labels), "distillation"),
            ((given, at, labels) => new NclLoss(new() { HardClasses = 2 }, given).Forward(at, labels).Value, "ncl"),
            ((given, at, labels) => new NclLoss(new() { HardClasses = 2, Mask = HardMask.NegInf }, given).Forward(at, labels).Value, "ncl -inf"),
        ];
        foreach ((Func<ClassPrior, Tensor, Tensor, Tensor> loss, string name) in losses)
        {
            Tensor leaf = Numeric.Leaf(rows);
            Tensor value = loss(prior, leaf, ids);
            Assert.Equal(loss(three, without, moved).ToDouble(), value.ToDouble(), 1e-9);
            double[] slope = Numeric.Values(Autograd.Grad([value], [leaf])[0].Select(2, 1));
            Assert.All(slope, number => Assert.True(number == 0, $"{name}: the class without images has the derivative {number}"));
            Assert.Contains("0 training images", Assert.Throws<ArgumentException>(() => loss(prior, rows, Numeric.Ids(0, 1, 2, 3))).Message, StringComparison.Ordinal);
        }
        Assert.Contains("0 training images", Assert.Throws<ArgumentException>(() => new SadeLoss(new(), prior).Forward(rows, Numeric.Ids(0, 1, 2, 3))).Message, StringComparison.Ordinal);
        Assert.Contains("0 training images", Assert.Throws<ArgumentException>(() => new RideLoss(new(), prior).Forward(rows, Numeric.Ids(0, 1, 2, 3))).Message, StringComparison.Ordinal);
        Assert.True(double.IsFinite(new RideLoss(new() { ReweightFrom = 0 }, prior).Forward(rows, ids).Value.ToDouble()));
    }

    [Fact]
    public void A_batch_of_one_class_is_like_any_other()
    {
        using TensorScope scope = new();
        Tensor rows = ExpertOracle.Rows(3, 3, 4, 16), ids = Numeric.Ids(3, 3, 3);
        Assert.Equal(ExpertOracle.SoftmaxLoss(ExpertOracle.Jagged(rows), [3, 3, 3], Counts), new ExpertSoftmaxLoss(Prior).Forward(rows, ids).ToDouble(), 1e-12);
        ReweightedDistillationLoss loss = new(new() { Granularity = DistillationGranularity.Class }, Prior);
        Assert.All(Numeric.Values(loss.Weights(rows, rows * 0.5, ids)), weight => Assert.Equal(1, weight, 1e-12));
    }

    [Fact]
    public void Counts_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ClassPrior([3, -1]));
        Assert.Throws<ArgumentException>(() => new ClassPrior([0, 0]));
        using TensorScope scope = new();
        Assert.Contains("counts of 3", Assert.Throws<ArgumentException>(() => new ExpertSoftmaxLoss(new([3, 2, 1])).Forward(ExpertOracle.Rows(6, 2, 4, 1), Ids)).Message, StringComparison.Ordinal);
    }
}
