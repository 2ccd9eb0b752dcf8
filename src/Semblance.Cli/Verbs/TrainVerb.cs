using System.CommandLine;
using Semblance.Training;
using Semblance.Training.Results;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance train</c>.</summary>
internal static class TrainVerb
{
    private const string Description =
        """
        Trains what a recipe describes, evaluates it, and writes scores and a page.

        The run folder holds the resolved recipe, versions and data hash, metrics as JSON lines, checkpoints, the
        model, scores.json and report.html. Ctrl+C leaves a checkpoint; --resume goes on from it, and on a CPU ends
        with the same bits as a run that was never stopped.

        Examples:
          semblance train recipes/cars-multi-similarity.yaml
          semblance train recipes/cars-multi-similarity.yaml --set seed=2 --set optimizer.lr=0.0001 --out runs/cars-2
          semblance train --resume --out runs/cars-2
        """;

    public static Command Make()
    {
        Argument<string?> recipe = new("recipe") { Description = "A YAML file; docs/recipes.md lists every key. Not needed with --resume.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> output = new("--out") { Description = "Folder of the run (default: runs/NAME of the recipe)." };
        Option<bool> resume = new("--resume") { Description = "Go on with the run in that folder." };
        Option<string[]> settings = Options.Settings();
        Option<bool> json = Options.Json();
        Option<string[]> require = Options.Require();
        Command verb = new("train", Description) { recipe, output, resume, settings, json, require };
        verb.SetAction(parsed => Run(parsed.GetValue(recipe), parsed.GetValue(output), parsed.GetValue(resume), parsed.GetValue(settings) ?? [], parsed.GetValue(json), parsed.GetValue(require) ?? []));
        return verb;
    }

    private static int Run(string? recipeFile, string? output, bool resume, string[] settings, bool json, string[] require)
    {
        Bounds bounds = Bounds.Parse(require);
        Recipe recipe = Load(recipeFile, output, resume, settings);
        string folder = output ?? Path.Combine("runs", recipe.Name);
        using Interruption interruption = new();
        RunResults results = RunProgress.Show(observer => TrainingRun.Run(recipe, folder, resume && Directory.Exists(folder), observer, interruption.Token));
        return Results.Tell(results.Models, folder, json, bounds);
    }

    private static Recipe Load(string? recipeFile, string? output, bool resume, string[] settings)
    {
        if (recipeFile is not null)
        {
            return Recipe.Load(recipeFile, TrainingRun.Catalogue, settings);
        }
        return resume && output is not null
            ? TrainingRun.LoadRecipe(output, settings)
            : throw new ArgumentException("No recipe was given. Name a YAML file, or go on with a run: semblance train --resume --out RUN.");
    }
}
