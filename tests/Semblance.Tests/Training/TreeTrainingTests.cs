using Semblance.Data;
using Semblance.Sampling;
using Semblance.Sampling.Trees;
using Semblance.Tensors;
using Semblance.Training;
using Semblance.Training.Trees;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>Runs whose loss and sampler go by a tree of classes.</summary>
public sealed class TreeTrainingTests
{
    /// <summary>32 training images of 4 classes: 4 batches a pass, 2 steps.</summary>
    private static readonly string[] Hierarchical =
    [
        "objective=[{loss: hierarchical-triplet}]", "sampler={kind: anchor-neighbour, anchors: 2, neighbours: 2, per-class: 2}", "optimizer.groups=[]", "steps=14", "data.validation.kind=none", "data.per-class.query=4",
    ];

    [Fact]
    public void A_run_resumed_before_and_after_a_tree_ends_with_the_same_bits()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load(Hierarchical);
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        bool resume = false;
        // Before the first tree, right where one is due, right behind one, and within a pass.
        foreach (int step in new[] { 1, 2, 3, 6, 9 })
        {
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => TrainingRun.Run(recipe, tiny.File("stopped"), resume, new Heard { OnStep = report => { if (report.Step == step) { stop.Cancel(); } } }, stop.Token));
            resume = true;
        }
        TrainingRun.Run(recipe, tiny.File("stopped"), true, new Heard());
        ResumeTests.AssertSameRun(tiny.File("whole"), tiny.File("stopped"));
    }

    [Fact]
    public void A_run_stopped_while_a_tree_is_built_ends_with_the_same_bits()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load([.. Hierarchical, "tree.from-epoch=0"]);
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        foreach (bool resume in new[] { false, true })
        {
            using CancellationTokenSource stop = new();
            Heard heard = new() { OnProgress = what => { if (what == "embedding for the tree") { stop.Cancel(); } } };
            Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(recipe, tiny.File("stopped"), resume, heard, stop.Token));
            Assert.Contains(heard.Notes, note => note.Contains("can be resumed with --resume", StringComparison.Ordinal));
        }
        TrainingRun.Run(recipe, tiny.File("stopped"), true, new Heard());
        ResumeTests.AssertSameRun(tiny.File("whole"), tiny.File("stopped"));
    }

    [Fact]
    public void Trees_come_by_the_schedule_and_stand_in_the_log_before_the_step_that_they_serve()
    {
        using TinyRun tiny = new();
        Heard heard = new();
        TrainingRun.Run(tiny.Load([.. Hierarchical, "tree={from-epoch: 2, every-epochs: 2, levels: 5}"]), tiny.File("run"), false, heard);
        Metrics[] trees = [.. MetricsLog.Read(tiny.File("run/metrics.jsonl")).Where(line => line.Kind == "tree")];
        Assert.Equal([5L, 9, 13], trees.Select(line => line.Step));
        Assert.All(trees, line =>
        {
            Assert.Equal(4, line.Values["classes"]);
            Assert.Equal(1, line.Values["nodes.5"]);
            Assert.InRange(line.Values["nodes.0"], 1, 4);
            Assert.True(line.Values["margin-min"] <= line.Values["margin-mean"] && line.Values["margin-mean"] <= line.Values["margin-max"]);
        });
        Assert.Contains(heard.Notes, note => note.StartsWith("Tree 1 before step 5: 4 classes from 32 images; nodes by level ", StringComparison.Ordinal));
        Assert.Equal(14, heard.Steps.Count);
    }

    [Fact]
    public void Loss_and_sampler_read_the_same_tree_and_none_before_the_first()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load(Hierarchical), tiny.Open());
        TrainingTree tree = job.Tree!;
        Assert.Null(tree.Separation.Tree);
        Assert.False(tree.IsDue(1));
        Assert.True(tree.IsDue(2));
        IBatchSampler before = job.Sampler;
        TreeReports.Build(job, tree, null, 2, new Heard(), default);
        Assert.NotSame(before, job.Sampler);
        Assert.Equal(1, tree.Version);
        Assert.False(tree.IsDue(3));
        Assert.True(tree.IsDue(4));
        ClassTree held = tree.Separation.Tree!;
        AnchorNeighbourSampler expected = new([.. job.Parts.Train.Items.Select(item => item.Labels)], new() { Anchors = 2, Neighbours = 2, PerClass = 2 }, job.Recipe.Seed, held);
        Assert.Equal(expected.From(3).Take(9).SelectMany(batch => batch), job.Sampler.From(3).Take(9).SelectMany(batch => batch));
    }

    [Fact]
    public void Building_a_tree_leaves_the_model_and_its_mode_as_they_were()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load(Hierarchical), tiny.Open());
        byte[][] Values() => [.. job.Model.State().Select(entry => entry.Parameter.Value.Contiguous()).Select(value => value.To(DataType.Float64).ToArray<double>()).Select(values => System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(values).ToArray())];
        using TensorScope scope = new();
        byte[][] before = Values();
        using Tensor random = Torch.RandomState();
        foreach (bool training in new[] { true, false })
        {
            job.Model.Train(training);
            TreeReports.Build(job, job.Tree!, null, 2, new Heard(), default);
            Assert.All(job.Model.Modules(), entry => Assert.Equal(training, entry.Module.IsTraining));
        }
        Assert.Equal(before, Values());
        using Tensor after = Torch.RandomState();
        Assert.Equal(random.ToArray<byte>(), after.ToArray<byte>());
        Assert.All(job.Model.Parameters(), parameter => Assert.Null(parameter.Value.Gradient));
    }

    [Fact]
    public void A_tree_is_restored_from_its_tensors_as_it_was()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load(Hierarchical), tiny.Open()), other = new(tiny.Load(Hierarchical), tiny.Open());
        other.Tree!.Restore();
        Assert.Null(other.Tree.Separation.Tree);
        TreeReports.Build(job, job.Tree!, null, 6, new Heard(), default);
        foreach (((string name, Tensor value), (string same, Tensor target)) in job.Tree!.State.Zip(other.Tree.State))
        {
            Assert.Equal(name, same);
            target.CopyFrom(value);
        }
        other.Tree.Restore();
        Assert.Equal(3, other.Tree.Version);
        Assert.Equal(job.Tree.Separation.Tree!.Parts.Nodes, other.Tree.Separation.Tree!.Parts.Nodes);
        Assert.Equal(job.Tree.Separation.Tree.Thresholds.ToArray(), other.Tree.Separation.Tree.Thresholds.ToArray());
        Assert.Equal(job.Sampler.From(0).Take(20).SelectMany(batch => batch), other.Sampler.From(0).Take(20).SelectMany(batch => batch));
    }

    [Fact]
    public void Features_of_a_frozen_backbone_give_the_tree_of_the_pixels()
    {
        using TinyRun tiny = new();
        string[] frozen = [.. Hierarchical, "model.freeze=backbone", "model.features-cache=true", "data.augment={}", "model.dropout=0.3"];
        using TrainingJob job = new(tiny.Load(frozen), tiny.Open());
        using StepBatches batches = new(job, tiny.File("features"), new Heard());
        ClassTreeParts Built(float[]? features)
        {
            TreeReports.Build(job, job.Tree!, features, 2, new Heard(), default);
            return job.Tree!.Separation.Tree!.Parts;
        }
        ClassTreeParts pixels = Built(null), features = Built(batches.Features!);
        Assert.True(job.Model.IsTraining);
        Assert.Equal(pixels.Nodes, features.Nodes);
        Assert.All(pixels.InnerDistances.Zip(features.InnerDistances), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        TrainingRun.Run(tiny.Load(frozen), tiny.File("run"), false, new Heard());
    }

    [Fact]
    public void So_many_images_of_a_class_are_embedded_at_most()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load([.. Hierarchical, "tree.images-per-class=3"]), tiny.Open());
        int[] images = [.. job.Tree!.Images()];
        Assert.Equal(12, images.Distinct().Count());
        Assert.All(images.GroupBy(image => job.Parts.Train.Items[image].Labels[0]), group => Assert.Equal(3, group.Count()));
        Assert.Equal(images, job.Tree.Images());
    }

    [Fact]
    public void Loss_and_sampler_can_each_go_by_a_tree_alone()
    {
        using TinyRun tiny = new();
        Heard loss = new(), sampler = new();
        TrainingRun.Run(tiny.Load([Hierarchical[0], Hierarchical[2], "steps=10"]), tiny.File("loss"), false, loss);
        TrainingRun.Run(tiny.Load(["objective=[{loss: multi-similarity}]", .. Hierarchical[1..]]), tiny.File("sampler"), false, sampler);
        Assert.Contains(loss.Notes, note => note.Contains("; margins ", StringComparison.Ordinal));
        Assert.Contains(sampler.Notes, note => note.StartsWith("Tree 1 ", StringComparison.Ordinal) && !note.Contains("margins", StringComparison.Ordinal));
        Assert.False(MetricsLog.Read(tiny.File("sampler/metrics.jsonl")).First(line => line.Kind == "tree").Values.ContainsKey("margin-mean"));
    }

    [Fact]
    public void Margins_hold_for_the_images_of_a_memory_too()
    {
        using TinyRun tiny = new();
        string[] settings = ["objective=[{loss: hierarchical-triplet, beta: 9, pairs: {memory: {size: 24, from-step: 0}}}]", .. Hierarchical[1..], "steps=4"];
        Heard heard = new();
        TrainingRun.Run(tiny.Load(settings), tiny.File("run"), false, heard);
        // Before the first tree the margin is 0.2 whatever beta is; behind it, about 9: half of that is the least that a mean over all triplets can be.
        Assert.True(heard.Steps[1].Terms["hierarchical-triplet.references"] < 2);
        Assert.True(heard.Steps[2].Terms["hierarchical-triplet.references"] > 3);
        Assert.True(heard.Steps[2].Terms["hierarchical-triplet.batch"] > 3);
    }

    [Fact]
    public void A_recipe_without_loss_or_sampler_of_a_tree_has_none_and_refuses_its_keys()
    {
        using TinyRun tiny = new();
        Assert.Null(tiny.Load().Tree);
        Assert.DoesNotContain("tree:", tiny.Load().Resolve(), StringComparison.Ordinal);
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => tiny.Load("tree.levels=4"));
        Assert.Contains("tree has no meaning here; it needs sampler.kind: anchor-neighbour or a hierarchical-triplet loss", refusal.Message, StringComparison.Ordinal);
        Recipe recipe = tiny.Load(Hierarchical);
        Assert.Equal(new TreeRecipe(), recipe.Tree);
        Assert.Equal(8, recipe.Sampler.Batch);
        Assert.Equal(recipe.Resolve(), Recipe.Parse(recipe.Resolve(), "again.yaml", TrainingRun.Catalogue).Resolve());
    }

    [Fact]
    public void Too_few_classes_for_a_batch_are_refused_with_the_name_of_the_data()
    {
        using TinyRun tiny = new();
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => new TrainingJob(tiny.Load([.. Hierarchical, "sampler.anchors=3"]), tiny.Open()));
        Assert.Contains("does not fit the sampler: A batch of 3 anchors with 2 classes each needs 6 classes; the images have 4.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_validation_by_loss_on_classes_that_do_not_train_is_refused_before_the_first_step()
    {
        using TinyRun tiny = new(classes: 6);
        string[] settings = [.. Hierarchical.SkipLast(2), "validate.metric=loss", "data.validation={kind: classes, amount: 2}"];
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => new TrainingJob(tiny.Load(settings), tiny.Open()));
        Assert.Contains("unknown-class: initial-margin", refusal.Message, StringComparison.Ordinal);
        settings[0] = "objective=[{loss: hierarchical-triplet, unknown-class: initial-margin}]";
        TrainingRun.Run(tiny.Load([.. settings, "steps=4", "validate.every=2"]), tiny.File("run"), false, new Heard());
    }

    [Fact]
    public void A_tree_that_tells_nothing_is_warned_of()
    {
        Assert.Contains("one node at level 0", TreeFigures.Warning(TreeOf([1, 0], [0.9, 0.1], [0.9, 0], [1, 0.1]))!, StringComparison.Ordinal);
        Assert.Contains("apart up to the last level but one", TreeFigures.Warning(TreeOf([1, 0], [1, 0], [-1, 0], [-1, 0]))!, StringComparison.Ordinal);
        Assert.Contains("one class", TreeFigures.Warning(TreeOf([1, 0], [1, 0]))!, StringComparison.Ordinal);
        Assert.Null(TreeFigures.Warning(TreeOf([1, 0], [1, 0], [0, 1], [0, 1])));
        Assert.Equal("2 2 2 2 2 2 2 2 2 1 ...", TreeFigures.Nodes(TreeOf([1, 0], [1, 0], [0, 1], [0, 1])));
    }

    [Fact]
    public void A_model_that_gives_NaN_stops_the_run_with_the_image()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load(Hierarchical), tiny.Open());
        job.Model.Parameters().First().Value.Detach().Fill(double.NaN);
        SemblanceException failure = Assert.Throws<SemblanceException>(() => TreeReports.Build(job, job.Tree!, null, 2, new Heard(), default));
        Assert.Contains("class-", failure.Message, StringComparison.Ordinal);
        Assert.Null(job.Tree!.Separation.Tree);
    }

    /// <summary>A tree of classes with two images each.</summary>
    private static ClassTree TreeOf(params double[][] rows)
    {
        ClassTreeBuilder builder = new(2);
        foreach ((int index, double[] row) in rows.Index())
        {
            builder.Add(row, index / 2);
        }
        return builder.Build();
    }
}
