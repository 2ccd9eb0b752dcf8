using System.CommandLine;
using Semblance.Data.Pairs;
using Semblance.Training;
using Semblance.Training.Results;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance evaluate</c>.</summary>
internal static class EvaluateVerb
{
    private const string Description =
        """
        Measures a trained run anew and rewrites its scores and page, verifies it by pairs of images, or measures files of codes.

        With --pairs only the pairs are judged and nothing is written: mean accuracy over the folds of the list, each with
        the threshold that is best on the other folds, its standard deviation, the area under the ROC curve, and the
        true accept rate at false accept rates of 1e-2 and 1e-3. The list is one like LFW's pairs.txt, or has a line
        "path path 1" or "path path 0" for each pair, or is a table with the columns a, b, same and perhaps fold.

        What is asked for beside the plain ranking is measured in rows of its own, whose protocol ids say what was done:
        whitening first, then query expansion, then each of the re-rankings. --require holds for the plain row.

        With --codes there is no run: the labelled codes of one file, which is read part by part, are searched with those of
        --query-codes, or each with itself left out where there is no other file. Nothing is written. --set takes the keys of
        evaluation that are about codes: map-at, precision-at, map-denominator, zero-hits, radius, overlap.

        Examples:
          semblance evaluate runs/cars
          semblance evaluate runs/cifar --set "evaluation.map-at=[1000, all]" --json
          semblance evaluate runs/cars --require recall@1=0.45
          semblance evaluate runs/faces --pairs data/lfw/pairs.txt --images data/lfw/lfw
          semblance evaluate runs/cars --clusters --whiten 64 --expand 5 --rerank 100
          semblance evaluate --codes gallery.codes --query-codes queries.codes --set "evaluation.precision-at=[100]"
        """;

    public static Command Make()
    {
        Argument<string?> run = new("run") { Description = "Folder of the run; none with --codes.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> codes = new("--codes") { Description = "Measure the codes of this file, which 'semblance encode' wrote." };
        Option<string?> queryCodes = new("--query-codes") { Description = "The codes that search those of --codes (default: each of those searches the others)." };
        Option<string?> pairs = new("--pairs") { Description = "Judge the pairs of this list." };
        Option<string?> images = new("--images") { Description = "Folder that the paths of --pairs start from (default: the list's own)." };
        PostProcessingOptions post = new();
        Option<string[]> settings = Options.Settings();
        Option<bool> json = Options.Json();
        Option<string[]> require = Options.Require();
        Command verb = new("evaluate", Description) { run, codes, queryCodes, pairs, images, settings, json, require };
        post.AddTo(verb);
        verb.SetAction(parsed => Run(
            new(parsed.GetValue(run), parsed.GetValue(codes), parsed.GetValue(queryCodes), parsed.GetValue(pairs), parsed.GetValue(images), post.Settings(parsed), parsed.GetValue(settings) ?? [], parsed.GetValue(json)),
            Bounds.Parse(parsed.GetValue(require) ?? [])));
        return verb;
    }

    private sealed record Request(string? Run, string? Codes, string? QueryCodes, string? Pairs, string? Images, string[] AfterRanking, string[] Settings, bool Json);

    private static int RunCodes(Request request, Bounds bounds)
    {
        if (request.Run is not null || request.Pairs is not null || request.AfterRanking.Length > 0)
        {
            throw new ArgumentException("With --codes there is no run, no pair and nothing after ranking. Leave them out, or leave out --codes.");
        }
        return Results.Tell([CodeFiles.Score(request.QueryCodes, request.Codes!, EvaluationRecipe.OfSettings(request.Settings))], null, request.Json, bounds);
    }

    private static int Run(Request request, Bounds bounds)
    {
        if (request.Codes is not null)
        {
            return RunCodes(request, bounds);
        }
        if (request.QueryCodes is not null)
        {
            throw new ArgumentException("--query-codes has no meaning without --codes. Name the file that is searched, or leave it out.");
        }
        if (request.Run is null)
        {
            throw new ArgumentException("Neither a run nor --codes was given. Name the folder of a run, or a file of codes.");
        }
        if (request.Images is not null && request.Pairs is null)
        {
            throw new ArgumentException("--images has no meaning without --pairs. Name a list of pairs, or leave it out.");
        }
        if (request.AfterRanking.Length > 0 && request.Pairs is not null)
        {
            throw new ArgumentException("With --pairs nothing is ranked; clusters, whitening, expansion and re-ranking are of no use. Leave them out, or leave out --pairs.");
        }
        Recipe recipe = TrainingRun.LoadRecipe(request.Run, [.. request.AfterRanking, .. request.Settings]);
        using Interruption interruption = new();
        if (request.Pairs is { } file)
        {
            PairList pairs = PairList.Open(file, request.Images);
            ScoredModel scored = RunProgress.Show(observer => TrainingRun.Verify(request.Run, recipe, pairs, observer, interruption.Token));
            return Results.Tell([scored], null, request.Json, bounds);
        }
        RunResults results = RunProgress.Show(observer => TrainingRun.Evaluate(request.Run, recipe, observer, interruption.Token));
        return Results.Tell(results.Models, request.Run, request.Json, bounds);
    }
}
