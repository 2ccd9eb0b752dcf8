namespace Semblance.Training;

/// <summary>How batches are put together.</summary>
public enum SamplerKind
{
    /// <summary>Every image once a pass, in random order.</summary>
    Shuffle,

    /// <summary>So many images of so many classes.</summary>
    ClassBalanced,
}

/// <summary>How batches are put together.</summary>
public sealed record SamplerRecipe
{
    /// <summary>The rule.</summary>
    public SamplerKind Kind { get; init; } = SamplerKind.Shuffle;

    /// <summary>Images in a batch.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Images of each class in a batch of the class-balanced rule; as many classes as then fit.</summary>
    public int PerClass { get; init; } = 4;

    /// <summary>Whether the batch at the end of a pass is left out where it is not full.</summary>
    public bool DropLast { get; init; }

    internal static SamplerRecipe Read(Section section)
    {
        SamplerRecipe defaults = new();
        SamplerKind kind = section.Choice("kind", defaults.Kind);
        Section balanced = section.When(kind == SamplerKind.ClassBalanced, "kind: class-balanced");
        SamplerRecipe read = new()
        {
            Kind = kind,
            Batch = section.Int("batch", defaults.Batch, min: 1),
            PerClass = balanced.Int("per-class", defaults.PerClass, min: 1),
            DropLast = section.When(kind == SamplerKind.Shuffle, "kind: shuffle").Flag("drop-last", defaults.DropLast),
        };
        if (read.PerClass > read.Batch)
        {
            balanced.Fault("per-class", $"{section.Path}.per-class is {read.PerClass} and batch is {read.Batch}; a batch holds at least one whole class.");
        }
        return read;
    }
}
