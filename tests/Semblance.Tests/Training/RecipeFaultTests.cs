using FsCheck.Fluent;
using Semblance.Training;
using Xunit;
using static Semblance.Tests.Training.TestLosses;

namespace Semblance.Tests.Training;

public sealed class RecipeFaultTests
{
    [Fact]
    public void All_faults_are_told_at_once_in_the_order_of_their_lines()
    {
        string[] faults = FaultsOf("""
            seed: many
            data:
              path: photos
              siez: 64
              mean: [0.5, 0.5]
            model:
              backbone: resnet81
              dropout: 1
            objective:
              - loss: multi-similarity
                alpha: "3"
            optimizer:
              lr: 0
            """, "schedule.kind=cosin");

        Assert.Equal(
            [
                "photos.yaml, line 1: seed is \"many\"; a whole number of at least 0 is needed.",
                "photos.yaml, line 4: data.siez is not a key of a recipe; nearest is data.size.",
                "photos.yaml, line 5: data.mean is a list; a list of 3 numbers is needed.",
                "photos.yaml, line 7: model.backbone is \"resnet81\"; squeezenet1_1, mobilenet_v2, resnet18, resnet34, bn_inception or convnet is needed. Nearest is resnet18.",
                "photos.yaml, line 8: model.dropout is \"1\"; a number of at least 0 and below 1 is needed.",
                "photos.yaml, line 11: objective[0].alpha is the quoted text \"3\"; a number is needed.",
                "photos.yaml, line 13: optimizer.lr is \"0\"; a number above 0 is needed.",
                "--set schedule.kind=cosin: schedule.kind is \"cosin\"; constant, cosine, step, one-cycle or linear is needed. Nearest is cosine.",
            ],
            faults);
    }

    [Theory]
    [InlineData("optimizer: {wieght-decay: 1}", "optimizer.wieght-decay", "nearest is optimizer.weight-decay")]
    [InlineData("optimizer: {weight_decay: 1}", "optimizer.weight_decay", "nearest is optimizer.weight-decay")]
    [InlineData("lr: 0.1", "lr", "nearest is optimizer.lr")]
    [InlineData("batch: 16", "batch", "nearest is sampler.batch")]
    [InlineData("Seed: 16", "Seed", "nearest is seed")]
    [InlineData("sheduler: {}", "sheduler", "nearest is schedule")]
    [InlineData("ema: {deacy: 0.9}", "ema.deacy", "nearest is ema.decay")]
    [InlineData("ema: {zzzzzzzzzz: 0.9}", "ema.zzzzzzzzzz", "the keys of ema are decay")]
    [InlineData("data: {path: x, augment: {jitter: {brigthness: 1}}}", "data.augment.jitter.brigthness", "nearest is data.augment.jitter.brightness")]
    public void An_unknown_key_is_refused_with_the_nearest_valid_one(string line, string key, string suggestion)
    {
        string text = line.StartsWith("data", StringComparison.Ordinal) ? Smallest.Replace("data:\n  path: photos", line, StringComparison.Ordinal) : $"{Smallest}{line}\n";
        int number = text.Split('\n').ToList().IndexOf(line) + 1;

        Assert.Equal([$"photos.yaml, line {number}: {key} is not a key of a recipe; {suggestion}."], FaultsOf(text));
    }

    [Theory]
    [InlineData("data.siez=3", "data.siez is not a key of a recipe; nearest is data.size.")]
    [InlineData("dta.size=3", "dta is not a key of a recipe; nearest is data.")]
    [InlineData("optimizer.groups.0.match=x", "optimizer.groups is a group of keys; a list of groups of keys is needed. Begin each group with '- '.")]
    [InlineData("objective.3.weight=1", "objective has no item 3; its items are multi-similarity.")]
    [InlineData("objective.hff.weight=1", "objective has no item hff; its items are multi-similarity.")]
    [InlineData("data.path.x=1", "data.path is \"photos\" and has no key x.")]
    [InlineData("seed", "no key and value were found; write --set key=value, such as --set optimizer.lr=0.01.")]
    [InlineData("=3", "no key and value were found; write --set key=value, such as --set optimizer.lr=0.01.")]
    [InlineData("seed=", "seed is empty; a whole number of at least 0 is needed.")]
    [InlineData("seed=[1]", "seed is a list; a whole number of at least 0 is needed.")]
    [InlineData("evaluation.map-at=[1, 0]", "evaluation.map-at[1] is \"0\"; a list of all or whole numbers of at least 1 is needed.")]
    [InlineData("evaluation.map-at=[foo]", "evaluation.map-at[0] is \"foo\"; a list of all or whole numbers of at least 1 is needed.")]
    [InlineData("data.mean=[0.5, x, 0.5]", "data.mean[1] is \"x\"; a list of 3 numbers is needed.")]
    [InlineData("evaluation.recall-at=[1, [2]]", "evaluation.recall-at[1] is a list; a list of whole numbers of at least 1 is needed.")]
    [InlineData("evaluation.recall-at=1", "evaluation.recall-at is \"1\"; a list of whole numbers of at least 1 is needed.")]
    public void A_wrong_setting_is_named_as_it_was_given(string setting, string sentence)
    {
        Assert.Equal([$"--set {setting}: {sentence}"], FaultsOf(Smallest, setting));
    }

    [Fact]
    public void A_setting_that_is_not_yaml_is_named()
    {
        string fault = Assert.Single(FaultsOf(Smallest, "seed=[1"));

        Assert.StartsWith("--set seed=[1: the value is not valid YAML", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("schedule.milestones=[3]", "schedule.milestones has no meaning here; it needs kind: step. Set that, or remove the key.")]
    [InlineData("model.bits=16", "model.bits has no meaning here; it needs head: hash. Set that, or remove the key.")]
    [InlineData("optimizer.momentum=0.5", "optimizer.momentum has no meaning here; it needs kind: sgd. Set that, or remove the key.")]
    [InlineData("data.drawn={seed: 1}", "data.drawn has no meaning here; it needs source: drawn. Set that, or remove the key.")]
    [InlineData("objective.0.zeta=0", "objective[0].zeta has no meaning here; it needs loss: hhf. Set that, or remove the key.")]
    public void A_key_without_a_meaning_is_refused_with_what_gives_it_one(string setting, string sentence)
    {
        Assert.Equal([$"--set {setting}: {sentence}"], FaultsOf(Smallest, setting));
    }

    [Theory]
    [InlineData("model.features-cache=true", "model.freeze=backbone", "data.augment.flip=true", "features-cache")]
    [InlineData("steps=3", "epochs=3", "seed=1", "the run has one length")]
    [InlineData("schedule.kind=step", "seed=1", "seed=1", "schedule.milestones is missing")]
    [InlineData("schedule.kind=step", "schedule.milestones=[5, 3]", "seed=1", "schedule.milestones is [5, 3]; earlier ones come first")]
    [InlineData("data.augment.random-resized-crop.scale=[0.9, 0.1]", "seed=1", "seed=1", "data.augment.random-resized-crop.scale is [0.9, 0.1]; the smaller number comes first")]
    [InlineData("data.augment.random-resized-crop={}", "data.augment.pad-crop=4", "seed=1", "one crop is needed")]
    [InlineData("data.division=0123abcd", "seed=1", "seed=1", "data.division is \"0123abcd\"; the first 12 to 64 hexadecimal digits")]
    [InlineData("data.validation.kind=split", "seed=1", "seed=1", "data.validation.split is missing")]
    [InlineData("data.validation.amount=rest", "seed=1", "seed=1", "leaves nothing to train on")]
    [InlineData("data.protocol=per-class", "data.per-class.query=rest", "seed=1", "leaves nothing to train on")]
    [InlineData("data.protocol=per-class", "data.per-class.database=without-training", "seed=1", "leaves nothing to search")]
    [InlineData("sampler.kind=class-balanced", "sampler.batch=4", "sampler.per-class=5", "a batch holds at least one whole class")]
    [InlineData("optimizer.kind=sgd", "optimizer.momentum=0", "optimizer.nesterov=true", "needs a momentum above 0")]
    [InlineData("objective.0.relation.kind=jaccard", "objective.0.relation.threshold=1.5", "seed=1", "objective[0].relation.threshold is 1.5")]
    [InlineData("objective=[{loss: hhf}, {loss: hhf}]", "seed=1", "seed=1", "objective has 2 terms named hhf")]
    [InlineData("objective=[]", "seed=1", "seed=1", "objective is missing")]
    [InlineData("data.path=null", "seed=1", "seed=1", "data.path is missing")]
    [InlineData("device=gpu", "seed=1", "seed=1", "cpu, cuda or cuda:N is needed")]
    [InlineData("validate.metric=recall", "seed=1", "seed=1", "recall@K, map@N, map@all, accuracy, per-class or loss is needed")]
    public void Settings_that_contradict_each_other_are_one_fault(string first, string second, string third, string part)
    {
        string fault = Assert.Single(FaultsOf(Smallest, first, second, third));

        Assert.Contains(part, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_loss_refuses_is_a_fault_at_its_term()
    {
        string fault = Assert.Single(FaultsOf(Smallest.Replace("- loss: multi-similarity", "- {loss: multi-similarity, alpha: -1}", StringComparison.Ordinal)));

        Assert.StartsWith("photos.yaml, line 6: objective[0]: Alpha must be a finite number above 0.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_loss_is_one_fault_whatever_its_options()
    {
        string fault = Assert.Single(FaultsOf(Smallest, "objective=[{loss: hff, zeta: 0.1, foo: 2}]"));

        Assert.EndsWith("objective[0].loss is \"hff\"; cross-entropy, multi-similarity or hhf is needed. Nearest is hhf.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_must_be_given_is_asked_for_where_it_belongs()
    {
        Assert.Equal(
            [
                "photos.yaml, line 1: objective is missing; at least one term with a loss is needed, such as '- loss: multi-similarity'.",
                "photos.yaml, line 2: data.path is missing; the folder or file of the images is needed, or source: drawn.",
                "photos.yaml, line 4: model.backbone is missing; squeezenet1_1, mobilenet_v2, resnet18, resnet34, bn_inception or convnet is needed.",
            ],
            FaultsOf("seed: 1\ndata:\n  size: 64\nmodel: {head: hash}\n").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "photos.yaml is empty; a recipe needs at least an objective.")]
    [InlineData("# only words\n", "photos.yaml is empty; a recipe needs at least an objective.")]
    [InlineData("- a\n- b\n", "photos.yaml holds a list; a recipe is keys with values, one a line.")]
    [InlineData("hello", "photos.yaml holds \"hello\"; a recipe is keys with values, one a line.")]
    [InlineData("a: 1\n---\nb: 1\n", "photos.yaml holds 2 YAML documents; a recipe is one. Remove the lines '---' between them.")]
    public void A_text_that_is_no_recipe_says_what_it_is(string text, string sentence) => Assert.Equal([sentence], FaultsOf(text));

    [Theory]
    [InlineData("seed: 1\nseed: 2\n", 2)]
    [InlineData("data:\n\tpath: x\n", 2)]
    [InlineData("seed: [1\n", 2)]
    [InlineData("a: 'x\n", 1)]
    [InlineData("data: *nowhere\n", 1)]
    [InlineData("seed: 1\n*a", 2)]
    [InlineData("seed: 1\na: {b: 1, \n3, 4], c: 5}\nd: 1\n", 2)]
    public void A_text_that_is_not_yaml_names_the_line(string text, int line)
    {
        string fault = Assert.Single(FaultsOf(text));

        Assert.StartsWith($"photos.yaml, line {line}: this is not valid YAML: ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deeply_nested_text_is_refused_and_ends_nothing()
    {
        string fault = Assert.Single(FaultsOf($"a: {new string('[', 100_000)}"));

        Assert.Equal("photos.yaml, line 1: lists and groups are nested more than 32 deep; a recipe never is.", fault);
    }

    [Theory]
    [InlineData("a: &x [*x]\n")]
    [InlineData("data: &x {path: *x}\n")]
    [InlineData("data: {path: p}\nmodel: {backbone: convnet}\nobjective: &x [*x]\n")]
    [InlineData("? [a, b]\n: 3\n")]
    [InlineData("? {a: b}\n: 3\n")]
    [InlineData("<<: {seed: 3}\n")]
    [InlineData("seed: !!python/object:os.system [ls]\n")]
    [InlineData("\"\": 3\n")]
    [InlineData("null: 3\n")]
    public void Odd_yaml_is_refused_like_any_other(string text) => Assert.NotEmpty(FaultsOf(text));

    [Fact]
    public void A_damaged_recipe_is_read_or_refused_and_fails_in_no_other_way()
    {
        string whole = RecipeTests.Full;
        Properties.Hold(
            Prop.ForAll(
                Gen.Choose(0, whole.Length - 1).ToArbitrary(),
                Gen.Choose(0, 40).ToArbitrary(),
                Gen.Elements("", "[", "]", "{", "}", ":", "- ", "&a ", "*a", "!!", "\t", "\n", "\"", "'", "null", "|", "#", "%", "\0", "\u2028").ToArbitrary(),
                (place, cut, put) =>
                {
                    string damaged = whole.Remove(place, Math.Min(cut, whole.Length - place)).Insert(place, put);
                    try
                    {
                        return Read(damaged).Resolve().Length > 0;
                    }
                    catch (InvalidDataException refusal)
                    {
                        return refusal.Message.Length > 0;
                    }
                }),
            cases: 300);
    }

    [Fact]
    public void A_path_that_is_no_recipe_is_named()
    {
        string folder = Directory.CreateTempSubdirectory("semblance-recipe-").FullName;
        string image = Path.Combine(folder, "image.png");
        File.WriteAllBytes(image, [0x89, 0x50, 0x4E, 0x47, 0xFF, 0xFE]);
        string large = Path.Combine(folder, "large.yaml");
        File.WriteAllText(large, new string('#', 2_000_000));
        string missing = Path.Combine(folder, "missing.yaml");

        Assert.Equal($"{missing} is not there. Give the path of a recipe, a YAML file.", Failure(missing));
        Assert.Equal($"{folder} is a folder. Give the path of a recipe, a YAML file.", Failure(folder));
        Assert.Equal($"{image} is not text in UTF-8. Give the path of a recipe.", Failure(image));
        Assert.Equal($"{large} has 2000000 bytes; a recipe has at most 1048576. Give the path of a recipe.", Failure(large));
    }

    private static string Failure(string path) => Assert.Throws<InvalidDataException>(() => Recipe.Load(path, Catalogue)).Message;
}
