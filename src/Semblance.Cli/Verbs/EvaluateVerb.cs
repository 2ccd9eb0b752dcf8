using System.CommandLine;
using Semblance.Training;
using Semblance.Training.Results;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance evaluate</c>.</summary>
internal static class EvaluateVerb
{
    private const string Description =
        """
        Measures a trained run anew and rewrites its scores and page.

        Examples:
          semblance evaluate runs/cars
          semblance evaluate runs/cifar --set "evaluation.map-at=[1000, all]" --json
          semblance evaluate runs/cars --require recall@1=0.45
        """;

    public static Command Make()
    {
        Argument<string> run = new("run") { Description = "Folder of the run." };
        Option<string[]> settings = Options.Settings();
        Option<bool> json = Options.Json();
        Option<string[]> require = Options.Require();
        Command verb = new("evaluate", Description) { run, settings, json, require };
        verb.SetAction(parsed => Run(parsed.GetValue(run)!, parsed.GetValue(settings) ?? [], parsed.GetValue(json), parsed.GetValue(require) ?? []));
        return verb;
    }

    private static int Run(string run, string[] settings, bool json, string[] require)
    {
        Bounds bounds = Bounds.Parse(require);
        Recipe recipe = TrainingRun.LoadRecipe(run, settings);
        using Interruption interruption = new();
        RunResults results = RunProgress.Show(observer => TrainingRun.Evaluate(run, recipe, observer, interruption.Token));
        return Results.Tell(results, run, json, bounds);
    }
}
