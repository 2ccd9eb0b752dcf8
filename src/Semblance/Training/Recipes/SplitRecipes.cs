namespace Semblance.Training;

/// <summary>What is searched where images are drawn for each class.</summary>
public enum SearchedImages
{
    /// <summary>Every image that does not ask, training images as well.</summary>
    WithTraining,

    /// <summary>Every image that neither asks nor trains.</summary>
    WithoutTraining,
}

/// <summary>How many images of each class ask and train; drawn in this order with the split seed.</summary>
public sealed record PerClassRecipe
{
    /// <summary>Images of each class that ask.</summary>
    public Amount Query { get; init; } = Amount.Fraction(0.2);

    /// <summary>Images of each class that train.</summary>
    public Amount Train { get; init; } = Amount.Rest;

    /// <summary>What is searched.</summary>
    public SearchedImages Database { get; init; } = SearchedImages.WithTraining;

    internal static PerClassRecipe Read(Section section)
    {
        PerClassRecipe defaults = new();
        PerClassRecipe read = new()
        {
            Query = section.Value<Amount>("query", Amount.Type, defaults.Query, Amount.TryParse, amount => amount.ToString()),
            Train = section.Value<Amount>("train", Amount.Type, defaults.Train, Amount.TryParse, amount => amount.ToString()),
            Database = section.Choice("database", defaults.Database),
        };
        if (read.Query.IsRest)
        {
            section.Fault("query", $"{section.Path}.query is rest, which leaves nothing to train on; a count or a fraction is needed.");
        }
        if (read.Train.IsRest && read.Database == SearchedImages.WithoutTraining)
        {
            section.Fault("database", $"{section.Path}.database is without-training and train is rest, which leaves nothing to search; give train a count or a fraction.");
        }
        return read;
    }
}

/// <summary>Where the images come from on which models of one run are compared.</summary>
public enum ValidationKind
{
    /// <summary><see cref="Classes"/> where the protocol lets no class both train and ask, else <see cref="Images"/>.</summary>
    Auto,

    /// <summary>There are none; the last model is kept.</summary>
    None,

    /// <summary>Some training images of each class, which then do not train.</summary>
    Images,

    /// <summary>All training images of some classes, which then do not train.</summary>
    Classes,

    /// <summary>A split of the data.</summary>
    Split,
}

/// <summary>What the choice of the best model is made on.</summary>
public sealed record ValidationRecipe
{
    /// <summary>Where the images come from; never <see cref="ValidationKind.Auto"/> once read.</summary>
    public ValidationKind Kind { get; init; } = ValidationKind.Images;

    /// <summary>How many images of each class, or how many classes.</summary>
    public Amount Amount { get; init; } = Amount.Fraction(0.1);

    /// <summary>Name of the split; null unless <see cref="Kind"/> is <see cref="ValidationKind.Split"/>.</summary>
    public string? Split { get; init; }

    internal static ValidationRecipe Read(Section section, string protocol)
    {
        ValidationRecipe defaults = new();
        ValidationKind kind = section.Choice("kind", ValidationKind.Auto);
        if (kind == ValidationKind.Auto)
        {
            kind = Protocols.IsClassDisjoint(protocol) ? ValidationKind.Classes : ValidationKind.Images;
        }
        bool isDrawn = kind is ValidationKind.Images or ValidationKind.Classes;
        ValidationRecipe read = new()
        {
            Kind = kind,
            Amount = section.When(isDrawn, "kind: images or classes").Value<Amount>("amount", Amount.Type, defaults.Amount, Amount.TryParse, amount => amount.ToString()),
            Split = section.When(kind == ValidationKind.Split, "kind: split").TextOrNull("split", defaults.Split),
        };
        if (read.Amount.IsRest)
        {
            section.Fault("amount", $"{section.Path}.amount is rest, which leaves nothing to train on; a count or a fraction is needed.");
        }
        if (kind == ValidationKind.Split && read.Split is null)
        {
            section.Fault("split", $"{section.Path}.split is missing; kind: split needs the name of the split.");
        }
        return read;
    }
}
