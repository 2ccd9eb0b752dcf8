using Semblance.Curriculum;
using Semblance.Data;
using Semblance.Reports;
using Semblance.Training;
using Semblance.Training.Curricula;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>Runs that train in stages, from clean images to noisy ones.</summary>
public sealed class CurriculumTrainingTests
{
    /// <summary>40 training images of 4 classes, a quarter with a wrong label; 5 batches a pass.</summary>
    private static readonly string[] Staged =
    [
        "model={backbone: convnet, head: classifier}", "objective=[{loss: cross-entropy}]", "optimizer.groups=[]", "sampler={batch: 8}", "steps=18", "accumulate=1", "ema={decay: 0.8}", "data.validation.kind=none",
        "data.per-class.query=2", "data.noise={kind: symmetric-others, rate: 0.25}", "curriculum={method: probability, warmup: 0.34, stages: [1, 1, 2]}",
    ];

    [Fact]
    public void A_run_resumed_before_and_after_its_stages_ends_with_the_same_bits()
    {
        using TinyRun tiny = new();
        Recipe recipe = tiny.Load(Staged);
        TrainingRun.Run(recipe, tiny.File("whole"), false, new Heard());
        bool resume = false;
        // In the warm-up, right where the stages begin, right behind that, and within a stage.
        foreach (int step in new[] { 2, 6, 7, 11 })
        {
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => TrainingRun.Run(recipe, tiny.File("stopped"), resume, new Heard { OnStep = report => { if (report.Step == step) { stop.Cancel(); } } }, stop.Token));
            resume = true;
        }
        TrainingRun.Run(recipe, tiny.File("stopped"), true, new Heard());

        ResumeTests.AssertSameRun(tiny.File("whole"), tiny.File("stopped"));
        Assert.Equal(File.ReadAllText(tiny.File("whole/subsets.tsv")), File.ReadAllText(tiny.File("stopped/subsets.tsv")));
    }

    [Fact]
    public void Stages_draw_from_their_subsets_alone_and_weigh_them()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load([.. Staged, "curriculum={table: null, stages: [1, 1, 1], weights: [1, 0.5, 0.25]}"]), tiny.Open());
        int[] subsets = [.. Enumerable.Range(0, job.Parts.Train.Count).Select(index => index % 3)];

        job.Curriculum!.Begin(subsets, [.. subsets.Select(subset => -(double)subset)]);

        int[][] batches = [.. job.Sampler.From(0).Take(18)];
        Assert.Equal([1, 2, 3], new[] { 0, 6, 12 }.Select(start => batches[start..(start + 6)].SelectMany(batch => batch).Select(item => subsets[item]).Distinct().Count()));
        Assert.Null(job.Curriculum.WeightsOf([0, 3], 0));
        Assert.Equal([1f, 0.5f], job.Curriculum.WeightsOf([0, 1], 6)!);
        Assert.Equal([1f, 0.5f, 0.25f], job.Curriculum.WeightsOf([0, 1, 2], 17)!);
    }

    [Fact]
    public void Halves_have_half_of_each_batch_clean()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load([.. Staged, "curriculum={stages: [1, 1, 1], batches: halves}"]), tiny.Open());
        int[] subsets = [.. Enumerable.Range(0, job.Parts.Train.Count).Select(index => index % 3)];

        job.Curriculum!.Begin(subsets, new double[subsets.Length]);

        Assert.All(job.Sampler.From(12).Take(6), batch => Assert.Equal([4, 2, 2], Enumerable.Range(0, 3).Select(subset => batch.Count(item => subsets[item] == subset))));
    }

    [Fact]
    public void The_noisiest_images_can_be_left_out()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load([.. Staged, "curriculum={stages: [1, 1, 1], noisiest-share: 0.5}"]), tiny.Open());
        int count = job.Parts.Train.Count;
        int[] subsets = [.. Enumerable.Range(0, count).Select(index => index < count / 2 ? 0 : index < count - 4 ? 1 : 2)];

        job.Curriculum!.Begin(subsets, [.. Enumerable.Range(0, count).Select(index => (double)index)]);

        Assert.Equal([CurriculumStage.LeftOut, CurriculumStage.LeftOut, 2, 2], job.Curriculum.Subsets.TakeLast(4));
    }

    [Fact]
    public void The_learning_rate_goes_through_its_schedule_in_each_part_of_the_run()
    {
        using TinyRun tiny = new();
        using TrainingJob restarted = new(tiny.Load([.. Staged, "schedule={kind: cosine}"]), tiny.Open());
        using TrainingJob whole = new(tiny.Load([.. Staged, "schedule={kind: cosine}", "curriculum.restart=false"]), tiny.Open());

        Assert.All(restarted.Curriculum!.Times.Starts, start => Assert.Equal(1, restarted.Schedule.FactorAt(start)));
        Assert.Single(restarted.Curriculum.Times.Starts, start => whole.Schedule.FactorAt(start) == 1);
    }

    [Fact]
    public void A_table_divides_the_images_from_the_first_step_on()
    {
        using TinyRun tiny = new();
        Dataset train = TrainOf(tiny);
        string table = tiny.File("subsets.tsv");
        SubsetTable.Write(table, [.. train.Items.Select((item, index) => new SubsetRow(item.Id, train.ClassNames[item.Labels[0]], index % 3, index))]);
        Heard heard = new();

        TrainingRun.Run(tiny.Load([.. Staged, $"curriculum={{table: '{table}', stages: [1, 1, 1]}}"]), tiny.File("run"), false, heard);

        Metrics[] log = [.. MetricsLog.Read(tiny.File("run/metrics.jsonl"))];
        Assert.False(File.Exists(tiny.File("run/subsets.tsv")));
        Assert.Equal(18, log.Count(line => line.Kind == "train"));
    }

    [Fact]
    public void The_log_tells_the_subsets_and_how_many_labels_are_right_where_that_is_known()
    {
        using TinyRun tiny = new();
        Heard heard = new();

        TrainingRun.Run(tiny.Load(Staged), tiny.File("run"), false, heard);

        Metrics begun = Assert.Single(MetricsLog.Read(tiny.File("run/metrics.jsonl")), line => line.Kind == "curriculum");
        Assert.Equal(7, begun.Step);
        Assert.InRange(begun.Values["subset0-right"], 0, 1);
        Assert.Contains(heard.Notes, note => note.Contains("Stages begin with step 7", StringComparison.Ordinal) && note.Contains("with the right label", StringComparison.Ordinal));
        IReadOnlyList<SubsetRow> table = SubsetTable.Read(tiny.File("run/subsets.tsv"));
        Assert.Equal(begun.Values["subset0"], table.Count(row => row.Subset == 0));
        Assert.Equal([7, 10, 13], new[] { 1, 2, 3 }.Select(stage => begun.Values[$"stage{stage}"]));
    }

    [Fact]
    public void The_page_tells_what_each_stage_did_on_validation_images()
    {
        using TinyRun tiny = new();
        RunFile(tiny, [.. Staged, "data.validation.kind=images", "data.validation.amount=0.2", "validate={every: 3, metric: accuracy}"]);

        StageFigures figures = StageSummary.Of(MetricsLog.Read(tiny.File("run/metrics.jsonl")))!;

        Assert.Equal(["warm-up, all images", "stage 1", "stage 2", "stage 3"], figures.Stages.Select(stage => stage.Name));
        Assert.Equal([(1, 6), (7, 9), (10, 12), (13, 18)], figures.Stages.Select(stage => ((int)stage.First, (int)stage.Last)));
        Assert.All(figures.Stages, stage => Assert.InRange(stage.Best!.Value, 0, 1));
        Assert.Equal(figures.Stages[0].Images, figures.Stages[3].Images);
        Assert.InRange(figures.Stages[1].Images, 1, figures.Stages[2].Images - 1);
        Assert.Contains("id=\"stages\"", File.ReadAllText(tiny.File("run/report.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("knn, neighbours: 5")]
    [InlineData("confident")]
    [InlineData("density, features: probabilities, warmup: 0.34")]
    [InlineData("density, gaussian: true, pca: true")]
    [InlineData("density, variant: paper, cutoff: 0.5, sample-above: 0")]
    [InlineData("knn, neighbours: 5, subsets: auto, degenerate: thirds")]
    [InlineData("confident, folds: 3")]
    public void Every_method_divides_the_images(string method)
    {
        using TinyRun tiny = new();

        RunFile(tiny, [.. Staged, $"curriculum={{method: {method}, stages: [1]}}"]);

        IReadOnlyList<SubsetRow> table = SubsetTable.Read(tiny.File("run/subsets.tsv"));
        Assert.Equal(40, table.Count);
        Assert.All(table, row => Assert.InRange(row.Subset, 0, 2));
        Assert.True(table.Where(row => row.Subset == 0).Average(row => row.Density) >= table.Average(row => row.Density));
    }

    [Theory]
    [InlineData("density")]
    [InlineData("probability")]
    public void A_class_that_cannot_be_divided_is_told(string method)
    {
        using TinyRun tiny = new();
        foreach (string image in Directory.GetFiles(Path.Combine(tiny.Images, "class-3")).Order().Skip(4))
        {
            File.Delete(image);
        }
        Heard heard = new();
        TrainingRun.Run(tiny.Load([.. Staged, "data.noise=null", $"curriculum.method={method}"]), tiny.File("run"), false, heard);
        Assert.Contains("class-3 has 2 samples and could not be divided; all its images count as clean.", heard.Warnings);
    }

    [Fact]
    public void A_class_that_cannot_be_divided_is_divided_by_rank_or_refused_as_the_recipe_says()
    {
        using TinyRun tiny = new();
        foreach (string image in Directory.GetFiles(Path.Combine(tiny.Images, "class-3")).Order().Skip(4))
        {
            File.Delete(image);
        }
        Heard heard = new();
        TrainingRun.Run(tiny.Load([.. Staged, "data.noise=null", "curriculum={method: density, degenerate: thirds, stages: [1]}"]), tiny.File("run"), false, heard);
        Assert.Contains("class-3 has 2 samples and could not be divided; its images are divided by rank.", heard.Warnings);
        Assert.Equal([0, 1], SubsetTable.Read(tiny.File("run/subsets.tsv")).Where(row => row.Label == "class-3").Select(row => row.Subset).Order());

        string refusal = Assert.Throws<InvalidDataException>(() => TrainingRun.Run(tiny.Load([.. Staged, "data.noise=null", "curriculum={method: density, degenerate: refuse, stages: [1]}"]), tiny.File("refused"), false, heard)).Message;
        Assert.Contains("1 of the 4 classes of ", refusal, StringComparison.Ordinal);
        Assert.Contains("class-3 has 2 samples. Set curriculum.subsets to fewer, or curriculum.degenerate to clean or thirds.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_stages_train_on_all_where_there_are_fewer_subsets_than_stages()
    {
        using TinyRun tiny = new();
        Dataset train = TrainOf(tiny);
        string table = tiny.File("subsets.tsv");
        SubsetTable.Write(table, [.. train.Items.Select((item, index) => new SubsetRow(item.Id, train.ClassNames[item.Labels[0]], index % 2, 0.5))]);

        RunFile(tiny, [.. Staged, $"curriculum={{table: '{table}', subsets: auto, stages: [1, 1, 1], noisiest-share: 0.5}}"]);

        Metrics begun = Assert.Single(MetricsLog.Read(tiny.File("run/metrics.jsonl")), line => line.Kind == "curriculum");
        Assert.Equal([20, 20], [begun.Values["subset0"], begun.Values["subset1"]]);
        Assert.DoesNotContain("subset2", begun.Values.Keys);
        StageFigures figures = StageSummary.Of(MetricsLog.Read(tiny.File("run/metrics.jsonl")))!;
        Assert.Equal([20, 40, 40], figures.Stages.Select(stage => stage.Images));
    }

    [Fact]
    public void Densities_of_a_table_count_in_relation_to_their_class()
    {
        using TinyRun tiny = new();
        Dataset train = TrainOf(tiny, "data.noise=null");
        string table = tiny.File("subsets.tsv");
        // The table has 100 images of the first class and 10 of each other: 20 near images are few among 100, and 5 are many among 10.
        SubsetRow[] further = [.. Enumerable.Range(0, 90).Select(k => new SubsetRow($"further{k}", train.ClassNames[0], 0, 20))];
        SubsetRow[] trained = [.. train.Items.GroupBy(item => item.Labels[0]).SelectMany(group => group.Select((item, place) => new SubsetRow(item.Id, train.ClassNames[group.Key], place % 4 == 0 ? 0 : 2, group.Key == 0 ? 20 : 5)))];
        SubsetTable.Write(table, [.. trained, .. further]);
        using TrainingJob job = new(tiny.Load([.. Staged, "data.noise=null", $"curriculum={{table: '{table}', stages: [1], noisiest-share: 0.8}}"]), tiny.Open());
        DividedImages tabled = job.Curriculum!.Tabled!;

        job.Curriculum.Begin(tabled.Subsets, tabled.Clean);

        Assert.All(job.Parts.Train.Items.Zip(job.Curriculum.Subsets), pair => Assert.True(pair.Second != CurriculumStage.LeftOut || pair.First.Labels[0] == 0));
        Assert.Contains(CurriculumStage.LeftOut, job.Curriculum.Subsets);
    }

    [Fact]
    public void Numbers_of_a_table_that_are_no_densities_stay_as_they_are()
    {
        SubsetRow[] Rows(params double[] numbers) => [.. numbers.Select((number, index) => new SubsetRow($"{index}", index < 3 ? "a" : "b", 0, number))];

        Assert.Equal([0.5, 1, 0, 0.25, 1], RelativeDensity.Of(Rows(0.5, 1, 0, 0.25, 1)));
        Assert.Equal([90, 20, 70, 5, 8], RelativeDensity.Of(Rows(90, 20, 70, 5, 8)));
        Assert.Equal([0.5, 1, 0, 1, 0], RelativeDensity.Of(Rows(1, 2, 0, 1, 0)));
        // Sums of kernels, and shares of reference samples beside counts.
        Assert.Equal([0.4, 0.3, 0.5, 0.25, 0.75], RelativeDensity.Of(Rows(1.2, 0.9, 1.5, 0.25, 0.75)), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void A_hash_model_trains_by_a_curriculum_of_its_own_representation()
    {
        using TinyRun tiny = new();

        RunFile(tiny, "data.noise={kind: symmetric-others, rate: 0.25}", "curriculum={method: density, features: representation, warmup: 0.25, subsets: 2, weights: [1, 0.5], stages: [1, 1]}");

        Assert.True(File.Exists(tiny.File("run/report.html")));
    }

    [Theory]
    [InlineData("curriculum={warmup: 0.1, subsets: 2}", "curriculum.stages has 3 lengths and there are 2 subsets")]
    [InlineData("curriculum={weights: [1, 0.5]}", "curriculum.weights has 2 numbers and there are 3 subsets")]
    [InlineData("curriculum={method: probability}", "curriculum.warmup is 0, and probabilities come from a classifier that has been trained")]
    [InlineData("curriculum={warmup: 0.99}", "too few for the 3 stages of its curriculum and their warm-up")]
    [InlineData("curriculum={method: confident, subsets: 2, weights: [1, 1], stages: [1]}", "curriculum.subsets is 2; method: confident has two rules and so 3 subsets")]
    [InlineData("curriculum={table: none.tsv}", "none.tsv is not there")]
    [InlineData("curriculum={method: confident, subsets: auto}", "curriculum.subsets is auto; method: confident has two rules and so 3 subsets")]
    [InlineData("curriculum={subsets: auto, weights: [1], stages: [1]}", "curriculum.weights has 1 numbers; with subsets: auto there are from 2 to as many subsets as weights")]
    [InlineData("curriculum={subsets: auto, stages: [1, 1, 1, 1]}", "curriculum.stages has 4 lengths and there are at most 3 subsets")]
    [InlineData("curriculum={gaussian: true, cutoff: 0.5}", "curriculum.cutoff has no meaning here")]
    public void Settings_that_cannot_be_are_refused_before_training(string setting, string message)
    {
        using TinyRun tiny = new();

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => RunFile(tiny, [.. Staged, setting]));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(tiny.File("run/metrics.jsonl")));
    }

    [Fact]
    public void A_stage_without_images_is_refused_before_the_first_step()
    {
        using TinyRun tiny = new();
        string table = tiny.File("subsets.tsv");
        RunFile(tiny, [.. Staged, "curriculum={method: density, stages: [1]}", "steps=1"]);
        SubsetTable.Write(table, [.. SubsetTable.Read(tiny.File("run/subsets.tsv")).Select(row => row with { Subset = row.Subset == 1 ? 2 : row.Subset })]);
        using TinyRun other = new();

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => RunFile(other, [.. Staged, $"curriculum={{table: '{table}'}}"]));

        Assert.Contains("Stage 2 of the curriculum draws from subset 1, which has no image", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"train\"", File.ReadAllText(other.File("run/metrics.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_lacks_images_or_has_other_labels_is_refused()
    {
        using TinyRun tiny = new();
        string table = tiny.File("subsets.tsv");
        SubsetTable.Write(table, [new SubsetRow("elsewhere.png", "class", 0, 1)]);

        string lacking = Assert.Throws<InvalidDataException>(() => RunFile(tiny, [.. Staged, $"curriculum={{table: '{table}'}}"])).Message;
        SubsetTable.Write(table, [.. tiny.Open().Items.Select(item => new SubsetRow(item.Id, "other", 0, 1))]);
        string relabelled = Assert.Throws<InvalidDataException>(() => RunFile(tiny, [.. Staged, $"curriculum={{table: '{table}'}}"])).Message;

        Assert.Contains("lacks 40 of the 40 training images", lacking, StringComparison.Ordinal);
        Assert.Contains("in class \"other\", and it trains in class", relabelled, StringComparison.Ordinal);
    }

    private static Dataset TrainOf(TinyRun tiny, params string[] settings)
    {
        using TrainingJob plain = new(tiny.Load([.. Staged, .. settings, "curriculum=null"]), tiny.Open());
        return plain.Parts.Train;
    }

    private static void RunFile(TinyRun tiny, params string[] settings) => TrainingRun.Run(tiny.Load(settings), tiny.File("run"), false, new Heard());
}
