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

    /// <summary>Reads all recipes; nothing is run yet.</summary>
    /// <exception cref="InvalidDataException">A recipe has faults, or two families have the same name.</exception>
    /// <exception cref="ArgumentException">A loss or family was asked for that the comparison does not have.</exception>
    public LossComparison(ComparisonRecipe recipe, ComparisonOptions options)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(options);
        ComparisonPlan plan = new(recipe, options);
        Recipe = recipe;
        Families = [.. recipe.Families.Select(entry => new ComparedFamily(entry, plan.Load(entry.Path)))];
        RequireNames("--family", options.Families, [.. Families.Select(family => family.Name)]);
        RequireNames("--only", options.Losses, [.. recipe.Losses.Select(loss => loss.Name)]);
        if (Families.GroupBy(family => family.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"{string.Join(" and ", twice.Select(family => family.Path))} are both named {twice.Key}. Give each recipe a name of its own.");
        }
        Families = [.. Families.Where(family => Wanted(options.Families, family.Name))];
        RequireBits(options.Bits);
        Runs = [.. Families.SelectMany(plan.Of)];
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
    /// <exception cref="InvalidDataException">A run of each family has ended, and none has a score that is to be shown, or a name among them is that of no score.</exception>
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
                RefuseUnknownMetrics();
            }
            catch (InvalidDataException) when (RunFolder.IsInUse(run.Folder))
            {
                // Another process was faster by a moment; the run is its.
            }
        }
        RefuseUnknownMetrics();
    }

    /// <summary>The scores of the runs that have ended.</summary>
    public ComparisonTable Table() => ComparisonTable.Of([.. Runs.Where(run => run.IsFinished)], Recipe.Metrics);

    internal static bool Wanted<T>(IReadOnlyList<T> asked, T given) => asked.Count == 0 || asked.Contains(given);

    private static void RequireNames(string option, IReadOnlyList<string> asked, IReadOnlyCollection<string> names)
    {
        if (asked.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            string nearest = NearestName.Of(unknown, names) is { } near ? $"; nearest is {near}" : "";
            throw new ArgumentException($"{option} {unknown} is none of {string.Join(", ", names)}{nearest}.");
        }
    }

    private void RequireBits(IReadOnlyList<int> asked)
    {
        int[] all = [.. Families.SelectMany(family => family.BitsOf(Recipe)).OfType<int>().Distinct().Order()];
        if (asked.Where(bits => !all.Contains(bits)).Select(bits => (int?)bits).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--bits {unknown} is none of {(all.Length == 0 ? "those of the comparison, which has no key 'bits'" : string.Join(", ", all))}."));
        }
    }

    /// <summary>Which scores there are depends on data and model, so that the first runs tell it; the others need not be made for an empty table.</summary>
    private void RefuseUnknownMetrics()
    {
        PlannedRun[] ended = [.. Runs.Where(run => !run.IsBaseline && run.IsFinished)];
        if (Families.Any(family => ended.All(run => run.Family != family.Name)))
        {
            return;
        }
        NamedScore[] scores = [.. ended.SelectMany(run => run.Scores()).SelectMany(model => model.Scores)];
        string[] missing = [.. Recipe.Metrics.Where(metric => !scores.Any(score => ComparisonTable.IsNamed(metric, score)))];
        // A comparison may name scores that only other families or losses have, as long as they are scores.
        string[] refused = missing.Length == Recipe.Metrics.Count ? missing : [.. missing.Where(metric => !ScoreNames.IsKnown(metric))];
        if (refused.Length > 0)
        {
            throw new InvalidDataException($"No run has a score named {string.Join(" or ", refused)}; there are {string.Join(", ", scores.Select(score => score.Name).Distinct())}. Ask for some of these; the runs that have ended are kept.");
        }
    }

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

    /// <summary>Scores of the backbone as it is before training: of its features, or of the codes that methods without a gradient make of them.</summary>
    private static void MeasureUntrained(PlannedRun run, IRunObserver observer, CancellationToken stop)
    {
        using RunFolder folder = RunFolder.OpenForTraining(run.Folder, resume: true);
        Dataset data = DataOpening.Open(run.Recipe.Data, TrainingJob.LoaderThreads(run.Recipe), null, stop);
        DataParts parts = DataParts.Of(data, run.Recipe.Data);
        using Model model = ModelBuilder.BackboneOf(run.Recipe);
        observer.Noted($"Measuring {BaselineName} of {run.Recipe.Model.Backbone}.");
        RunEvaluation evaluation = new(run.Recipe, parts, observer, features: FrozenFeatures.Of(run.Recipe, folder.FeatureFolder, observer));
        RunResults results = run.Bits is null ? evaluation.Run(model, stop) : evaluation.RunBaselines(model, stop);
        ScoresFile.Write(folder.ScoresFile, results);
        DetailsFile.Write(folder.DetailsFile, DetailsBuilder.Of(results));
        AtomicFile.WriteText(folder.RecipeFile, run.Recipe.Resolve());
    }
}

/// <summary>A recipe under which losses are compared.</summary>
/// <param name="Entry">What the comparison says of it.</param>
/// <param name="Recipe">As it is before a loss changes it.</param>
public sealed record ComparedFamily(FamilyEntry Entry, Recipe Recipe)
{
    /// <summary>The recipe's name; also the folder of its runs.</summary>
    public string Name => Recipe.Name;

    /// <summary>File of the recipe.</summary>
    public string Path => Entry.Path;

    /// <summary>Lengths of codes; a single null where the recipe's own stands.</summary>
    internal IReadOnlyList<int?> BitsOf(ComparisonRecipe comparison)
    {
        ValueList<int> bits = Entry.Bits ?? comparison.Bits;
        return bits.Count == 0 ? [null] : [.. bits.Select(length => (int?)length)];
    }
}
