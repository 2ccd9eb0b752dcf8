using Semblance.Data.Pairs;
using Semblance.Tests.Data.Readers;
using Semblance.Training;
using Semblance.Training.Curricula;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

/// <summary>The recipes that come along are recipes, and those of papers run on small trees in the layout of their data sets.</summary>
public sealed class RecipeFilesTests : IDisposable
{
    private static readonly string[] Sets = ["cub", "cars", "sop", "in-shop"];
    private readonly LayoutTree _tree = new();

    /// <summary>All but the plans of comparisons, which name recipes themselves.</summary>
    public static TheoryData<string> Files => [.. Directory.GetFiles(Repository.File("recipes"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Where(IsRecipe).Order(StringComparer.Ordinal)];

    private static bool IsRecipe(string name) => !File.ReadLines(Repository.File($"recipes/{name}.yaml")).Any(line => line.StartsWith("families:", StringComparison.Ordinal));

    public void Dispose() => _tree.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_file_is_a_recipe(string name)
    {
        Recipe recipe = Load(name);
        Assert.Equal(recipe.Resolve(), Recipe.Parse(recipe.Resolve(), name, TrainingRun.Catalogue).Resolve());
    }

    [Fact]
    public void Papers_have_a_recipe_for_each_data_set_under_its_published_protocol()
    {
        foreach (string set in Sets)
        {
            Recipe ms = Load($"ms-{set}"), htl = Load($"htl-{set}");
            Assert.Equal([$"ms-{set}", $"htl-{set}"], [ms.Name, htl.Name]);
            Assert.Equal(ms.Data.Protocol, htl.Data.Protocol);
            Assert.NotNull(PublishedSplit.Of(ms.Data.Protocol));
            Assert.Equal(ms.Evaluation, htl.Evaluation);
            Assert.All(new[] { $"ms-{set}", $"htl-{set}" }, name => Assert.Contains("# Published, as ", File.ReadAllText(Repository.File($"recipes/{name}.yaml")), StringComparison.Ordinal));
        }
        Assert.NotNull(Load("htl-face").Evaluation.Pairs);
    }

    [Fact]
    public void The_page_lists_the_recipes_of_papers()
    {
        string page = File.ReadAllText(Repository.File("docs/recipes.md"));
        Assert.All(Sets.SelectMany(set => new[] { $"ms-{set}", $"htl-{set}" }).Append("htl-face"), name => Assert.Contains($"\n| `recipes/{name}.yaml` |", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hyp2-")]
    [InlineData("hhf-")]
    [InlineData("dual-hinge-")]
    public void Hash_methods_have_recipes_under_protocols_with_published_counts_and_any_length_of_code(string method)
    {
        string page = File.ReadAllText(Repository.File("docs/recipes.md"));
        string[] names = [.. Directory.GetFiles(Repository.File("recipes"), $"{method}*.yaml").Select(file => Path.GetFileNameWithoutExtension(file))];
        Assert.True(names.Length >= 3);
        Assert.All(names, name =>
        {
            Recipe recipe = Load(name, "model.bits=32");
            Assert.Equal((name, HeadKind.Hash, 32), (recipe.Name, recipe.Model.Head, recipe.Model.Bits));
            Assert.NotNull(HashSplit.Of(recipe.Data.Protocol));
            Assert.Equal(ValidationKind.None, recipe.Data.Validation.Kind);
            Assert.Contains($"\n| `recipes/{name}.yaml` |", page, StringComparison.Ordinal);
            Assert.True(method == "hyp2-" == File.ReadAllText(Repository.File($"recipes/{name}.yaml")).Contains("# Published by the authors, mAP", StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("balanced-softmax-cifar10-lt")]
    [InlineData("balanced-softmax-cifar100-lt")]
    [InlineData("class-balanced-focal-cifar10-lt")]
    [InlineData("label-smoothing-cifar100-lt")]
    [InlineData("logit-adjustment-cifar100-lt")]
    [InlineData("ldam-drw-cifar10-lt")]
    [InlineData("ldam-drw-cifar100-lt")]
    [InlineData("remix-cifar100-lt")]
    [InlineData("unimix-bayias-cifar100-lt")]
    public void Methods_for_long_tails_have_recipes_with_published_numbers_that_run_on_a_small_set(string name)
    {
        Recipe recipe = Load(name);
        Assert.Equal((name, HeadKind.Classifier, 100), (recipe.Name, recipe.Model.Head, recipe.Data.LongTail!.Factor));
        Assert.NotNull(HashSplit.Of(recipe.Data.Protocol));
        Assert.Contains($"\n| `recipes/{name}.yaml` |", File.ReadAllText(Repository.File("docs/recipes.md")), StringComparison.Ordinal);
        Assert.Matches("# Published, top-1 in percent.*Not ours", File.ReadAllText(Repository.File($"recipes/{name}.yaml")));

        using TinyRun tiny = new();
        Recipe small = Load(name, $"data={{path: '{tiny.Images}', protocol: per-class, size: 16, long-tail: {{factor: 3}}}}", "model.backbone=convnet", "sampler.batch=8", "epochs=1", "schedule.milestones=[1]");
        RunResults results = TrainingRun.Run(small, tiny.File("run"), false, new Heard());

        Assert.Contains(results.Models[0].Scores, score => score.Name == "top-1");
    }

    [Theory]
    [InlineData("gce-cifar10-symmetric", true)]
    [InlineData("sce-cifar10-symmetric", false)]
    [InlineData("sce-cifar100-symmetric", false)]
    [InlineData("elr-cifar10-symmetric", false)]
    [InlineData("elr-cifar100-symmetric", false)]
    [InlineData("elr-clothing1m", true)]
    [InlineData("curriculumnet-clothing1m", true)]
    [InlineData("curriculumnet-webvision-first", true)]
    public void Methods_for_wrong_labels_have_recipes_that_run_on_a_small_set(string name, bool isPublished)
    {
        Recipe recipe = Load(name);
        Assert.Equal((name, HeadKind.Classifier), (recipe.Name, recipe.Model.Head));
        Assert.Contains($"\n| `recipes/{name}.yaml` |", File.ReadAllText(Repository.File("docs/recipes.md")), StringComparison.Ordinal);
        Assert.Matches(isPublished ? "# Published, (top-1|error) in percent.*Not ours" : "# Published accuracy: none that could be checked", File.ReadAllText(Repository.File($"recipes/{name}.yaml")));

        using TinyRun tiny = new();
        string[] stages = recipe.Curriculum is null ? [] : ["curriculum.stages=[1]"];
        Recipe small = Load(name, [$"data={{path: '{tiny.Images}', protocol: per-class, size: 16, noise: {{rate: 0.2}}, validation: {{kind: none}}}}", "model={backbone: convnet, head: classifier}", "sampler.batch=8", "epochs=null", "steps=8", "schedule={kind: cosine}", .. stages]);
        RunResults results = TrainingRun.Run(small, tiny.File("run"), false, new Heard());

        Assert.Contains(results.Models[0].Scores, score => score.Name == "top-1");
    }

    [Fact]
    public void CurriculumNet_trains_by_the_table_of_its_first_network_with_its_images_and_schedule()
    {
        Recipe first = Load("curriculumnet-webvision-first"), staged = Load("curriculumnet-webvision"), clothing = Load("curriculumnet-clothing1m");

        Assert.Equal((first.Data, first.Model, first.Schedule, first.Optimizer, first.Sampler), (staged.Data, staged.Model, staged.Schedule, staged.Optimizer, staged.Sampler));
        Assert.Equal((3 * first.Steps, 4 * first.Steps), (staged.Steps, clothing.Steps));
        Assert.Equal(staged.Curriculum! with { Table = null, Warmup = 0.25 }, clothing.Curriculum);
        Assert.Contains("\n| `recipes/curriculumnet-webvision.yaml` |", File.ReadAllText(Repository.File("docs/recipes.md")), StringComparison.Ordinal);
        Assert.Equal([0L, 700_000, 1_400_000, 2_100_000], new StageTimes(clothing.Curriculum!, clothing.Steps!.Value).Starts);
    }

    [Fact]
    public void A_loss_over_angles_refuses_a_classifier_that_gives_none()
    {
        using TinyRun tiny = new(classes: 2, each: 4);
        Recipe recipe = Load("ldam-drw-cifar10-lt", $"data={{path: '{tiny.Images}', protocol: per-class, size: 16}}", "model={backbone: convnet, head: classifier}");
        Assert.Contains("ldam takes cosines as logits", Assert.Throws<InvalidDataException>(() => new TrainingJob(recipe, tiny.Open())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ecl-cifar10-lt", 4)]
    [InlineData("ecl-cifar100-lt", 4)]
    [InlineData("ncl-cifar100-lt", 5)]
    [InlineData("paco-cifar100-lt", 0)]
    [InlineData("sade-cifar100-lt", 0)]
    [InlineData("ride-cifar100-lt", 0)]
    public void Experts_have_recipes_that_take_a_step_on_any_images(string name, int parts)
    {
        using TinyRun tiny = new();
        Recipe published = Load(name);
        string[] queue = published.Data.SecondView is null ? [] : ["objective.0.queue=16"], hard = name.StartsWith("ncl", StringComparison.Ordinal) ? ["objective.0.hard-classes=2"] : [];
        Heard heard = new();
        TrainingRun.Run(Load(name, ["data.source=folder", $"data.path={tiny.Images}", "data.protocol=per-class", "data.long-tail.factor=2", "sampler.batch=8", "epochs=null", "steps=1", .. queue, .. hard]), tiny.File("run"), false, heard);
        Assert.True(double.IsFinite(Assert.Single(heard.Steps).Loss));
        Assert.Equal(parts, heard.Steps[0].Terms.Count(term => term.Key.StartsWith("ecl.", StringComparison.Ordinal) || term.Key.StartsWith("ncl.", StringComparison.Ordinal)));
        Assert.Empty(heard.Warnings);
    }

    [Fact]
    public void The_page_lists_the_recipes_of_experts()
    {
        string page = File.ReadAllText(Repository.File("docs/recipes.md"));
        string[] names = [.. Directory.GetFiles(Repository.File("recipes"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Where(IsRecipe).Where(name => Load(name).Model.Experts is not null)];
        Assert.True(names.Length >= 14);
        Assert.All(names, name => Assert.Contains($"\n| `recipes/{name}.yaml` |", page, StringComparison.Ordinal));
        Assert.All(names.Where(name => name.StartsWith("ecl-", StringComparison.Ordinal) || name.StartsWith("ride-", StringComparison.Ordinal)), name => Assert.Contains("reconstruction", File.ReadAllText(Repository.File($"recipes/{name}.yaml")), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ms-cub")]
    [InlineData("htl-cub")]
    [InlineData("ms-in-shop")]
    public void A_recipe_of_a_paper_runs_on_a_small_tree_of_its_layout(string name)
    {
        string[] protocol = name == "ms-in-shop" ? InShop() : Cub();
        Recipe recipe = Load(name, [.. Small(name), .. protocol]);

        RunResults results = TrainingRun.Run(recipe, _tree.File("run"), false, new Heard());

        Assert.Contains(results.Models[0].Scores, score => score.Name == "Recall@1");
        Assert.Equal(name == "ms-in-shop", !results.LeaveOneOut);
    }

    [Fact]
    public void The_recipe_for_faces_is_verified_by_pairs()
    {
        _tree.With([.. Enumerable.Range(1, 6).SelectMany(person => Enumerable.Range(1, 4).Select(i => $"faces/P{person}/P{person}_{i:D4}.jpg"))]);
        _tree.Write("pairs.txt", ["2\t2", .. Enumerable.Range(0, 2).SelectMany(fold => new[] { "P1\t1\t2", $"P2\t{fold + 1}\t4", $"P1\t{fold + 1}\tP2\t3", $"P3\t{fold + 1}\tP4\t4" })]);
        Recipe recipe = Load("htl-face", [.. Small("htl-face"), $"data.path={_tree.File("faces")}", $"evaluation.pairs={_tree.File("pairs.txt")}", $"evaluation.pair-images={_tree.File("faces")}"]);

        RunResults results = TrainingRun.Run(recipe, _tree.File("run"), false, new Heard());

        Assert.Equal(2, PairList.Open(recipe.Evaluation.Pairs!, recipe.Evaluation.PairImages).Folds);
        Assert.Contains(results.Models[0].Scores, score => score.Name == "accuracy" && score.ProtocolId.Contains("folds=2", StringComparison.Ordinal));
    }

    private static Recipe Load(string name, params string[] settings) => Recipe.Load(Repository.File($"recipes/{name}.yaml"), TrainingRun.Catalogue, settings);

    /// <summary>What makes a recipe of a paper small: another network, small images, few of them.</summary>
    private static string[] Small(string name) =>
    [
        "model={backbone: convnet, dim: 8, freeze: batch-norm}", "data.size=16", "data.resize=16", "threads=1", "chunk=null",
        .. name.StartsWith("ms-", StringComparison.Ordinal) ? ["sampler.batch=6", "sampler.per-class=2", "steps=2"] : new[] { "sampler.anchors=1", "sampler.neighbours=2", "sampler.per-class=2", "epochs=2" },
    ];

    private string[] Cub()
    {
        (int Class, string Path)[] images = [.. Enumerable.Range(1, 8).SelectMany(label => Enumerable.Range(1, 3).Select(i => (label, $"{label:D3}.Bird/B_{i}.jpg")))];
        _tree.With([.. images.Select(image => $"images/{image.Path}")])
            .Write("classes.txt", [.. Enumerable.Range(1, 8).Select(label => $"{label} {label:D3}.Bird")])
            .Write("images.txt", [.. images.Select((image, i) => $"{i + 1} {image.Path}")])
            .Write("image_class_labels.txt", [.. images.Select((image, i) => $"{i + 1} {image.Class}")])
            .Write("train_test_split.txt", [.. images.Select((_, i) => $"{i + 1} {i % 2}")]);
        return [$"data.path={_tree.Path}", "data.protocol=half-classes"];
    }

    private string[] InShop()
    {
        (string Item, string Status)[] rows =
        [
            .. Enumerable.Range(0, 12).Select(i => ($"id_{i % 4}", "train")),
            .. Enumerable.Range(0, 6).Select(i => ($"id_{4 + (i % 3)}", "query")),
            .. Enumerable.Range(0, 6).Select(i => ($"id_{4 + (i % 3)}", "gallery")),
        ];
        (string Path, string Item, string Status)[] images = [.. rows.Select((row, i) => ($"img/{row.Item}/{i}.jpg", row.Item, row.Status))];
        _tree.With([.. images.Select(image => image.Path)])
            .Write("list_eval_partition.txt", [$"{images.Length}", "image_name item_id evaluation_status", .. images.Select(image => $"{image.Path} {image.Item} {image.Status}")]);
        return [$"data.path={_tree.Path}", "data.protocol=class-disjoint", "data.database=gallery"];
    }
}
