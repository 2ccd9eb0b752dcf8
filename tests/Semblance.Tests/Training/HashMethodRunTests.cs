using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>Hash methods put together in a recipe train, are stopped and go on.</summary>
public sealed class HashMethodRunTests
{
    [Theory]
    [InlineData("proxy-nca")]
    [InlineData("proxy-anchor")]
    [InlineData("proxy-anchor, proxies: hadamard")]
    [InlineData("normalized-softmax, proxies: max-min")]
    [InlineData("contrastive")]
    [InlineData("multi-similarity")]
    [InlineData("circle")]
    [InlineData("triplet")]
    public void The_hinge_trains_around_any_metric_and_a_stopped_run_goes_on_with_the_same_bits(string metric)
    {
        using TinyRun tiny = new(classes: 4, each: 8);
        string[] settings =
        [
            $"objective=[{{loss: hash, metric: {{loss: {metric}}}, hinge: {{}}, quantizer: {{kind: corner, weight: 0.1}}, relaxation: {{kind: scheduled, epochs: 2}}}}]",
            "optimizer.groups=[]", "accumulate=1", "validate=null", "checkpoint.every=2",
        ];
        Heard whole = new();
        TrainingRun.Run(tiny.Load([.. settings, "steps=4"]), tiny.File("whole"), false, whole);

        Assert.Equal(4, whole.Steps.Count);
        Assert.All(whole.Steps, step => Assert.True(double.IsFinite(step.Loss)));
        Assert.Empty(whole.Warnings);
        using CancellationTokenSource stop = new();
        Heard first = new() { OnStep = report => Stop(report, stop) };
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(tiny.Load([.. settings, "steps=4"]), tiny.File("parts"), false, first, stop.Token));
        TrainingRun.Run(tiny.Load([.. settings, "steps=4"]), tiny.File("parts"), true, new Heard());
        Assert.Equal(File.ReadAllBytes(tiny.File("whole/model.safetensors")), File.ReadAllBytes(tiny.File("parts/model.safetensors")));
    }

    [Theory]
    [InlineData("proxy-anchor")]
    [InlineData("proxy-nca")]
    [InlineData("pair")]
    [InlineData("baseline")]
    public void Every_variant_of_the_preset_trains(string variant)
    {
        using TinyRun tiny = new(classes: 4, each: 8);
        Heard heard = new();
        TrainingRun.Run(tiny.Load($"objective=[{{loss: hhf, variant: {variant}, relaxation: scheduled, relaxation-epochs: 2}}]", "optimizer.groups=[]", "accumulate=1", "validate=null", "steps=3"), tiny.File("run"), false, heard);
        Assert.All(heard.Steps, step => Assert.True(double.IsFinite(step.Loss)));
    }

    [Theory]
    [InlineData("dpsh", 4)]
    [InlineData("hhf", 7)]
    [InlineData("csq", 1025)]
    [InlineData("dpsh", 8, false)]
    [InlineData("hash, metric: {loss: triplet}", 1024, false)]
    public void Codes_of_lengths_that_nobody_tested_are_warned_of_whatever_the_method(string loss, int bits, bool warned = true)
    {
        using TinyRun tiny = new(classes: 4, each: 8);
        using TrainingJob job = new(tiny.Load($"objective=[{{loss: {loss}}}]", "optimizer.groups=[]", $"model.bits={bits}"), tiny.Open());
        Assert.Equal(warned, job.Warnings.Any(warning => warning.StartsWith($"Codes have {bits} bits", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("dch")]
    [InlineData("csq")]
    [InlineData("dpn")]
    [InlineData("greedyhash")]
    [InlineData("dshsd")]
    [InlineData("hash, metric: {loss: triplet}")]
    public void Weights_of_pairs_that_cannot_be_told_are_warned_of_and_not_written(string loss)
    {
        using TinyRun tiny = new(classes: 4, each: 8);
        Heard heard = new();
        TrainingRun.Run(tiny.Load($"objective=[{{loss: {loss}}}]", "optimizer.groups=[]", "accumulate=1", "validate=null", "log.weights-every=1", "steps=1"), tiny.File("run"), false, heard);
        Assert.Contains(heard.Warnings, warning => warning.Contains("does not see a batch through its pairs alone", StringComparison.Ordinal));
        Assert.False(File.Exists(tiny.File("run/weights.jsonl")));
    }

    private static void Stop(StepReport report, CancellationTokenSource stop)
    {
        if (report.Step == 2)
        {
            stop.Cancel();
        }
    }
}
