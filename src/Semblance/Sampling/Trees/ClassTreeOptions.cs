namespace Semblance.Sampling.Trees;

/// <summary>When two nodes of a class tree are one.</summary>
public enum Linkage
{
    /// <summary>As soon as a class of one is near enough to a class of the other.</summary>
    Single,

    /// <summary>As soon as their classes are near enough on average (UPGMA over classes), which chains less.</summary>
    Average,
}

/// <summary>Settings of a <see cref="ClassTree"/>.</summary>
public sealed record ClassTreeOptions
{
    /// <summary>L: the tree has the levels 0 to L, and level L is the root; at least 1.</summary>
    public int Levels { get; init => field = Require.AtLeast(value, 1); } = 16;

    /// <summary>When two nodes are one.</summary>
    public Linkage Linkage { get; init; } = Linkage.Single;

    /// <summary>Nearest classes to keep for each class; all there are where they are fewer.</summary>
    public int Neighbours { get; init => field = Require.AtLeast(value, 0); } = 31;

    /// <summary>Threads; the tree does not depend on their number.</summary>
    public int Threads { get; init => field = Require.AtLeast(value, 1); } = Math.Max(1, Environment.ProcessorCount);
}
