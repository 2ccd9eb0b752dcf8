using Semblance.Losses;
using Semblance.Losses.Experts;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses.Experts;

/// <summary>Losses over experts as terms of an objective: parts, queue, and what they need of the model.</summary>
public sealed class ExpertTermTests
{
    private static readonly long[] Labels = [0, 1, 2, 0];

    private static TermContext Context(int experts = 3) => new(3, 8, 7)
    {
        Type = DataType.Float64,
        ClassCounts = [40, 10, 2],
        Experts = new ExpertShape(experts, true, 5),
        Batch = 4,
        EvenBatches = true,
    };

    private static Tensor Rows(int values, long seed, int experts = 3) => ExpertOracle.Rows(4, experts, values, seed);

    private static Outputs Given(long seed, int experts = 3) => new(
        (Outputs.ExpertLogits, Rows(3, seed, experts)), (Outputs.ExpertDistilled, Rows(3, seed + 1, experts)), (Outputs.ExpertFeatures, Rows(6, seed + 2, experts)),
        (Outputs.ExpertProjections, Rows(5, seed + 3, experts)), (Outputs.ExpertKeys, Rows(5, seed + 4, experts)));

    private static TermInput Batch(long seed, int experts = 3) => new(Given(seed, experts), Numeric.Ids(Labels));

    [Fact]
    public void Ecl_is_its_parts_times_their_coefficients()
    {
        using TensorScope scope = new();
        EclOptions options = new() { ClassWeight = 0.9, DistillationWeight = 0.5, FeatureWeight = 0.7, ContrastWeight = 0.3, Contrast = new() { Queue = 8 } };
        double Part(ITermOptions part) => part.Create(Context()).Forward(Batch(1)).Value.ToDouble();
        TermValue value = options.Create(Context()).Forward(Batch(1));
        Assert.Equal(["softmax", "distillation", "feature", "contrast"], value.Parts.Select(part => part.Name));
        Assert.Equal([0.9 * Part(options.Softmax), 0.5 * Part(options.Distillation), 0.7 * Part(options.Feature), 0.3 * Part(options.Contrast)], value.Parts.Select(part => part.Value.ToDouble()), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(value.Parts.Sum(part => part.Value.ToDouble()), value.Value.ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.25)]
    [InlineData(4, 1)]
    [InlineData(9, 1)]
    public void Both_distillations_grow_over_the_passes_of_the_ramp(double epoch, double share)
    {
        using TensorScope scope = new();
        TermValue Value(double ramp) => new EclOptions { Ramp = ramp, Contrast = new() { Queue = 8 } }.Create(Context()).Forward(Batch(1) with { Epoch = epoch });
        TermValue whole = Value(0), ramped = Value(4);
        double[] shares = [1, share, share, 1];
        Assert.Equal(whole.Parts.Zip(shares, (part, factor) => part.Value.ToDouble() * factor), ramped.Parts.Select(part => part.Value.ToDouble()), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(ramped.Parts.Sum(part => part.Value.ToDouble()), ramped.Value.ToDouble(), 1e-12);
    }

    [Fact]
    public void A_part_without_weight_needs_nothing_of_the_model()
    {
        using TensorScope scope = new();
        TermContext bare = Context() with { Experts = new ExpertShape(3, false, null) };
        ITerm term = new EclOptions { DistillationWeight = 0, ContrastWeight = 0 }.Create(bare);
        Assert.False(term.NeedsKeys);
        Assert.Empty(term.Buffers);
        Assert.Contains("model.experts.distillation", Assert.Throws<ArgumentException>(() => new EclOptions { ContrastWeight = 0 }.Create(bare)).Message, StringComparison.Ordinal);
        Assert.Contains("model.experts.projection", Assert.Throws<ArgumentException>(() => new EclOptions { DistillationWeight = 0 }.Create(bare)).Message, StringComparison.Ordinal);
        Assert.Contains("every coefficient", Assert.Throws<ArgumentException>(() => new EclOptions { ClassWeight = 0, DistillationWeight = 0, FeatureWeight = 0, ContrastWeight = 0 }.Create(bare)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_experts_is_refused_by_every_loss_over_them()
    {
        TermContext without = Context() with { Experts = null };
        ITermOptions[] all = [new EclOptions(), new ExpertSoftmaxOptions(), new ReweightedDistillationOptions(), new FeatureDistillationOptions(), new ExpertContrastOptions(), new NclOptions(), new RideOptions(), new SadeOptions(), new PacoOptions(), new CoTeachingOptions()];
        Assert.All(all, options => Assert.Contains("model.experts", Assert.Throws<ArgumentException>(() => options.Create(without)).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Counts_that_nobody_knows_are_asked_for()
    {
        TermContext uncounted = Context() with { ClassCounts = [] };
        Assert.Throws<ArgumentException>(() => new ExpertSoftmaxOptions().Create(uncounted));
        new ExpertSoftmaxOptions { Prior = false }.Create(uncounted);
    }

    [Fact]
    public void Experts_that_do_not_fit_a_loss_are_refused()
    {
        Assert.Contains("count to 3", Assert.Throws<ArgumentException>(() => new SadeOptions().Create(Context(2))).Message, StringComparison.Ordinal);
        Assert.Contains("count to 2", Assert.Throws<ArgumentException>(() => new CoTeachingOptions().Create(Context())).Message, StringComparison.Ordinal);
        Assert.Contains("hard-classes", Assert.Throws<ArgumentException>(() => new NclOptions { HardClasses = 4, ContrastWeight = 0 }.Create(Context())).Message, StringComparison.Ordinal);
        Assert.Contains("w-min", Assert.Throws<ArgumentException>(() => new ReweightedDistillationOptions { LeastWeight = 20 }.Create(Context())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_expert_has_exactly_0_from_distillation_and_features()
    {
        using TensorScope scope = new();
        TermValue value = new EclOptions { Contrast = new() { Queue = 4 } }.Create(Context(1)).Forward(Batch(1, 1));
        Assert.Equal(0, value.Parts[1].Value.ToDouble());
        Assert.Equal(0, value.Parts[2].Value.ToDouble());
        Assert.True(double.IsFinite(value.Value.ToDouble()));
    }

    [Fact]
    public void Contrast_sees_the_queue_as_it_was_before_the_batch()
    {
        using TensorScope scope = new();
        ExpertContrastTerm term = new(new ExpertContrastOptions { Queue = 8, Temperature = 0.3 }, Context());
        Tensor queue = term.Buffers[0].Value;
        Assert.All(Numeric.Values(queue.Norm(1)), length => Assert.Equal(1, length, 1e-9));
        for (int step = 0; step < 3; step++)
        {
            TermInput batch = Batch(10 * step);
            double expected = ExpertOracle.Contrast(ExpertOracle.Jagged(batch.Outputs[Outputs.ExpertProjections]), ExpertOracle.Jagged(batch.Outputs[Outputs.ExpertKeys]), ExpertOracle.Jagged(queue.Clone()), 0.3);
            Assert.Equal(expected, term.Forward(batch).Value.ToDouble(), 1e-9);
            Tensor written = queue.Narrow(2, 4 * (step % 2), 4).Permute(2, 0, 1);
            Numeric.AssertClose(Numeric.Values(batch.Outputs[Outputs.ExpertKeys].Normalize(2)), Numeric.Values(written), 1e-12);
            Assert.Equal(4 * ((step + 1) % 2), term.Buffers[1].Value.ToInt64());
        }
    }

    [Fact]
    public void The_derivative_of_the_contrast_is_that_of_its_value_and_none_reaches_the_keys()
    {
        using TensorScope scope = new();
        TermInput batch = Batch(3);
        Tensor Value(Tensor queries, Tensor keys) => new ExpertContrastTerm(new ExpertContrastOptions { Queue = 8 }, Context())
            .Forward(batch with { Outputs = batch.Outputs.With(Outputs.ExpertProjections, queries).With(Outputs.ExpertKeys, keys) }).Value;
        Tensor given = batch.Outputs[Outputs.ExpertKeys], keys = Numeric.Leaf(given), queries = Numeric.Leaf(batch.Outputs[Outputs.ExpertProjections]);
        Numeric.AssertDerivative(at => Value(at, given), batch.Outputs[Outputs.ExpertProjections]);
        Assert.All(Numeric.Values(Autograd.Grad([Value(queries, keys) + (keys.Sum() * 0)], [keys])[0]), slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void A_batch_that_measures_neither_fills_nor_needs_the_queue()
    {
        using TensorScope scope = new();
        TermContext context = Context();
        foreach (ITerm term in new[] { new ExpertContrastOptions { Queue = 8 }.Create(context), new PacoOptions { Queue = 8 }.Create(context) })
        {
            double[][] before = [.. term.Buffers.Select(buffer => Numeric.Values(buffer.Value))];
            Outputs measured = new((Outputs.ExpertLogits, Rows(3, 1)), (Outputs.ExpertProjections, Rows(5, 2)));
            Assert.True(double.IsFinite(term.Forward(new TermInput(measured, Numeric.Ids(Labels)) { IsTraining = false }).Value.ToDouble()));
            Assert.Equal(before, term.Buffers.Select(buffer => Numeric.Values(buffer.Value)));
            Assert.Throws<ArgumentException>(() => term.Forward(new TermInput(measured, Numeric.Ids(Labels))));
        }
    }

    [Theory]
    [InlineData(6, false, "multiple of the batch")]
    [InlineData(3, false, "at least a batch")]
    [InlineData(3, true, "at least a batch")]
    public void A_queue_that_batches_do_not_fit_is_refused(int slots, bool wraps, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new ExpertContrastOptions { Queue = slots, Wrap = wraps }.Create(Context())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_smaller_last_batch_is_dropped_or_written_around_the_end()
    {
        using TensorScope scope = new();
        TermContext uneven = Context() with { EvenBatches = false };
        Assert.Contains("sampler.drop-last", Assert.Throws<ArgumentException>(() => new ExpertContrastOptions { Queue = 8 }.Create(uneven)).Message, StringComparison.Ordinal);
        ITerm term = new ExpertContrastOptions { Queue = 6, Wrap = true }.Create(uneven);
        term.Forward(Batch(1));
        TermInput second = Batch(2);
        term.Forward(second);
        Assert.Equal(2, term.Buffers[1].Value.ToInt64());
        double[] keys = Numeric.Values(second.Outputs[Outputs.ExpertKeys].Normalize(2).Permute(1, 2, 0));
        Tensor queue = term.Buffers[0].Value;
        Numeric.AssertClose(keys, Numeric.Values(Tensor.Concatenate([queue.Narrow(2, 4, 2), queue.Narrow(2, 0, 2)], 2)), 1e-12);
    }

    [Fact]
    public void Paco_keeps_labels_beside_its_keys()
    {
        using TensorScope scope = new();
        ITerm term = new PacoOptions { Queue = 8 }.Create(Context());
        Tensor labels = term.Buffers.Single(buffer => buffer.Name == "queue.labels").Value;
        Assert.All(Numeric.Values(labels), label => Assert.Equal(-1, label));
        TermInput batch = Batch(5);
        double[][][] queries = ExpertOracle.Jagged(batch.Outputs[Outputs.ExpertProjections].Normalize(2)), keys = ExpertOracle.Jagged(batch.Outputs[Outputs.ExpertKeys].Normalize(2)), logits = ExpertOracle.Jagged(batch.Outputs[Outputs.ExpertLogits]);
        double[][][] queue = ExpertOracle.Jagged(term.Buffers[0].Value.Clone().Transpose(1, 2));
        double expected = Enumerable.Range(0, 3).Sum(m => ExpertOracle.Paco(
            [.. queries.Select(image => image[m]), .. keys.Select(image => image[m]), .. queue[m]], [.. Labels, .. Labels, .. Enumerable.Repeat(-1L, 8)], [.. logits.Select(image => image[m])], [40, 10, 2], 0.01, 1, 1, 0.05, 1));
        Assert.Equal(expected, term.Forward(batch).Value.ToDouble(), 1e-9);
        Assert.Equal([0, 1, 2, 0, -1, -1, -1, -1], Numeric.Values(labels));
    }

    [Fact]
    public void Ncl_names_its_parts()
    {
        using TensorScope scope = new();
        TermValue value = new NclOptions { ContrastWeight = 0.5, Contrast = new() { Queue = 4 } }.Create(Context()).Forward(Batch(6));
        Assert.Equal(["full", "hard", "nbod", "nbod-hard", "contrast"], value.Parts.Select(part => part.Name));
        Assert.Equal(value.Parts.Sum(part => part.Value.ToDouble()), value.Value.ToDouble(), 1e-9);
        Assert.False(new NclOptions { ContrastWeight = 0 }.Create(Context()).NeedsKeys);
    }

    [Fact]
    public void Steps_leave_no_handle_behind()
    {
        long before = LiveTensors.Count();
        using (Objective objective = new(new WeightedTerm("ecl", 1, new EclOptions { Contrast = new() { Queue = 8 } }.Create(Context())), new WeightedTerm("paco", 1, new PacoOptions { Queue = 8 }.Create(Context()))))
        {
            long made = Tensor.LiveCount;
            for (int step = 0; step < 3; step++)
            {
                using TensorScope scope = new();
                objective.Forward(Batch(step));
            }
            Assert.Equal(made, Tensor.LiveCount);
        }
        Assert.Equal(before, Tensor.LiveCount);
    }
}
