using Semblance.Tensors;
using Semblance.Tests.Losses;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>Gradient caching: some images at a time through the model, the gradient of the whole batch.</summary>
public sealed class ChunkedPassTests
{
    [Theory]
    [InlineData(1, "multi-similarity")]
    [InlineData(5, "multi-similarity")]
    [InlineData(7, "proxy-anchor")]
    [InlineData(12, "cross-entropy")]
    public void The_gradient_is_that_of_the_whole_batch(int chunk, string loss)
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(WithoutBatchNormalization(tiny, loss, "model.dropout=0"), tiny.Open());
        using FeatureBatch batch = new([.. Enumerable.Range(0, 16)], [.. Numeric.Normal(16 * job.Model.Backbone.FeatureCount, 3).Select(value => (float)value)]);
        AssertSame(Gradient(job, batch, null), Gradient(job, batch, chunk), 1e-6);
    }

    // An untrained network gives nearly the same for every image, and the gradient of cosines near 1 is a difference of nearly equal numbers.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void It_is_so_through_a_whole_network_within_its_rounding(int chunk)
    {
        using TinyRun tiny = new();
        Recipe recipe = WithoutBatchNormalization(tiny, "multi-similarity", "model.dropout=0");
        AssertSame(Gradient(recipe, tiny, null), Gradient(recipe, tiny, chunk), 1e-5);
    }

    [Fact]
    public void Dropout_drops_the_same_in_both_passes()
    {
        using TinyRun tiny = new();
        Recipe recipe = WithoutBatchNormalization(tiny, "multi-similarity", "model.dropout=0.5");
        (double whole, double[] expected) = Gradient(recipe, tiny, null);
        byte[] after = State();
        (double chunked, double[] gradient) = Gradient(recipe, tiny, 16);
        Assert.Equal(whole, chunked);
        Assert.Equal(after, State());
        Assert.True(expected.Zip(gradient).Max(pair => Math.Abs(pair.First - pair.Second)) <= 1e-6 * expected.Max(Math.Abs));
    }

    [Fact]
    public void A_model_that_normalises_by_batches_is_warned_of()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load("chunk=4"), tiny.Open());
        Assert.Contains("normalises by batches", Assert.Single(job.Warnings, warning => warning.StartsWith("chunk", StringComparison.Ordinal)), StringComparison.Ordinal);
        using TrainingJob without = new(tiny.Load(), tiny.Open());
        Assert.DoesNotContain(without.Warnings, warning => warning.StartsWith("chunk", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_in_chunks_trains()
    {
        using TinyRun tiny = new();
        Heard heard = new();
        TrainingRun.Run(tiny.Load("chunk=3", "steps=6"), tiny.File("run"), false, heard);
        Assert.Equal(6, heard.Steps.Count);
    }

    private static Recipe WithoutBatchNormalization(TinyRun tiny, string loss, params string[] settings) => tiny.Load(
        ["model.backbone=squeezenet1_1", "data.size=64", $"objective=[{{loss: {loss}}}]", "optimizer.groups=[]", "ema=null", "sampler.batch=16", "sampler.per-class=4", .. settings]);

    private static (double Loss, double[] Gradient) Gradient(Recipe recipe, TinyRun tiny, int? chunk)
    {
        Torch.Seed(1);
        using TrainingJob job = new(recipe, tiny.Open());
        using StepBatches batches = new(job, "unused", new Heard());
        using StepBatch batch = batches.From(0).First();
        return Gradient(job, batch, chunk);
    }

    private static (double Loss, double[] Gradient) Gradient(TrainingJob job, StepBatch batch, int? chunk)
    {
        using TensorScope scope = new();
        job.Optimizer.ClearGradients();
        ForwardPass pass = chunk is { } images ? ChunkedPass.Of(job, job.Parts.Train, batch, 0, 0, images) : ForwardPass.Of(job, job.Parts.Train, batch, 0, 0);
        pass.Backward(0.5);
        Tensor[] parameters = [.. job.Model.Parameters().Select(parameter => parameter.Value), .. job.Objective.Parameters.Select(parameter => parameter.Value)];
        return (pass.Value.Total.ToDouble(), [.. Autograd.Gradients(parameters).Where(gradient => gradient is not null).SelectMany(gradient => gradient!.To(DataType.Float64).Contiguous().ToArray<double>())]);
    }

    private static void AssertSame((double Loss, double[] Gradient) whole, (double Loss, double[] Gradient) chunked, double tolerance)
    {
        Assert.Equal(whole.Loss, chunked.Loss, tolerance * Math.Abs(whole.Loss));
        double length = Math.Sqrt(whole.Gradient.Sum(slope => slope * slope)), difference = Math.Sqrt(whole.Gradient.Zip(chunked.Gradient, (a, b) => (a - b) * (a - b)).Sum());
        Assert.True(length > 0);
        Assert.True(difference <= tolerance * length, $"the gradients differ by {difference / length} of their length");
    }

    private static byte[] State()
    {
        using Tensor state = Torch.RandomState();
        return state.ToArray<byte>();
    }
}
