using Semblance.Losses.Logits;

namespace Semblance.Training;

/// <summary>How images are paired, and how much of each there is in a mixture.</summary>
public enum MixKind
{
    /// <summary>Pairs at random, one share a batch, the same for pixels and labels (Zhang et al., ICLR 2018).</summary>
    Mixup,

    /// <summary>As mixup, with the whole label of a class that is much rarer (Chou et al., ECCV workshop 2020).</summary>
    Remix,

    /// <summary>Partners by the sizes of their classes, a share for each pair that favours the rarer class (Xu et al., NeurIPS 2021).</summary>
    Unimix,
}

/// <summary>What is mixed.</summary>
public enum MixAt
{
    /// <summary>What goes into the model: pixels, or features that are kept.</summary>
    Image,

    /// <summary>The features that the backbone gives.</summary>
    Feature,
}

/// <summary>How images are mixed of two for losses over logits.</summary>
public sealed record MixRecipe
{
    /// <summary>The rule.</summary>
    public MixKind Kind { get; init; } = MixKind.Mixup;

    /// <summary>What is mixed.</summary>
    public MixAt At { get; init; } = MixAt.Image;

    /// <summary>alpha: shares are drawn from Beta(alpha, alpha).</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>tau: below it a share counts as small to remix; the power of class sizes by which unimix draws partners.</summary>
    public double Tau { get; init; } = 0.5;

    /// <summary>kappa: how many times larger a class must be for remix.</summary>
    public double Kappa { get; init; } = 3;

    /// <summary>Passes after which images are no longer mixed; null for never.</summary>
    public double? UntilEpoch { get; init; }

    internal static MixRecipe Read(Section section)
    {
        MixRecipe defaults = new();
        MixKind kind = section.Choice("kind", defaults.Kind);
        bool byClass = kind == MixKind.Unimix;
        Section mixup = section.When(!byClass, "kind: mixup or remix"), remix = section.When(kind == MixKind.Remix, "kind: remix"), unimix = section.When(byClass, "kind: unimix");
        (double alpha, double alphaByClass) = (mixup.Number("alpha", defaults.Alpha, above: 0), unimix.Number("alpha", 0.8, above: 0));
        (double tau, double power) = (remix.Number("tau", defaults.Tau, min: 0, max: 1), unimix.Number("tau", -0.1, min: -100, max: 100));
        return new()
        {
            Kind = kind,
            At = section.Choice("at", defaults.At),
            Alpha = byClass ? alphaByClass : alpha,
            Tau = byClass ? power : tau,
            Kappa = remix.Number("kappa", defaults.Kappa, min: 1),
            UntilEpoch = section.NumberOrNull("until-epoch", null, min: 0),
        };
    }

    /// <summary>Notes what images that are mixed of two do not go with.</summary>
    internal static void RefuseContradictions(Section root, Recipe recipe)
    {
        if (recipe.Mix is not { } mix)
        {
            return;
        }
        if (recipe.Objective.FirstOrDefault(term => term.Options is not ILogitTermOptions { TakesMixed: true }) is { } other)
        {
            root.Fault("mix", other.Options is ILogitTermOptions
                ? $"mix makes images of two, and {other.Name} judges each image by its own label; remove one of them."
                : $"mix makes images of two with a label of each, which losses over logits take, and {other.Name} is none of these; remove one of them.");
        }
        if (mix.At == MixAt.Feature && recipe.Chunk is not null)
        {
            root.Fault("mix", "mix.at is feature, which needs the features of the whole batch, and chunk takes some images at a time; set mix.at to image or remove chunk.");
        }
    }
}
