using System.Globalization;

namespace Semblance.Training.Comparison;

/// <summary>Which runs a comparison is made of.</summary>
internal sealed class ComparisonPlan(ComparisonRecipe comparison, ComparisonOptions options)
{
    /// <summary>The runs of a family, seed by seed: a comparison that is stopped early has whole rows.</summary>
    public IEnumerable<PlannedRun> Of(ComparedFamily family)
    {
        int?[] lengths = [.. family.BitsOf(comparison).Where(bits => bits is not { } length || LossComparison.Wanted(options.Bits, length))];
        return from seed in Enumerable.Range(0, options.Seeds ?? family.Entry.Seeds ?? comparison.Seeds)
               from bits in lengths
               from run in Runs(family, seed, bits)
               select run;
    }

    /// <summary>A recipe with what the options change, and then what a run does.</summary>
    public Recipe Load(string path, params string[] settings)
    {
        Recipe family = Recipe.Load(path, TrainingRun.Catalogue, options.Settings);
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
        return Recipe.Load(path, TrainingRun.Catalogue, [.. all, .. settings, .. options.Settings]);
    }

    private IEnumerable<PlannedRun> Runs(ComparedFamily family, int seed, int? bits)
    {
        if (comparison.Untrained)
        {
            yield return Baseline(family, seed, bits);
        }
        foreach (ComparedLoss loss in comparison.Losses.Where(loss => LossComparison.Wanted(options.Losses, loss.Name) && LossComparison.Wanted(family.Entry.Only, loss.Name)))
        {
            // What needs no training is measured once for all losses.
            string[] alone = family.Recipe.Evaluation.Baselines.Count == 0 || !comparison.Untrained ? [] : ["evaluation.baselines=[]"];
            yield return Plan(family, loss.Name, loss.Name, seed, bits, [.. alone, .. loss.Settings], false);
        }
    }

    private PlannedRun Baseline(ComparedFamily family, int seed, int? bits) =>
        Plan(family, LossComparison.BaselineName, LossComparison.BaselineFolder, seed, bits, bits is null ? ["model.head=none", "model.dim=null", "model.normalize=null"] : [], true);

    private PlannedRun Plan(ComparedFamily family, string loss, string folder, int seed, int? bits, IEnumerable<string> settings, bool isBaseline)
    {
        string number = seed.ToString(CultureInfo.InvariantCulture), length = bits?.ToString(CultureInfo.InvariantCulture) ?? "";
        string[] coded = bits is null ? [] : [$"model.bits={length}"];
        // A run does not depend on what an ablation would change of it.
        Recipe recipe = Load(family.Path, [$"name={Quoted(loss)}", $"seed={number}", "ablation=[]", .. coded, .. settings]);
        string place = Path.Combine(options.Output, family.Name, bits is null ? $"{folder}-{number}" : $"{folder}-{length}-{number}");
        return new PlannedRun(family.Name, loss, seed, recipe, place, isBaseline) { Bits = bits };
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
