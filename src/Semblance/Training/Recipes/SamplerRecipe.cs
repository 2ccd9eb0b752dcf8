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

    internal static SamplerRecipe Read(Section section)
    {
        SamplerRecipe defaults = new();
        SamplerKind kind = section.Choice("kind", defaults.Kind);
        Section byTree = section.When(kind == SamplerKind.AnchorNeighbour, "kind: anchor-neighbour");
        Section byClass = section.When(kind != SamplerKind.Shuffle, "kind: class-balanced or anchor-neighbour");
        SamplerRecipe read = new()
        {
            Kind = kind,
            Batch = section.When(kind != SamplerKind.AnchorNeighbour, "kind: shuffle or class-balanced").Int("batch", defaults.Batch, min: 1),
            PerClass = byClass.Int("per-class", defaults.PerClass, min: 1),
            DropLast = section.When(kind == SamplerKind.Shuffle, "kind: shuffle").Flag("drop-last", defaults.DropLast),
            Anchors = byTree.Int("anchors", defaults.Anchors, min: 1, max: 4096),
            Neighbours = byTree.Int("neighbours", defaults.Neighbours, min: 1, max: 4096),
            Replacement = byTree.Flag("replacement", defaults.Replacement),
        };
        if (kind == SamplerKind.AnchorNeighbour)
        {
            return read with { Batch = (int)Math.Min(int.MaxValue, (long)read.Anchors * read.Neighbours * read.PerClass) };
        }
        if (read.PerClass > read.Batch)
        {
            byClass.Fault("per-class", $"{section.Path}.per-class is {read.PerClass} and batch is {read.Batch}; a batch holds at least one whole class.");
        }
        return read;
    }
}
