using System.CommandLine;
using Semblance.Training;
using Semblance.Training.Comparison;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance ablate</c>: a recipe beside itself, less some of its parts.</summary>
internal static class AblateVerb
{
    private const string Description =
        """
        Trains a recipe as it stands and again with each of its parts switched off, with several seeds, and prints what
        each part is worth.

        The parts are named in the recipe, each with the keys that switch it off:
          ablation:
            - { name: contrast, set: { objective.0.lambda-contrast: 0 } }
        or on the command line with --off. A row "no-contrast" is the recipe without that part; where its score is
        within the spread of the row "whole", the part was worth nothing here.

        Runs that have ended are not made again: stopped with Ctrl+C, the same command goes on. Two processes with the
        same command share the work. The folder holds the runs, comparison.json, comparison.csv and comparison.html.

        Examples:
          semblance ablate recipes/ecl-cifar10-lt.yaml
          semblance ablate mine.yaml --off mixing:mix=null --off tail:objective.0.loss=cross-entropy --seeds 1
          semblance ablate recipes/ecl-cifar10-lt.yaml --grid --only contrast,features
        """;

    public static Command Make()
    {
        Argument<string> file = new("recipe") { Description = "A recipe." };
        Option<string[]> off = new("--off") { Description = "A further part, as NAME:KEY=VALUE with the setting that switches it off; may be repeated." };
        Option<string?> only = new("--only") { Description = "Names of parts, with commas between them (default: all of the recipe)." };
        Option<bool> grid = new("--grid") { Description = "Switch off every combination of the parts, not one at a time; at most six parts." };
        Option<string> metrics = new("--metrics") { Description = "Scores to show, with commas between them, the one that ranks first.", DefaultValueFactory = _ => "top-1,few,mAP,Recall@1" };
        Option<int> seeds = new("--seeds") { Description = "Runs of each.", DefaultValueFactory = _ => 3 };
        Option<string?> root = new("--data-root") { Description = "Folder that holds the data sets (default: the path of the recipe)." };
        Option<string?> output = new("--out") { Description = "Folder for runs and tables (default: runs/ablate-NAME)." };
        Option<bool> quick = new("--quick") { Description = "One seed and ten steps a run, to see that all of it works; the scores mean nothing." };
        Option<string[]> settings = new("--set") { Description = "Set one key in every run, such as --set threads=1; may be repeated." };
        Option<bool> json = Options.Json();
        Command verb = new("ablate", Description) { file, off, only, grid, metrics, seeds, root, output, quick, settings, json };
        verb.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            string[] set = parsed.GetValue(settings) ?? [];
            Recipe recipe = Recipe.Load(path, TrainingRun.Catalogue, set);
            ComparedLoss[] parts = Chosen([.. recipe.Ablation, .. (parsed.GetValue(off) ?? []).Select(AblationGrid.Parse)], Split(parsed.GetValue(only)));
            bool fast = parsed.GetValue(quick);
            ComparisonRecipe comparison = AblationGrid.Of(path, parts, parsed.GetValue(grid), Split(parsed.GetValue(metrics)), SeedsOf(fast ? 1 : parsed.GetValue(seeds)));
            return ComparisonRunner.Run(comparison, parsed.GetValue(json), new ComparisonOptions
            {
                Output = parsed.GetValue(output) ?? Path.Combine("runs", $"ablate-{recipe.Name}"),
                DataRoot = parsed.GetValue(root),
                Quick = fast,
                Settings = set,
            });
        });
        return verb;
    }

    private static int SeedsOf(int seeds) => seeds >= 1 ? seeds : throw new ArgumentException($"--seeds is {seeds}; at least 1 is needed.");

    private static string[] Split(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static ComparedLoss[] Chosen(ComparedLoss[] parts, string[] names) =>
        parts.Length > 0 && names.FirstOrDefault(name => parts.All(part => part.Name != name)) is { } unknown
            ? throw new ArgumentException($"--only names {unknown}; there are {string.Join(", ", parts.Select(part => part.Name))}.")
            : [.. parts.Where(part => names.Length == 0 || names.Contains(part.Name))];
}
