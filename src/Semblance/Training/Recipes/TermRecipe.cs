namespace Semblance.Training;

/// <summary>Who is positive to whom.</summary>
public enum RelationKind
{
    /// <summary>Items with exactly the same labels.</summary>
    SameClass,

    /// <summary>Items with at least one label in common.</summary>
    SharesLabel,

    /// <summary>Items with at least so many labels in common.</summary>
    SharesAtLeast,

    /// <summary>Items whose common labels are at least such a part of all labels that either has.</summary>
    Jaccard,

    /// <summary>Items with at least one label in common, to the degree of the labels in common among those that either has.</summary>
    Graded,
}

/// <summary>Who is positive to whom, from the labels of two items.</summary>
public sealed record RelationRecipe
{
    /// <summary>The rule; on data with one label an item the first two are the same.</summary>
    public RelationKind Kind { get; init; } = RelationKind.SharesLabel;

    /// <summary>The number of labels, or the part, that counting rules need; 0 for the others.</summary>
    public double Threshold { get; init; }

    internal static RelationRecipe Read(Section section)
    {
        RelationRecipe defaults = new();
        RelationKind kind = section.Choice("kind", defaults.Kind);
        Section counted = section.When(kind is RelationKind.SharesAtLeast or RelationKind.Jaccard, "kind: shares-at-least or jaccard");
        double threshold = counted.NumberOrNull("threshold", null, above: 0) ?? defaults.Threshold;
        if (threshold == 0)
        {
            counted.Fault("threshold", $"{section.Path}.threshold is missing; kind: {Phrases.Kebab(kind)} needs one.");
        }
        if (kind == RelationKind.SharesAtLeast && threshold != Math.Floor(threshold))
        {
            counted.Fault("threshold", $"{section.Path}.threshold is {threshold}; shares-at-least needs a whole number of labels.");
        }
        if (kind == RelationKind.Jaccard && threshold > 1)
        {
            counted.Fault("threshold", $"{section.Path}.threshold is {threshold}; jaccard needs a part of at most 1.");
        }
        return new() { Kind = kind, Threshold = threshold };
    }
}

/// <summary>One term of the objective: a loss with its weight in the sum.</summary>
/// <param name="Name">What the term is called in metrics; unique within the objective.</param>
/// <param name="Loss">Name of the loss.</param>
/// <param name="Weight">What its value is multiplied by in the sum.</param>
/// <param name="Relation">Who is positive to whom.</param>
/// <param name="Options">The loss's own options, as its binder in the <see cref="RecipeCatalogue"/> read them.</param>
public sealed record TermRecipe(string Name, string Loss, double Weight, RelationRecipe Relation, object Options)
{
    internal static TermRecipe Read(Section section, RecipeCatalogue catalogue)
    {
        string loss = LossOf(section, catalogue.Losses);
        string name = section.Text("name", loss.Length == 0 ? "loss" : loss);
        double weight = section.Number("weight", 1);
        RelationRecipe relation = section.Child("relation", RelationRecipe.Read);
        return new(name, loss, weight, relation, OptionsOf(section, loss, catalogue.Losses) ?? "");
    }

    /// <summary>The name of a loss, which must be given; empty where it is missing or unknown.</summary>
    internal static string LossOf(Section section, IReadOnlyDictionary<string, BindLoss> losses)
    {
        string loss = section.RequiredOneOf("loss", [.. losses.Keys]);
        if (loss.Length == 0)
        {
            section.Tolerate();
        }
        return loss;
    }

    /// <summary>The options of a loss, from the keys beside its name; asks for those of every other, too, where they have no meaning.</summary>
    internal static object? OptionsOf(Section section, string loss, IReadOnlyDictionary<string, BindLoss> losses)
    {
        object? options = null;
        foreach ((string candidate, BindLoss bind) in losses)
        {
            object? bound = section.When(candidate == loss, $"loss: {candidate}").Guard(bind);
            options = candidate == loss ? bound : options;
        }
        return options;
    }

    /// <summary>Notes a fault at every term whose name an earlier one has.</summary>
    internal static void RefuseSameNames(Section section, ValueList<TermRecipe> terms)
    {
        foreach (IGrouping<string, TermRecipe> same in terms.GroupBy(term => term.Name).Where(same => same.Count() > 1))
        {
            section.Fault("objective", $"objective has {same.Count()} terms named {same.Key}; give each its own name.");
        }
    }
}
