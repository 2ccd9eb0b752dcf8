using Semblance.Training;
using Semblance.Training.Comparison;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class ComparisonTests
{
    private const string Losses = """
          - { name: ms, set: { objective: [{ loss: multi-similarity }] } }
          - name: proxies
            set: { objective: [{ loss: proxy-anchor }], optimizer: { lr: 0.002, groups: [{ match: "*.proxies", lr-scale: 10 }] } }
        """;

    [Fact]
    public void Runs_differ_in_nothing_but_what_their_loss_sets_and_the_seed()
    {
        using Small small = new();

        LossComparison comparison = small.Open();

        Assert.Equal(["untrained features 0", "ms 0", "proxies 0", "untrained features 1", "ms 1", "proxies 1"], comparison.Runs.Select(run => $"{run.Loss} {run.Seed}"));
        Recipe ms = comparison.Runs[1].Recipe, proxies = comparison.Runs[2].Recipe;
        Assert.Equal((0.001, 0.002, 0.0125), (ms.Optimizer.LearningRate, proxies.Optimizer.LearningRate, proxies.Optimizer.WeightDecay));
        Assert.Equal(["*.proxies"], proxies.Optimizer.Groups.Select(group => group.Match));
        Assert.Equal((ms.Data, ms.Model, ms.Sampler, ms.Steps), (proxies.Data, proxies.Model, proxies.Sampler, proxies.Steps));
        Assert.Equal(ms.Resolve().Replace("\nseed: 0", "\nseed: 1", StringComparison.Ordinal), comparison.Runs[4].Recipe.Resolve());
        Assert.Equal(HeadKind.None, comparison.Runs[0].Recipe.Model.Head);
    }

    [Fact]
    public void Runs_that_have_ended_are_kept_and_the_others_made()
    {
        using Small small = new();
        List<string> made = [];
        IRunObserver Observe(PlannedRun run)
        {
            made.Add($"{run.Loss} {run.Seed}");
            return new Heard();
        }

        LossComparison first = small.Open(["ms"], seeds: 1);
        first.Run(Observe, TestContext.Current.CancellationToken);
        LossComparison second = small.Open();
        second.Run(Observe, TestContext.Current.CancellationToken);
        second.Run(Observe, TestContext.Current.CancellationToken);

        Assert.Equal(["untrained features 0", "ms 0", "proxies 0", "untrained features 1", "ms 1", "proxies 1"], made);
        FamilyTable family = Assert.Single(second.Table().Families);
        Assert.Equal("untrained features", family.Rows[^1].Loss);
        Assert.All(family.Rows, row => Assert.Equal((2, "Recall@1", "mAP@R"), (row.Scores[0].Values.Count, row.Scores[0].Metric, row.Scores[^1].Metric)));
        Assert.True(family.Rows[0].Scores[0].Mean >= family.Rows[1].Scores[0].Mean);
        // Weights come from the seed here, so each has features of its own: of the training images and of the queries.
        Assert.Equal(4, Directory.GetFiles(Path.Combine(small.Output, "features")).Length);
    }

    [Fact]
    public void A_run_of_other_settings_is_refused()
    {
        using Small small = new();
        small.Open(["ms"], seeds: 1).Run(_ => new Heard(), TestContext.Current.CancellationToken);

        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => small.Open(["ms"], seeds: 1, settings: ["optimizer.lr=0.5"]).Run(_ => new Heard(), TestContext.Current.CancellationToken));

        Assert.Contains("was run with other settings", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("tiny", "untrained-0"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_from_before_a_key_came_to_be_counts_as_made()
    {
        using Small small = new();
        LossComparison comparison = small.Open(["ms"], seeds: 1);
        comparison.Run(_ => new Heard(), TestContext.Current.CancellationToken);
        string kept = Path.Combine(comparison.Runs[1].Folder, "recipe.yaml");
        string[] lines = File.ReadAllLines(kept);
        string[] without = [.. lines.Where(line => !line.StartsWith("ema:", StringComparison.Ordinal))];
        Assert.NotEqual(lines.Length, without.Length);

        File.WriteAllLines(kept, without);
        Assert.True(small.Open(["ms"], seeds: 1).Runs[1].IsFinished);

        File.WriteAllLines(kept, [.. without, "ema: {}"]);
        Assert.Throws<InvalidDataException>(() => small.Open(["ms"], seeds: 1).Runs[1].IsFinished);

        File.WriteAllLines(kept, [.. without, "gone: 1"]);
        Assert.Throws<InvalidDataException>(() => small.Open(["ms"], seeds: 1).Runs[1].IsFinished);
    }

    [Fact]
    public void A_run_that_another_process_makes_is_left_to_it()
    {
        using Small small = new();
        LossComparison comparison = small.Open(["ms"], seeds: 1);
        using (RunFolder.OpenForTraining(comparison.Runs[1].Folder, false))
        {
            comparison.Run(_ => new Heard(), TestContext.Current.CancellationToken);
            Assert.Equal([true, false], comparison.Runs.Select(run => run.IsFinished));
        }
        comparison.Run(_ => new Heard(), TestContext.Current.CancellationToken);
        Assert.All(comparison.Runs, run => Assert.True(run.IsFinished));
    }

    [Fact]
    public void Methods_are_run_with_each_length_of_codes_and_methods_without_training_beside_them()
    {
        using Small small = new();
        LossComparison comparison = small.OpenCodes();

        comparison.Run(_ => new Heard(), TestContext.Current.CancellationToken);

        Assert.Equal(["untrained-8-0", "hhf-8-0", "untrained-16-0", "hhf-16-0"], comparison.Runs.Select(run => Path.GetFileName(run.Folder)));
        Assert.All(comparison.Runs, run => Assert.Equal(run.Bits, run.Recipe.Model.Bits));
        FamilyTable family = Assert.Single(comparison.Table().Families);
        Assert.Equal(["hhf", "ITQ of pixels", "random projection of pixels"], [family.Rows[0].Loss, .. family.Rows.Skip(1).Select(row => row.Loss).Order()]);
        Assert.All(family.Rows, row => Assert.Equal(["mAP, 8 bits", "mAP, 16 bits", "precision@radius2, 8 bits", "precision@radius2, 16 bits"], row.Scores.Select(score => score.Heading)));
        Assert.All(family.Rows, row => Assert.Contains("ties=expected", row.Scores[0].Protocol, StringComparison.Ordinal));
        Assert.Equal([false, true, true], family.Rows.Select(row => row.IsBaseline));
    }

    [Fact]
    public void A_length_that_is_not_compared_is_told()
    {
        using Small small = new();

        Assert.Contains("--bits 32 is none of 8, 16", Assert.Throws<ArgumentException>(() => small.OpenCodes(32)).Message, StringComparison.Ordinal);
        Assert.Equal([16, 16], small.OpenCodes(16).Runs.Select(run => run.Bits!.Value));
    }

    [Fact]
    public void The_mean_and_the_deviation_are_those_of_a_sample()
    {
        ComparedScore score = new("Recall@1", "p", [0.1, 0.2, 0.6]);

        Assert.Equal(0.3, score.Mean, 12);
        Assert.Equal(Math.Sqrt(0.07), score.Deviation!.Value, 12);
        Assert.Null(new ComparedScore("Recall@1", "p", [0.1]).Deviation);
    }

    [Fact]
    public void The_files_hold_every_number_with_its_protocol()
    {
        using Small small = new();
        LossComparison comparison = small.Open(["ms"]);
        comparison.Run(_ => new Heard(), TestContext.Current.CancellationToken);

        string page = File.ReadAllText(ComparisonFiles.Write(comparison, comparison.Table(), small.Output, DateTimeOffset.UnixEpoch));

        string[] lines = File.ReadAllLines(Path.Combine(small.Output, "comparison.csv"));
        ComparedScore first = comparison.Table().Families[0].Rows[0].Scores[0];
        Assert.Equal("data,loss,bits,metric,seeds,mean,deviation,protocol", lines[0]);
        Assert.Equal(FormattableString.Invariant($"tiny,ms,,Recall@1,2,{first.Mean:0.00000},{first.Deviation:0.00000},{first.Protocol}"), lines[1]);
        Assert.Equal(1 + (2 * comparison.Table().Families[0].Rows[0].Scores.Count), lines.Length);
        Assert.Contains(FormattableString.Invariant($"{first.Mean:0.000}"), page, StringComparison.Ordinal);
        Assert.Contains(System.Net.WebUtility.HtmlEncode(first.Protocol), System.Net.WebUtility.HtmlEncode(System.Net.WebUtility.HtmlDecode(page)), StringComparison.Ordinal);
        Assert.Contains("\"values\"", File.ReadAllText(Path.Combine(small.Output, "comparison.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("families: [{recipe: tiny.yaml}]\nlosses: []", "losses is missing")]
    [InlineData("families: []\nlosses: [{name: a}]", "families is missing")]
    [InlineData("families: [{recipe: tiny.yaml}]\nlosses: [{name: a}, {name: a}]", "losses has 2 entries named a")]
    [InlineData("families: [{recipe: tiny.yaml}]\nlosses: [{nam: a}]", "name is missing")]
    [InlineData("families: [{recipe: tiny.yaml}]\nlosses: [{name: a/b}]", "name is \"a/b\"; folders are named after it")]
    [InlineData("families: [{recipe: tiny.yaml}]\nlosses: [{name: untrained}]", "another name than untrained")]
    [InlineData("families: [{recipe: tiny.yaml}]\nseeds: 0\nlosses: [{name: a}]", "seeds is \"0\"")]
    public void Faults_of_a_comparison_are_told(string text, string words)
    {
        using Small small = new();
        File.WriteAllText(small.File, text);

        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => ComparisonRecipe.Load(small.File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_there_is_answered_with_the_nearest()
    {
        using Small small = new();

        Assert.Contains("--only proxis is none of ms, proxies; nearest is proxies", Assert.Throws<ArgumentException>(() => small.Open(["proxis"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_comparison_of_the_project_can_be_read_with_its_families()
    {
        string path = Repository.File("recipes/bench-metric.yaml");
        LossComparison comparison = new(ComparisonRecipe.Load(path), new ComparisonOptions { Output = "x", DataRoot = "elsewhere" });

        Assert.Equal(["cars", "omniglot"], comparison.Families.Select(family => family.Name));
        Assert.All(comparison.Runs, run => Assert.StartsWith("elsewhere", run.Recipe.Data.Path, StringComparison.Ordinal));
        Assert.Equal(2 * comparison.Recipe.Seeds * (comparison.Recipe.Losses.Count + 1), comparison.Runs.Count);
    }

    /// <summary>A comparison of two losses on a tiny set, with a frozen backbone whose features are kept.</summary>
    private sealed class Small : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Small()
        {
            string images = TinySet.Write(folder.File("images"), 6, 6);
            System.IO.File.WriteAllText(folder.File("tiny.yaml"), $$"""
                threads: 1
                data:
                  path: '{{images}}'
                  protocol: class-disjoint
                  split-classes: [{ match: class-0, split: query }, { match: class-1, split: query }, { match: class-, split: train }]
                  database: null
                  validation: { kind: none }
                  size: 16
                model: { backbone: cifar_resnet20, head: embedding, dim: 8, freeze: backbone, features-cache: true }
                objective: [{ loss: multi-similarity }]
                optimizer: { lr: 0.001, weight-decay: 0.0125 }
                sampler: { kind: class-balanced, batch: 8, per-class: 4 }
                steps: 3
                evaluation: { recall-at: [1, 2] }
                """);
            System.IO.File.WriteAllText(File, $"families: [{{recipe: tiny.yaml}}]\nseeds: 2\nlosses:\n{Losses}\n");
        }

        public string File => folder.File("comparison.yaml");

        public string Output => folder.File("out");

        public LossComparison Open(string[]? losses = null, int? seeds = null, string[]? settings = null) =>
            new(ComparisonRecipe.Load(File), new ComparisonOptions { Output = Output, Losses = losses ?? [], Seeds = seeds, Settings = settings ?? [] });

        public LossComparison OpenCodes(params int[] bits)
        {
            string codes = System.IO.File.ReadAllText(folder.File("tiny.yaml"))
                .Replace("head: embedding, dim: 8", "head: hash", StringComparison.Ordinal)
                .Replace("recall-at: [1, 2]", "baselines: [itq, random-projection]", StringComparison.Ordinal);
            System.IO.File.WriteAllText(folder.File("codes.yaml"), codes);
            System.IO.File.WriteAllText(File, "families: [{recipe: codes.yaml, seeds: 1}]\nbits: [8, 16]\nmetrics: [mAP, \"precision@radius*\"]\nlosses: [{name: hhf, set: {objective: [{loss: hhf}]}}]\n");
            return new(ComparisonRecipe.Load(File), new ComparisonOptions { Output = Output, Bits = bits });
        }

        public void Dispose() => folder.Dispose();
    }
}
