using Semblance.Tensors.Serialization;
using Semblance.Tests.Cli;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>A run that was killed and resumed ends with the bits of one that was not.</summary>
public sealed class ResumeTests
{
    [Fact]
    public void A_run_killed_at_several_steps_ends_with_the_same_bits()
    {
        using TinyRun tiny = new();
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("whole")).Done();
        string[] train = ["train", tiny.Recipe, "--out", tiny.File("killed"), "--resume"];
        foreach (int step in new[] { 3, 9, 15 })
        {
            KillAfter(train, tiny.File("killed/metrics.jsonl"), step);
        }
        CliProcess.Run(train).Done();
        AssertSameRun(tiny.File("whole"), tiny.File("killed"));
    }

    [Fact]
    public void A_run_killed_while_it_writes_a_checkpoint_ends_with_the_same_bits()
    {
        using TinyRun tiny = new();
        string[] every = ["--set", "checkpoint.every=1", "--set", "steps=30"];
        CliProcess.Run(["train", tiny.Recipe, "--out", tiny.File("whole"), .. every]).Done();
        string[] train = ["train", tiny.Recipe, "--out", tiny.File("killed"), "--resume", .. every];
        KillWhile(train, () => Directory.Exists(tiny.File("killed/checkpoints")) && Directory.EnumerateFiles(tiny.File("killed/checkpoints"), "*.partial").Any());
        CliProcess.Run(train).Done();
        AssertSameRun(tiny.File("whole"), tiny.File("killed"));
        Assert.Empty(Directory.EnumerateFiles(tiny.File("killed"), "*.partial", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_leaves_a_checkpoint_and_code_130(string signal)
    {
        using TinyRun tiny = new();
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("whole")).Done();
        string[] train = ["train", tiny.Recipe, "--out", tiny.File("run")];
        using (CliProcess process = CliProcess.Start(train))
        {
            Until(process, () => Steps(tiny.File("run/metrics.jsonl")) >= 2);
            process.Signal(signal);
            Ended ended = process.Wait();
            Assert.Equal(130, ended.Code);
            Assert.Contains("can be resumed with --resume", ended.Error, StringComparison.Ordinal);
        }
        string[] checkpoints = Directory.GetFiles(tiny.File("run/checkpoints"));
        Assert.NotEmpty(checkpoints);
        Assert.All(checkpoints, file => Assert.EndsWith(".safetensors", file, StringComparison.Ordinal));
        CliProcess.Run("train", "--resume", "--out", tiny.File("run")).Done();
        AssertSameRun(tiny.File("whole"), tiny.File("run"));
    }

    [Fact]
    public void A_run_stopped_while_it_is_evaluated_is_finished_by_resuming()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load("steps=8");
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        using CancellationTokenSource stop = new();
        Heard heard = new() { OnProgress = what => { if (what.StartsWith("encoding", StringComparison.Ordinal)) { stop.Cancel(); } } };
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(recipe, tiny.File("run"), false, heard, stop.Token));
        Assert.Contains(heard.Notes, note => note.Contains("can be resumed with --resume", StringComparison.Ordinal));
        Assert.False(File.Exists(tiny.File("run/scores.json")));
        Heard resumed = new();
        TrainingRun.Run(recipe, tiny.File("run"), true, resumed);
        Assert.Empty(resumed.Steps);
        AssertSameRun(tiny.File("whole"), tiny.File("run"));
        Assert.Equal(File.ReadAllText(tiny.File("whole/scores.json")), File.ReadAllText(tiny.File("run/scores.json")));
    }

    [Fact]
    public void A_run_with_a_memory_of_earlier_batches_ends_with_the_same_bits_and_its_validation_leaves_the_memory_alone()
    {
        using TinyRun tiny = new();
        string[] settings = ["optimizer.groups=[]", "steps=14", "validate.metric=loss", "validate.every=2"];
        Recipe With(int size, int from) => tiny.Load([.. settings, $"objective=[{{loss: multi-similarity, pairs: {{memory: {{size: {size}, from-step: {from}}}}}}}]"]);
        Recipe recipe = With(21, 3);
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        Assert.Throws<OperationCanceledException>(() => StopAt(recipe, tiny.File("stopped"), 2, false));
        Assert.Throws<OperationCanceledException>(() => StopAt(recipe, tiny.File("stopped"), 7, true));
        TrainingRun.Run(recipe, tiny.File("stopped"), true, new Heard());
        AssertSameRun(tiny.File("whole"), tiny.File("stopped"));
        TrainingRun.Run(With(10_000, 3), tiny.File("roomy"), false, new Heard());
        using WeightFile held = WeightFile.Open(Directory.GetFiles(tiny.File("roomy/checkpoints")).Max(StringComparer.Ordinal)!);
        Assert.Equal((14 - 3) * 2 * 8, held.Tensors["objective/multi-similarity.memory.count"].ToBytes()[0]);
        TrainingRun.Run(With(21, 14), tiny.File("without"), false, new Heard());
        Assert.NotEqual(File.ReadAllBytes(tiny.File("whole/model.safetensors")), File.ReadAllBytes(tiny.File("without/model.safetensors")));
    }

    [Theory]
    [InlineData("dpsh", "chunk=3")]
    [InlineData("dsdh", "accumulate=2")]
    [InlineData("dfh", "accumulate=1")]
    public void A_run_with_a_bank_of_codes_ends_with_the_same_bits_and_the_bank_has_the_label_of_every_image_that_it_has_seen(string loss, string setting)
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load("optimizer.groups=[]", "steps=9", "validate.metric=loss", "validate.every=4", setting, $"objective=[{{loss: {loss}}}]");
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        Assert.Throws<OperationCanceledException>(() => StopAt(recipe, tiny.File("stopped"), 2, false));
        Assert.Throws<OperationCanceledException>(() => StopAt(recipe, tiny.File("stopped"), 6, true));
        TrainingRun.Run(recipe, tiny.File("stopped"), true, new Heard());
        AssertSameRun(tiny.File("whole"), tiny.File("stopped"));
        using TrainingJob job = new(recipe, tiny.Open());
        using WeightFile held = WeightFile.Open(Directory.GetFiles(tiny.File("whole/checkpoints")).Max(StringComparer.Ordinal)!);
        byte[] labels = held.Tensors[$"objective/{loss}.bank.labels"].ToBytes();
        int seen = 0;
        for (int item = 0; item < job.Parts.Train.Count; item++)
        {
            long label = BitConverter.ToInt64(labels, item * sizeof(long));
            Assert.True(label == -1 || label == job.Parts.Train.Items[item].Labels[0], $"image {item} has the label {label}");
            seen += label == -1 ? 0 : 1;
        }
        Assert.InRange(seen, 12, job.Parts.Train.Count);
    }

    [Fact]
    public void A_torn_checkpoint_and_a_torn_line_of_metrics_are_survived()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load();
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        Assert.Throws<OperationCanceledException>(() => StopAt(recipe, tiny.File("torn"), 12, false));
        string[] checkpoints = [.. Directory.GetFiles(tiny.File("torn/checkpoints")).Order(StringComparer.Ordinal)];
        Assert.Equal(2, checkpoints.Length);
        using (FileStream last = File.OpenWrite(checkpoints[^1]))
        {
            last.SetLength(last.Length / 2);
        }
        File.AppendAllText(tiny.File("torn/metrics.jsonl"), "{\"step\":13,\"kind\":\"tr");
        Heard heard = new();
        TrainingRun.Run(recipe, tiny.File("torn"), true, heard);
        Assert.Contains(heard.Warnings, warning => warning.Contains("An earlier checkpoint is used", StringComparison.Ordinal));
        Assert.Equal(10, heard.Outline!.FirstStep);
        AssertSameRun(tiny.File("whole"), tiny.File("torn"));
    }

    [Fact]
    public void A_run_whose_only_checkpoint_is_torn_is_refused_by_its_name()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load();
        Assert.Throws<OperationCanceledException>(() => StopAt(recipe, tiny.File("torn"), 3, false));
        string only = Assert.Single(Directory.GetFiles(tiny.File("torn/checkpoints")));
        File.WriteAllBytes(only, File.ReadAllBytes(only)[..1000]);
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => TrainingRun.Run(recipe, tiny.File("torn"), true, new Heard()));
        Assert.Contains(only, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_ended_by_patience_is_not_trained_further()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load("validate.every=1", "validate.patience=1", "optimizer.lr=1e-12", "optimizer.groups=[]", "steps=10", "ema=null", "model.freeze=batch-norm");
        Heard first = new(), second = new();
        TrainingRun.Run(recipe, tiny.File("run"), false, first);
        Assert.InRange(first.Steps.Count, 2, 9);
        TrainingRun.Run(recipe, tiny.File("run"), true, second);
        Assert.Empty(second.Steps);
    }

    [Fact]
    public void Resuming_with_another_recipe_or_other_images_is_refused()
    {
        using TinyRun tiny = new();
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("run"), "--set", "steps=2").Done();
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("run"), "--set", "steps=2").Refused(3, "already holds a run", "--resume");
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("run"), "--resume").Refused(3, "recipe.yaml differs", "new folder");
        byte[] model = File.ReadAllBytes(tiny.File("run/model.safetensors"));
        File.Copy(Path.Combine(tiny.Images, "class-0", "00.png"), Path.Combine(tiny.Images, "class-1", "00.png"), overwrite: true);
        CliProcess.Run("train", "--out", tiny.File("run"), "--resume").Refused(3, "other images", "data hash");
        Assert.Equal(model, File.ReadAllBytes(tiny.File("run/model.safetensors")));
    }

    [Fact]
    public void A_folder_in_which_another_process_trains_is_refused()
    {
        using TinyRun tiny = new();
        using RunFolder held = RunFolder.OpenForTraining(tiny.File("run"), resume: false);
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("run")).Refused(3, "in use", "--out");
    }

    [Fact]
    public void Checkpoints_of_something_else_are_left_alone()
    {
        using TinyRun tiny = new();
        Directory.CreateDirectory(tiny.File("mine/checkpoints"));
        File.WriteAllText(tiny.File("mine/checkpoints/a.safetensors"), "mine");
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("mine")).Refused(3, "holds checkpoints", "--out");
        Assert.Equal("mine", File.ReadAllText(tiny.File("mine/checkpoints/a.safetensors")));
    }

    private static void StopAt(Recipe recipe, string folder, int step, bool resume)
    {
        using CancellationTokenSource stop = new();
        TrainingRun.Run(recipe, folder, resume, new Heard { OnStep = report => { if (report.Step == step) { stop.Cancel(); } } }, stop.Token);
    }

    private static void KillAfter(string[] arguments, string metrics, int step) => KillWhile(arguments, () => Steps(metrics) >= step);

    private static void KillWhile(string[] arguments, Func<bool> reached)
    {
        using CliProcess process = CliProcess.Start(arguments);
        Until(process, reached);
        process.Kill();
    }

    private static void Until(CliProcess process, Func<bool> reached)
    {
        while (!reached())
        {
            if (!process.Runs)
            {
                Assert.Fail($"The run ended before it could be stopped: {process.Wait().Error}");
            }
        }
    }

    private static long Steps(string metrics)
    {
        if (!File.Exists(metrics))
        {
            return 0;
        }
        using FileStream stream = new(metrics, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n').Count(line => line.Contains("\"train\"", StringComparison.Ordinal));
    }

    internal static void AssertSameRun(string expected, string actual)
    {
        Assert.Equal(File.ReadAllBytes(Path.Combine(expected, "model.safetensors")), File.ReadAllBytes(Path.Combine(actual, "model.safetensors")));
        string last = Directory.GetFiles(Path.Combine(expected, "checkpoints")).Max(StringComparer.Ordinal)!;
        Assert.Equal(File.ReadAllBytes(last), File.ReadAllBytes(Path.Combine(actual, "checkpoints", Path.GetFileName(last))));
        Assert.Equal(Measured(expected), Measured(actual));
    }

    /// <summary>The metrics without the times.</summary>
    private static string[] Measured(string run) =>
        [.. MetricsLog.Read(Path.Combine(run, "metrics.jsonl")).Select(line => $"{line.Step} {line.Kind} {string.Join(' ', line.Values.Where(value => value.Key != "images/s"))}")];
}
