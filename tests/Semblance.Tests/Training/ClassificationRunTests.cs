using System.Text.RegularExpressions;
using Semblance.Evaluation;
using Semblance.Reports;
using Semblance.Tests.Documents;
using Semblance.Training;
using Semblance.Training.Comparison;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class ClassificationRunTests
{
    private static readonly string[] Classifier = ["model={backbone: convnet, head: classifier}", "objective=[{loss: cross-entropy}]", "optimizer.groups=[]", "ema=null", "steps=12", "sampler={batch: 8}", "validate={every: 6, metric: per-class}"];

    [Fact]
    public void A_classifier_tells_classes_and_searches_nothing()
    {
        using TinyRun tiny = new();
        List<string> done = [];

        RunResults results = TrainingRun.Run(tiny.Load([.. Classifier, "evaluation.top-k=2"]), tiny.File("run"), false, new Heard { OnProgress = done.Add });

        Assert.Equal(["top-1", "top-2", "per-class", "ECE"], results.Models[0].Scores.Select(score => score.Name));
        Assert.DoesNotContain("encoding the database", done);
        ModelScores kept = ScoresFile.Read(tiny.File("run/scores.json"))[0];
        Assert.Equal(results.Models[0].Scores[0].Value, kept.Scores[0].Value);
        Assert.Contains("classes=4", kept.Scores[0].Protocol, StringComparison.Ordinal);
        Assert.Null(DetailsFile.Read(tiny.File("run/details.json"))!.Gallery);
        Assert.Equal("top-1", RunComparison.Of([tiny.File("run")], new()).Metric);
    }

    [Fact]
    public void The_scores_are_those_of_the_classes_that_the_models_logits_name()
    {
        using TinyRun tiny = new();
        RunResults results = TrainingRun.Run(tiny.Load(Classifier), tiny.File("run"), false, new Heard());

        float[] logits = results.Query.Encoded.Logits;
        int right = results.Query.Items.Labels.Where((labels, row) => Enumerable.Range(0, 4).MaxBy(label => logits[(row * 4) + label]) == labels[0]).Count();

        Assert.Equal((double)right / results.Query.Items.Count, results.Models[0].Scores[0].Value);
    }

    [Theory]
    [InlineData("model={backbone: convnet, head: embedding, dim: 8}")]
    [InlineData("model={backbone: convnet, head: hash, bits: 8}")]
    public void A_model_with_a_classifier_beside_its_head_is_measured_in_both_ways(string model)
    {
        using TinyRun tiny = new();

        RunResults results = TrainingRun.Run(tiny.Load([.. Classifier, model, "validate.metric=loss", "evaluation.baselines=[]"]), tiny.File("run"), false, new Heard());

        string[] names = [.. results.Models[0].Scores.Select(score => score.Name)];
        Assert.Contains(names[0], new[] { "Recall@1", "mAP" });
        Assert.Contains("top-1", names);
        Assert.Contains("ECE", names);
    }

    [Theory]
    [InlineData("")]
    [InlineData(", freeze: backbone, features-cache: true")]
    public void Each_expert_has_a_row_below_the_ensemble(string frozen)
    {
        using TinyRun tiny = new();
        string[] settings = [.. Classifier, $"model={{backbone: convnet, head: classifier, experts: {{count: 2, shared-stages: all, hidden: 8, distillation: false}}{frozen}}}", "data.augment=null", "steps=3", "validate.every=3", "evaluation.post-hoc=[logit-adjustment]"];

        RunResults results = TrainingRun.Run(tiny.Load(settings), tiny.File("run"), false, new Heard());

        Assert.Equal(["tiny", "tiny, expert 1", "tiny, expert 2", "tiny, logit-adjustment 1"], results.Models.Select(model => model.Name));
        Assert.Equal(results.Models[0].Scores.Select(score => score.ProtocolId), results.Models[1].Scores.Select(score => score.ProtocolId));
        float[][] experts = [.. results.Query.Encoded.ExpertLogits];
        Assert.All(results.Query.Encoded.Logits.Select((mean, place) => (mean, (experts[0][place] + experts[1][place]) / 2)), pair => Assert.Equal(pair.mean, pair.Item2, 1e-4f));
        int right = results.Query.Items.Labels.Where((labels, row) => Enumerable.Range(0, 4).MaxBy(label => experts[1][(row * 4) + label]) == labels[0]).Count();
        Assert.Equal((double)right / results.Query.Items.Count, results.Models[2].Scores[0].Value);
        Assert.Contains("has not one linear classifier", Assert.Throws<InvalidDataException>(() => new TrainingJob(tiny.Load([.. settings, "evaluation.post-hoc=[tau-norm]"]), tiny.Open())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_needs_searching_brings_it_back_and_accuracy_still_comes_first()
    {
        using TinyRun tiny = new();
        string[] settings = [.. Classifier, "steps=1", "validate.every=1"];

        RunResults always = TrainingRun.Run(tiny.Load([.. settings, "evaluation.retrieval=always"]), tiny.File("always"), false, new Heard());
        RunResults asked = TrainingRun.Evaluate(tiny.File("always"), TrainingRun.LoadRecipe(tiny.File("always"), "evaluation.retrieval=auto", "evaluation.baselines=[pixels]"), new Heard());

        Assert.Equal("top-1", always.Models[0].Scores[0].Name);
        Assert.Contains(always.Models[0].Scores, score => score.Name == "Recall@1");
        Assert.Equal(2, asked.Models.Count);
    }

    [Fact]
    public void Classes_that_do_not_train_are_not_told()
    {
        using TinyRun tiny = new();
        string[] settings = [.. Classifier, "data.protocol=half-classes", "data.validation.kind=none", "validate.metric=recall@1", "steps=1"];

        RunResults results = TrainingRun.Run(tiny.Load(settings), tiny.File("run"), false, new Heard());

        Assert.Equal("Recall@1", results.Models[0].Scores[0].Name);
        Assert.DoesNotContain(results.Models[0].Scores, score => score.Name == "top-1");
        Recipe never = TrainingRun.LoadRecipe(tiny.File("run"), "evaluation.retrieval=never");
        Assert.Contains("evaluation.retrieval is never", Assert.Throws<InvalidDataException>(() => TrainingRun.Evaluate(tiny.File("run"), never, new Heard())).Message, StringComparison.Ordinal);
        Recipe after = TrainingRun.LoadRecipe(tiny.File("run"), "evaluation.post-hoc=[ncm]");
        Assert.Contains("no class of the queries trains", Assert.Throws<InvalidDataException>(() => TrainingRun.Evaluate(tiny.File("run"), after, new Heard())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_with_several_labels_get_average_precision()
    {
        using TinyRun tiny = new();
        string table = tiny.File("images/labels.csv");
        string[] files = [.. Directory.EnumerateFiles(tiny.Images, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        File.WriteAllLines(table, ["path,labels", .. files.Select((file, k) => $"{Path.GetRelativePath(tiny.Images, file)},{(k % 3 == 0 ? "a;b" : k % 3 == 1 ? "b" : "c")}")]);

        RunResults results = TrainingRun.Run(tiny.Load([.. Classifier, "steps=2", "validate={every: 2, metric: accuracy}", $"data.path='{table}'"]), tiny.File("run"), false, new Heard());

        Assert.Equal(["class-mAP"], results.Models[0].Scores.Select(score => score.Name));
        Assert.Equal(["class", "train", "queries", "average-precision"], DetailsFile.Read(tiny.File("run/details.json"))!.Models[0].Curve("classes")!.Columns.Keys);
        Assert.Contains("several labels", Assert.Throws<InvalidDataException>(() => TrainingRun.Run(tiny.Load([.. Classifier, $"data.path='{table}'"]), tiny.File("other"), false, new Heard())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_of_classifiers_shows_their_classes_and_puts_seeds_of_a_chosen_tau_together()
    {
        using TinyRun tiny = new();
        string[] settings = [.. Classifier, "steps=2", "validate.every=2", "evaluation.post-hoc=[tau-norm]"];
        TrainingRun.Run(tiny.Load(settings), tiny.File("a"), false, new Heard());
        TrainingRun.Run(tiny.Load([.. settings, "seed=6"]), tiny.File("b"), false, new Heard());

        RunComparison compared = RunComparison.Of([tiny.File("a"), tiny.File("b")], new());
        string page = HtmlComparison.Render(HtmlRunComparison.Report(compared));

        Assert.Equal(2, compared.Tables.Count);
        Assert.All(compared.Tables, table => Assert.Equal([5, 6], Assert.Single(table.Rows).Seeds));
        Assert.Contains("class-accuracy", page, StringComparison.Ordinal);
        Assert.Contains("class-3, 8 training images", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Ways_after_training_have_rows_of_their_own_that_say_what_was_chosen()
    {
        using TinyRun tiny = new();
        RunResults results = TrainingRun.Run(tiny.Load([.. Classifier, "evaluation.post-hoc=[tau-norm, logit-adjustment, ncm]"]), tiny.File("run"), false, new Heard());

        Assert.Equal(4, results.Models.Count);
        Assert.Equal("tiny, tau-norm", results.Models[1].Name);
        Assert.InRange(results.Models[1].Scores.Single(score => score.Name == "tau").Value, 0, 2);
        Assert.EndsWith("/post=tau-norm-chosen-on-validation", results.Models[1].Scores[0].ProtocolId, StringComparison.Ordinal);
        Assert.Equal(["tiny, logit-adjustment 1", "tiny, nearest class mean"], results.Models.Skip(2).Select(model => model.Name));
        // The training part is balanced: its prior changes nothing.
        Assert.Equal(results.Models[0].Scores[0].Value, results.Models[2].Scores[0].Value);
        Assert.DoesNotContain(results.Models[3].Scores, score => score.Name == "ECE");
        Recipe given = TrainingRun.LoadRecipe(tiny.File("run"), "evaluation.tau-norm=0.5");
        Assert.Equal("tiny, tau-norm 0.5", TrainingRun.Evaluate(tiny.File("run"), given, new Heard()).Models[1].Name);
    }

    [Fact]
    public void A_tau_is_never_chosen_on_the_queries()
    {
        using TinyRun tiny = new();
        string[] settings = [.. Classifier, "steps=1", "data.validation.kind=none", "evaluation.post-hoc=[tau-norm]"];

        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => TrainingRun.Run(tiny.Load(settings), tiny.File("run"), false, new Heard()));

        Assert.Contains("it is never chosen on the queries", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluation.post-hoc=[tau-norm]", "evaluation.post-hoc has tau-norm, and the model has no classifier")]
    [InlineData("model={backbone: convnet, head: classifier, classifier: {kind: cosine}} objective=[{loss: cross-entropy}] optimizer.groups=[] evaluation={post-hoc: [tau-norm]}", "has not one linear classifier")]
    [InlineData("validate.metric=per-class", "validate.metric is per-class, and the model has no classifier")]
    public void What_needs_a_classifier_is_refused_before_training(string setting, string message)
    {
        using TinyRun tiny = new();

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => new TrainingJob(tiny.Load(Regex.Split(setting, @" (?=[a-z.]+=)")), tiny.Open())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_by_class_is_the_mean_of_the_classes_shares()
    {
        using TinyRun tiny = new();
        using TrainingJob job = new(tiny.Load(Classifier), tiny.Open());
        (double perClass, string protocol) = new Validator(job, job.Parts.Validation!, new Heard()).Measure();
        using TrainingJob other = new(tiny.Load([.. Classifier, "validate.metric=accuracy"]), tiny.Open());

        // As many images of each class are held out.
        Assert.Equal(new Validator(other, other.Parts.Validation!, new Heard()).Measure().Value, perClass, 1e-9);
        Assert.StartsWith("per-class/on=", protocol, StringComparison.Ordinal);
        Assert.EndsWith("/labels=observed", protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_about_run_folders_names_the_curves_of_a_classifier()
    {
        using TinyRun tiny = new();
        TrainingRun.Run(tiny.Load([.. Classifier, "steps=1", "validate.every=1"]), tiny.File("run"), false, new Heard());
        ModelDetails model = DetailsFile.Read(tiny.File("run/details.json"))!.Models[0];

        Assert.Equal(Document.Read("docs/run-folder.md").Rows("Classes").Select(row => $"{row[0]}: {row[1]}"), model.Curves.Select(curve => $"{curve.Name}: {string.Join(", ", curve.Columns.Keys)}"));
        Assert.All(model.Curves, curve => Assert.All(curve.Columns.Keys, column => Assert.NotNull(curve.Column(column))));
    }
}
