namespace Semblance.Training.Comparison;

/// <summary>What is compared: losses, each with its settings, under the recipes of one family.</summary>
/// <remarks>
/// A family is a recipe in which nothing but the loss differs from run to run, so that a difference of scores is one of losses. What a loss cannot do
/// without, such as a sampler or a learning rate of its proxies, stands beside it and is shown with the scores.
/// </remarks>
public sealed record ComparisonRecipe
{
    /// <summary>The families.</summary>
    public ValueList<FamilyEntry> Families { get; init; } = [];

    /// <summary>Runs of each loss in each family, with the seeds 0, 1, 2 ...</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>Lengths of codes that each loss of hash models is run with; empty leaves the families' own.</summary>
    public ValueList<int> Bits { get; init; } = [];

    /// <summary>The scores that are compared, as names or patterns with <c>*</c>, the one that ranks the losses first.</summary>
    public ValueList<string> Metrics { get; init; } = ["Recall@*", "mAP@R"];

    /// <summary>Whether the features before training stand beside the losses; what has no classes to tell has none to compare there.</summary>
    public bool Untrained { get; init; } = true;

    /// <summary>The losses.</summary>
    public ValueList<ComparedLoss> Losses { get; init; } = [];

    /// <summary>Reads a comparison from its file.</summary>
    /// <param name="path">A YAML file; families are named relative to its folder.</param>
    /// <exception cref="InvalidDataException">The file has faults; the message lists them all.</exception>
    public static ComparisonRecipe Load(string path)
    {
        RecipeTree tree = RecipeTree.Parse(Recipe.ReadFile(path), path);
        string folder = Path.GetDirectoryName(path) ?? "";
        ComparisonRecipe read = Section.ReadAll(tree, Read).Value;
        return read with { Families = [.. read.Families.Select(family => family with { Path = Path.Combine(folder, family.Path) })] };
    }

    private static ComparisonRecipe Read(Section root)
    {
        ComparisonRecipe defaults = new();
        ComparisonRecipe read = new()
        {
            Families = root.List("families", FamilyEntry.Read),
            Seeds = root.Int("seeds", defaults.Seeds, min: 1),
            Bits = root.Ints("bits", defaults.Bits, min: 1),
            Metrics = root.Texts("metrics", defaults.Metrics),
            Untrained = root.Flag("untrained", defaults.Untrained),
            Losses = root.List("losses", ComparedLoss.Read),
        };
        if (read.Families.Count == 0)
        {
            root.Fault("families", "families is missing; at least one is needed, such as '- {recipe: cars.yaml}'.");
        }
        if (read.Metrics.Count == 0)
        {
            root.Fault("metrics", "metrics is []; the name of at least one score is needed, such as mAP or Recall@*.");
        }
        if (read.Losses.Count == 0)
        {
            root.Fault("losses", "losses is missing; at least one is needed, such as '- {name: contrastive, set: {objective: [{loss: contrastive}]}}'.");
        }
        foreach (string unknown in read.Families.SelectMany(family => family.Only).Where(name => read.Losses.All(loss => loss.Name != name)).Distinct())
        {
            root.Fault("families", $"families names {unknown} under only, and losses has no such entry. Correct or remove it.");
        }
        foreach (IGrouping<string, ComparedLoss> same in read.Losses.GroupBy(loss => loss.Name).Where(same => same.Count() > 1))
        {
            root.Fault("losses", $"losses has {same.Count()} entries named {same.Key}; give each its own name.");
        }
        return read;
    }
}

/// <summary>A recipe under which losses are compared.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Seeds">Runs of each loss; null for as many as the comparison has.</param>
/// <param name="Bits">Lengths of codes; null for those of the comparison.</param>
public sealed record FamilyEntry(string Path, int? Seeds = null, ValueList<int>? Bits = null)
{
    /// <summary>Names of the losses that run in this family; empty for all.</summary>
    public ValueList<string> Only { get; init; } = [];

    internal static FamilyEntry Read(Section section)
    {
        ValueList<int> bits = section.Ints("bits", [], min: 1);
        return new(section.RequiredText("recipe"), section.IntOrNull("seeds", null, min: 1), bits.Count == 0 ? null : bits) { Only = section.Texts("only", []) };
    }
}

/// <summary>A loss that is compared.</summary>
/// <param name="Name">What the table calls it; also the beginning of its runs' folders.</param>
/// <param name="Settings">What it changes in the recipe of a family, as <c>--set</c> takes it.</param>
public sealed record ComparedLoss(string Name, ValueList<string> Settings)
{
    internal static ComparedLoss Read(Section section)
    {
        string name = section.RequiredText("name");
        if (name == LossComparison.BaselineFolder || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        {
            section.Fault("name", $"{section.Path}.name is \"{name}\"; folders are named after it, so letters, digits, '-', '_' and '.' are needed, and another name than {LossComparison.BaselineFolder}.");
        }
        return new(name, section.Settings("set"));
    }
}
