using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class FrozenFeaturesTests
{
    private static readonly string[] Frozen = ["model={backbone: convnet, head: embedding, dim: 8, freeze: backbone}", "objective=[{loss: multi-similarity}]", "optimizer.groups=[]", "data.augment=null", "ema=null", "steps=6", "validate.every=3"];

    [Fact]
    public void A_run_with_kept_features_scores_as_one_without()
    {
        using TinyRun tiny = new();

        RunResults plain = TrainingRun.Run(tiny.Load(Frozen), tiny.File("plain"), false, new Heard());
        RunResults kept = TrainingRun.Run(tiny.Load([.. Frozen, "model.features-cache=true"]), tiny.File("kept"), false, new Heard());

        Assert.Equal(plain.Query.Encoded.Rows.Length, kept.Query.Encoded.Rows.Length);
        Assert.All(plain.Query.Encoded.Rows.Zip(kept.Query.Encoded.Rows), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(plain.Models[0].Scores.Select(score => score.ProtocolId), kept.Models[0].Scores.Select(score => score.ProtocolId));
        // Training, validation, queries and database.
        Assert.Equal(4, Directory.GetFiles(tiny.File("kept/features")).Length);
    }

    [Theory]
    [InlineData("accuracy")]
    [InlineData("per-class")]
    [InlineData("loss")]
    public void Validation_by_the_head_alone_is_that_of_the_whole_model_and_runs_no_backbone(string metric)
    {
        using TinyRun tiny = new();
        string[] settings = ["model={backbone: convnet, head: classifier, freeze: backbone, features-cache: true}", "objective=[{loss: cross-entropy}]", "optimizer.groups=[]", "data.augment=null", $"validate.metric={metric}"];
        using TrainingJob job = new(tiny.Load(settings), tiny.Open());
        FrozenFeatures features = FrozenFeatures.Of(job.Recipe, tiny.File("features"), new Heard())!;
        features.Read(job.Parts.Validation!);

        double whole = new Validator(job, job.Parts.Validation!, new Heard()).Measure().Value;
        // The images may go: nothing of them is read again.
        Directory.Move(tiny.Images, tiny.File("gone"));
        double head = new Validator(job, job.Parts.Validation!, new Heard(), features).Measure().Value;

        Assert.Equal(whole, head, 1e-5);
    }

    [Fact]
    public void Runs_that_share_a_folder_compute_features_once()
    {
        using TinyRun tiny = new();
        List<string> done = [];
        string[] settings = [.. Frozen, "model.features-cache=true", $"model.features-folder='{tiny.File("shared")}'"];

        TrainingRun.Run(tiny.Load(settings), tiny.File("a"), false, new Heard { OnProgress = done.Add });
        Assert.Contains("keeping features", done);
        done.Clear();
        TrainingRun.Run(tiny.Load([.. settings, "optimizer.lr=0.01"]), tiny.File("b"), false, new Heard { OnProgress = done.Add });

        Assert.DoesNotContain("keeping features", done);
        Assert.DoesNotContain("encoding queries", done);
        Assert.False(Directory.Exists(tiny.File("b/features")));
    }
}
