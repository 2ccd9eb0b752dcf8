using Semblance.Sampling.Trees;

namespace Semblance.Training;

/// <summary>The tree of classes that loss and sampler share: what it is made of and when it is built.</summary>
public sealed record TreeRecipe
{
    /// <summary>L, levels above the first; the last is the root.</summary>
    public int Levels { get; init; } = 16;

    /// <summary>When two nodes are one.</summary>
    public Linkage Linkage { get; init; } = Linkage.Single;

    /// <summary>Passes over the training images before the first tree; until then margins are constant and classes drawn at random.</summary>
    public int FromEpoch { get; init; } = 1;

    /// <summary>Passes from one tree to the next.</summary>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>Most images of a class that are embedded for a tree; null for all.</summary>
    public int? ImagesPerClass { get; init; }

    internal static TreeRecipe Read(Section section)
    {
        TreeRecipe defaults = new();
        return new()
        {
            Levels = section.Int("levels", defaults.Levels, min: 1, max: 1024),
            Linkage = section.Choice("linkage", defaults.Linkage),
            FromEpoch = section.Int("from-epoch", defaults.FromEpoch, min: 0),
            EveryEpochs = section.Int("every-epochs", defaults.EveryEpochs, min: 1),
            ImagesPerClass = section.IntOrNull("images-per-class", defaults.ImagesPerClass, min: 2),
        };
    }
}
