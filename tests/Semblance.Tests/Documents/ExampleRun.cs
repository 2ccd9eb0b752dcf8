using Semblance.Data.Drawn;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Documents;

/// <summary>The quickstart in miniature, made by the example of the README: what the documents say of a run is held against it.</summary>
[CollectionDefinition(Shared)]
public sealed class ExampleRun : IDisposable, ICollectionFixture<ExampleRun>
{
    /// <summary>The tests that share it.</summary>
    public const string Shared = "the example run";

    private readonly TemporaryFolder folder = new();

    public ExampleRun()
    {
        Photos = folder.File("photos");
        Run = folder.File("run");
        DrawnSet.Write(Photos, new DrawnOptions { ImagesPerClass = 16, Size = 16 });
        string[] settings =
        [
            $"data.path={Photos}", "data.size=16", "data.resize=16", "model.bits=16", "sampler.batch=32", "steps=6", "schedule.warmup=0", "validate.every=3", "checkpoint.every=3",
            "optimizer.clip-norm=100", "ema={decay: 0.9}", "evaluation.baselines=[]",
        ];
        string recipe = folder.File("recipe.yaml");
        File.WriteAllText(recipe, Recipe.Load(Repository.File("recipes/quickstart.yaml"), TrainingRun.Catalogue, settings).Resolve());
        Found = ReadmeExample.TrainEncodeAndSearch(recipe, Run, Photos, Path.Combine(Photos, "mug", "0003.png"));
    }

    /// <summary>Folder of the run.</summary>
    public string Run { get; }

    /// <summary>Folder of its images.</summary>
    public string Photos { get; }

    /// <summary>What the example found.</summary>
    public IReadOnlyList<string> Found { get; }

    public void Dispose() => folder.Dispose();
}
