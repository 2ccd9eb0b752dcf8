namespace Semblance.Training;

/// <summary>How batches are put together.</summary>
public enum SamplerKind
{
    /// <summary>Every image once a pass, in random order.</summary>
    Shuffle,

    /// <summary>So many images of so many classes.</summary>
    ClassBalanced,

    /// <summary>Anchor classes, each with its nearest classes in the tree of classes.</summary>
    AnchorNeighbour,

    /// <summary>Classes as often as a power of their size says.</summary>
    ClassWeighted,
}

/// <summary>How batches are put together.</summary>
public sealed record SamplerRecipe
{
    /// <summary>The rule.</summary>
    public SamplerKind Kind { get; init; } = SamplerKind.Shuffle;

    /// <summary>Images in a batch.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Images of each class in a batch of the rules that go by classes.</summary>
    public int PerClass { get; init; } = 4;

    /// <summary>Whether the batch at the end of a pass is left out where it is not full.</summary>
    public bool DropLast { get; init; }

    /// <summary>Anchor classes of a batch.</summary>
    public int Anchors { get; init; } = 8;

    /// <summary>Classes of a group, its anchor among them.</summary>
    public int Neighbours { get; init; } = 4;

    /// <summary>Whether a class with fewer than <see cref="PerClass"/> images is filled up with its own; else the batch is smaller.</summary>
    public bool Replacement { get; init; }

    /// <summary>The power of a class's size: 1 as often as it has images, 0 all alike.</summary>
    public double Power { get; init; }

    /// <summary>Whether the probabilities of classes go from those of the images to those of <see cref="Power"/> in the course of the run.</summary>
    public bool Progressive { get; init; }

    /// <summary>The epoch from which on classes are drawn by weight; before it every image is seen once an epoch.</summary>
    public int FromEpoch { get; init; }

    internal static SamplerRecipe Read(Section section)
    {
        SamplerRecipe defaults = new();
        SamplerKind kind = section.Choice("kind", defaults.Kind);
        Section byTree = section.When(kind == SamplerKind.AnchorNeighbour, "kind: anchor-neighbour");
        Section byClass = section.When(kind is SamplerKind.ClassBalanced or SamplerKind.AnchorNeighbour, "kind: class-balanced or anchor-neighbour");
        Section byWeight = section.When(kind == SamplerKind.ClassWeighted, "kind: class-weighted");
        SamplerRecipe read = new()
        {
            Kind = kind,
            Batch = section.When(kind != SamplerKind.AnchorNeighbour, "kind: shuffle, class-balanced or class-weighted").Int("batch", defaults.Batch, min: 1),
            PerClass = byClass.Int("per-class", defaults.PerClass, min: 1),
            DropLast = section.When(kind is SamplerKind.Shuffle or SamplerKind.ClassWeighted, "kind: shuffle or class-weighted").Flag("drop-last", defaults.DropLast),
            Anchors = byTree.Int("anchors", defaults.Anchors, min: 1, max: 4096),
            Neighbours = byTree.Int("neighbours", defaults.Neighbours, min: 1, max: 4096),
            Replacement = byTree.Flag("replacement", defaults.Replacement),
            Power = byWeight.Number("power", defaults.Power),
            Progressive = byWeight.Flag("progressive", defaults.Progressive),
            FromEpoch = byWeight.Int("from-epoch", defaults.FromEpoch, min: 0),
        };
        if (kind == SamplerKind.AnchorNeighbour)
        {
            return read with { Batch = (int)Math.Min(int.MaxValue, (long)read.Anchors * read.Neighbours * read.PerClass) };
        }
        if (kind == SamplerKind.ClassBalanced && read.PerClass > read.Batch)
        {
            byClass.Fault("per-class", $"{section.Path}.per-class is {read.PerClass} and batch is {read.Batch}; a batch holds at least one whole class.");
        }
        return read;
    }
}
