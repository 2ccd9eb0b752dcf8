using System.Globalization;
using Semblance.Data;
using Semblance.IO;
using Semblance.Models;
using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>Trains every loss of a comparison under the same settings with several seeds, and puts their scores side by side.</summary>
/// <remarks>
/// Runs that have ended are not made again, and one that was interrupted goes on. Two processes may work on one comparison: each makes the runs that
/// the other neither has made nor is making.
/// </remarks>
public sealed class LossComparison
{
    /// <summary>What the table calls the features before training.</summary>
    public const string BaselineName = "untrained features";

    internal const string BaselineFolder = "untrained";

    private readonly ComparisonOptions options;

    /// <summary>Reads all recipes; nothing is run yet.</summary>
    /// <exception cref="InvalidDataException">A recipe has faults, or two families have the same name.</exception>
    /// <exception cref="ArgumentException">A loss or family was asked for that the comparison does not have.</exception>
    public LossComparison(ComparisonRecipe recipe, ComparisonOptions options)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        Recipe = recipe;
        Families = [.. recipe.Families.Select(path => new ComparedFamily(path, Load(path)))];
        RequireNames("--family", options.Families, [.. Families.Select(family => family.Name)]);
        RequireNames("--only", options.Losses, [.. recipe.Losses.Select(loss => loss.Name)]);
        if (Families.GroupBy(family => family.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"{string.Join(" and ", twice.Select(family => family.Path))} are both named {twice.Key}. Give each recipe a name of its own.");
        }
        Families = [.. Families.Where(family => Wanted(options.Families, family.Name))];
        Runs = [.. Families.SelectMany(Plan)];
    }

    /// <summary>What is compared.</summary>
    public ComparisonRecipe Recipe { get; }

    /// <summary>The families that were asked for.</summary>
    public IReadOnlyList<ComparedFamily> Families { get; }

    /// <summary>Every run, in the order in which they are made.</summary>
    public IReadOnlyList<PlannedRun> Runs { get; }

    /// <summary>Makes the runs that are missing.</summary>
    /// <param name="observe">Gives the observer of a run, told before it begins.</param>
    /// <param name="stop">Asks for a stop after the present step; the same call goes on later.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public void Run(Func<PlannedRun, IRunObserver> observe, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(observe);
        foreach (PlannedRun run in Runs)
        {
            stop.ThrowIfCancellationRequested();
            if (run.IsFinished || RunFolder.IsInUse(run.Folder))
            {
                continue;
            }
            try
            {
                Make(run, observe(run), stop);
            }
            catch (InvalidDataException) when (RunFolder.IsInUse(run.Folder))
            {
                // Another process was faster by a moment; the run is its.
            }
        }
    }

    /// <summary>The scores of the runs that have ended.</summary>
    public ComparisonTable Table() => ComparisonTable.Of([.. Runs.Where(run => run.IsFinished)]);

    private static bool Wanted(IReadOnlyList<string> names, string name) => names.Count == 0 || names.Contains(name);

    private static void RequireNames(string option, IReadOnlyList<string> asked, IReadOnlyCollection<string> names)
    {
        if (asked.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            string nearest = NearestName.Of(unknown, names) is { } near ? $"; nearest is {near}" : "";
            throw new ArgumentException($"{option} {unknown} is none of {string.Join(", ", names)}{nearest}.");
        }
    }

    private IEnumerable<PlannedRun> Plan(ComparedFamily family)
    {
        // Seed by seed: a comparison that is stopped early has whole rows.
        foreach (int seed in Enumerable.Range(0, options.Seeds ?? Recipe.Seeds))
        {
            yield return Plan(family, BaselineName, BaselineFolder, seed, ["model.head=none", "model.dim=null", "model.normalize=null"], true);
            foreach (ComparedLoss loss in Recipe.Losses.Where(loss => Wanted(options.Losses, loss.Name)))
            {
                yield return Plan(family, loss.Name, loss.Name, seed, loss.Settings, false);
            }
        }
    }

    private PlannedRun Plan(ComparedFamily family, string loss, string folder, int seed, IEnumerable<string> settings, bool isBaseline)
    {
        string number = seed.ToString(CultureInfo.InvariantCulture);
        Recipe recipe = Load(family.Path, [$"name={Quoted(loss)}", $"seed={number}", .. settings]);
        return new PlannedRun(family.Name, loss, seed, recipe, Path.Combine(options.Output, family.Name, $"{folder}-{number}"), isBaseline);
    }

    private Recipe Load(string path, params string[] settings)
    {
        Recipe family = Training.Recipe.Load(path, TrainingRun.Catalogue, options.Settings);
        List<string> all = [];
        if (options.DataRoot is { } root && family.Data.Path is { } data)
        {
            all.Add($"data.path={Quoted(Path.Combine(root, Path.GetFileName(Path.TrimEndingDirectorySeparator(data))))}");
        }
        if (family.Model.FeaturesCache)
        {
            all.Add($"model.features-folder={Quoted(Path.Combine(options.Output, "features"))}");
        }
        if (options.Quick)
        {
            all.AddRange(["steps=10", "epochs=null", "schedule={kind: constant}", "validate.every=10"]);
        }
        return Training.Recipe.Load(path, TrainingRun.Catalogue, [.. all, .. settings, .. options.Settings]);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static void Make(PlannedRun run, IRunObserver observer, CancellationToken stop)
    {
        if (run.IsBaseline)
        {
            MeasureUntrained(run, observer, stop);
        }
        else
        {
            TrainingRun.Run(run.Recipe, run.Folder, run.IsBegun, observer, stop);
        }
    }

    /// <summary>Scores of the backbone as it is before training.</summary>
    private static void MeasureUntrained(PlannedRun run, IRunObserver observer, CancellationToken stop)
    {
        using RunFolder folder = RunFolder.OpenForTraining(run.Folder, resume: true);
        Dataset data = DataOpening.Open(run.Recipe.Data, TrainingJob.LoaderThreads(run.Recipe), null, stop);
        DataParts parts = DataParts.Of(data, run.Recipe.Data);
        using Model model = ModelBuilder.BackboneOf(run.Recipe);
        observer.Noted($"Measuring {BaselineName} of {run.Recipe.Model.Backbone}.");
        RunResults results = new RunEvaluation(run.Recipe, parts, observer, features: FrozenFeatures.Of(run.Recipe, folder.FeatureFolder, observer)).Run(model, stop);
        ScoresFile.Write(folder.ScoresFile, results);
        AtomicFile.WriteText(folder.RecipeFile, run.Recipe.Resolve());
    }
}

/// <summary>A recipe under which losses are compared.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Recipe">As it is before a loss changes it.</param>
public sealed record ComparedFamily(string Path, Recipe Recipe)
{
    /// <summary>The recipe's name; also the folder of its runs.</summary>
    public string Name => Recipe.Name;
}
