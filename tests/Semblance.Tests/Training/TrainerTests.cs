using Semblance.Data;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;
using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public void An_exploding_loss_stops_with_step_batch_and_advice()
    {
        using TinyRun tiny = new();
        SemblanceException failure = Assert.Throws<SemblanceException>(() => TrainingRun.Run(tiny.Load("optimizer.lr=1e30", "optimizer.groups=[]", "optimizer.clip-norm=null", "schedule.warmup=0"), tiny.File("run"), false, new Heard()));
        Assert.Matches(@"^step \d+: the loss is (NaN|-?Infinity|∞)", failure.Message);
        Assert.Contains("Lower optimizer.lr", failure.Message, StringComparison.Ordinal);
        string[] images = File.ReadAllLines(tiny.File("run/failed-batch.txt"));
        Assert.Equal(8, images.Length);
        Assert.All(images, image => Assert.True(File.Exists(image), image));
        Assert.False(File.Exists(tiny.File("run/model.safetensors")));
    }

    [Fact]
    public void Weights_that_are_not_finite_are_said_by_validation_too()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load("optimizer.lr=1e36", "optimizer.groups=[]", "optimizer.clip-norm=null", "schedule.warmup=0", "validate.every=1", "ema=null", "accumulate=1");
        SemblanceException failure = Assert.Throws<SemblanceException>(() => TrainingRun.Run(recipe, tiny.File("run"), false, new Heard()));
        Assert.Contains("lower optimizer.lr", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Outputs_that_are_all_alike_are_said()
    {
        CollapseWatch watch = new(4, binary: true);
        Random random = new(1);
        string[] said = [];
        for (int batch = 0; said.Length == 0; batch++)
        {
            Assert.True(batch < 200, "nothing was said of outputs that are all alike.");
            said = [.. watch.Look([.. Enumerable.Range(0, 8 * 4).Select(k => (k % 4) - 1.5f + (0.01f * random.NextSingle()))])];
        }
        Assert.Contains("nearly alike", said[0], StringComparison.Ordinal);
        Assert.Contains("4 of 4 bits were the same", said[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Dead_bits_are_counted_and_live_ones_are_not()
    {
        CollapseWatch watch = new(6, binary: true), embeddings = new(6, binary: false);
        float[] outputs = new float[CollapseWatch.Window * 6];
        Random random = new(2);
        for (int k = 0; k < outputs.Length; k++)
        {
            outputs[k] = k % 6 == 2 ? 0.01f : random.NextSingle() - 0.5f;
        }
        Assert.Contains("1 of 6 bits", Assert.Single(watch.Look(outputs)), StringComparison.Ordinal);
        Assert.Empty(embeddings.Look(outputs));
        Assert.Empty(watch.Look(outputs.AsSpan(0, 60)));
    }

    [Fact]
    public void A_collapsed_training_is_warned_of()
    {
        using TinyRun tiny = new();
        Heard heard = new();
        // Weights of a frozen model that hardly moves: every output of the untrained net is nearly the same.
        TrainingRun.Run(tiny.Load("model.freeze=backbone", "model.dropout=0", "optimizer.lr=1e-9", "optimizer.groups=[]", "steps=70", "validate.every=70", "checkpoint.every=0"), tiny.File("run"), false, heard);
        Assert.Contains(heard.Warnings, warning => warning.Contains("bits were the same", StringComparison.Ordinal) || warning.Contains("nearly alike", StringComparison.Ordinal));
    }

    [Fact]
    public void The_best_weights_by_validation_are_kept()
    {
        using TinyRun tiny = new();
        Heard heard = new();
        TrainingRun.Run(tiny.Load(), tiny.File("run"), false, heard);
        Assert.Equal([8L, 16, 24], heard.Validations.Select(validation => validation.Step));
        ValidationReport best = heard.Validations.Last(validation => validation.IsBest);
        Assert.Equal(heard.Validations.Max(validation => validation.Value), best.Value);
        Assert.Contains(heard.Notes, note => note.Contains($"Kept the weights of step {best.Step}", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(tiny.File("run/best.safetensors")), File.ReadAllBytes(tiny.File("run/model.safetensors")));
        Assert.All(heard.Validations, validation => Assert.Contains("validation", validation.Protocol, StringComparison.Ordinal));
    }

    [Fact]
    public void Averaged_weights_are_kept_where_nothing_validates()
    {
        using TinyRun tiny = new();
        TrainingRun.Run(tiny.Load("steps=6", "data.validation.kind=none"), tiny.File("run"), false, new Heard());
        using WeightFile model = WeightFile.Open(tiny.File("run/model.safetensors")), checkpoint = WeightFile.Open(tiny.File("run/checkpoints/000000006.safetensors"));
        int moved = 0;
        foreach ((string name, WeightTensor weights) in model.Tensors)
        {
            Assert.Equal(checkpoint.Tensors[$"average/{name}"].ToBytes(), weights.ToBytes());
            moved += checkpoint.Tensors[$"model/{name}"].ToBytes().SequenceEqual(weights.ToBytes()) ? 0 : 1;
        }
        Assert.True(moved > 5);
    }

    [Fact]
    public void Evaluating_on_other_images_than_those_of_the_training_is_warned_of()
    {
        using TinyRun tiny = new();
        TrainingRun.Run(tiny.Load("steps=2"), tiny.File("run"), false, new Heard());
        Heard same = new(), other = new();
        RunResults again = TrainingRun.Evaluate(tiny.File("run"), TrainingRun.LoadRecipe(tiny.File("run")), same);
        Assert.Empty(same.Warnings);
        Assert.True(again.Models[0].Scores.Count > 0);
        File.Delete(Path.Combine(tiny.Images, "class-0/00.png"));
        TrainingRun.Evaluate(tiny.File("run"), TrainingRun.LoadRecipe(tiny.File("run")), other);
        Assert.Contains("the data hash differs", Assert.Single(other.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_recipe_and_seed_give_the_same_bits()
    {
        using TinyRun tiny = new();
        TrainingRun.Run(tiny.Load("steps=6"), tiny.File("one"), false, new Heard());
        TrainingRun.Run(tiny.Load("steps=6"), tiny.File("two"), false, new Heard());
        TrainingRun.Run(tiny.Load("steps=6", "seed=6"), tiny.File("other"), false, new Heard());
        Assert.Equal(File.ReadAllBytes(tiny.File("one/model.safetensors")), File.ReadAllBytes(tiny.File("two/model.safetensors")));
        Assert.NotEqual(File.ReadAllBytes(tiny.File("one/model.safetensors")), File.ReadAllBytes(tiny.File("other/model.safetensors")));
    }

    [Fact]
    public void Groups_follow_their_patterns_and_a_pattern_for_nothing_is_refused()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load(), tiny.Open());
        Assert.Equal(2, job.Optimizer.Groups.Count);
        Assert.All(job.Optimizer.Groups.Single(group => group.LearningRate == 0.02).Names, name => Assert.StartsWith("hhf.", name, StringComparison.Ordinal));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => new TrainingJob(tiny.Load("optimizer.groups=[{match: nothing., lr: 1}]"), tiny.Open()));
        Assert.Contains("\"nothing.\" matches no trained parameter", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("validate.metric=accuracy", "no classifier")]
    [InlineData("data.size=8", "cannot take images of 8 x 8 pixels")]
    [InlineData("device=cuda:7", "CUDA devices")]
    [InlineData("sampler.per-class=1", "needs 8 classes")]
    public void What_cannot_work_is_said_before_anything_is_written(string setting, string words)
    {
        using TinyRun tiny = new();
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => TrainingRun.Run(tiny.Load(setting), tiny.File("run"), false, new Heard()));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(tiny.File("run")));
    }

    [Fact]
    public void A_query_that_also_lies_in_the_database_is_refused_unless_overlap_is_allowed()
    {
        using TinyRun tiny = new();
        // The same bytes under another name, in another split.
        string table = tiny.File("photos.csv");
        List<string> lines = ["path,label,split"];
        for (int label = 0; label < 4; label++)
        {
            for (int k = 0; k < 12; k++)
            {
                lines.Add($"images/class-{label}/{k:00}.png,class-{label},{(k < 6 ? "train" : k < 9 ? "query" : "database")}");
            }
        }
        File.Copy(Path.Combine(tiny.Images, "class-0/07.png"), tiny.File("copy.png"));
        File.WriteAllLines(table, [.. lines, "copy.png,class-0,database"]);
        Recipe With(params string[] more) => tiny.Load(["data.protocol=splits", $"data.path={table}", "steps=1", "data.validation.kind=none", .. more]);
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => TrainingRun.Run(With(), tiny.File("refused"), false, new Heard()));
        Assert.Contains("1 of the 12 queries", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("copy.png", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("evaluation.overlap", refusal.Message, StringComparison.Ordinal);
        RunResults excluded = TrainingRun.Run(With("evaluation.overlap=exclude"), tiny.File("excluded"), false, new Heard());
        Assert.All(excluded.Models[0].Headlines(), score => Assert.Contains("exclude", score.ProtocolId, StringComparison.OrdinalIgnoreCase));
        TrainingRun.Run(With("evaluation.overlap=count"), tiny.File("counted"), false, new Heard());
    }

    [Fact]
    public void Searching_the_queries_themselves_is_refused()
    {
        using TinyRun tiny = new();
        Dataset data = tiny.Open();
        DataParts parts = DataParts.Of(data, tiny.Load().Data);
        DataParts same = parts with { Database = parts.Query.Subset([.. Enumerable.Range(0, parts.Query.Count)], "same") };
        using TrainingJob job = new(tiny.Load(), data);
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => new RunEvaluation(tiny.Load(), same, new Heard()).Run(job.Model));
        Assert.Contains("also stand in the database", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_leaves_no_tensor_behind_and_memory_stays_level()
    {
        using TinyRun tiny = new(classes: 3, each: 8);
        Recipe recipe = tiny.Load("steps=300", "accumulate=1", "sampler.batch=4", "validate.every=100", "checkpoint.every=100");
        // Jobs that other tests saw refused are the collector's to clear away.
        Resident();
        long before = LiveTensors.Count(), early = 0, late = 0, steadyHandles = 0;
        Heard heard = new()
        {
            OnStep = report =>
            {
                if (report.Step == 60)
                {
                    (early, steadyHandles) = (Resident(), Tensor.LiveCount);
                }
                if (report.Step == 299)
                {
                    late = Resident();
                    Assert.Equal(steadyHandles, Tensor.LiveCount);
                }
            },
        };
        TrainingRun.Run(recipe, tiny.File("run"), false, heard);
        Assert.Equal(300, heard.Steps.Count);
        Assert.Equal(before, Tensor.LiveCount);
        Assert.True(late < early + (64 << 20), $"resident memory grew from {early >> 20} to {late >> 20} MiB in 240 steps.");
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
