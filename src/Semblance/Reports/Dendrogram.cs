namespace Semblance.Reports;

/// <summary>A tree of classes to be drawn: leaves from top to bottom, and the node of each at every level.</summary>
/// <param name="Leaves">The leaves, in an order in which the leaves of every node lie side by side.</param>
/// <param name="Levels">The levels, the root last.</param>
public sealed record Dendrogram(IReadOnlyList<DendrogramLeaf> Leaves, IReadOnlyList<DendrogramLevel> Levels);

/// <summary>A class, or classes that are drawn as one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Detail">What a reader who points at it is told.</param>
/// <param name="Nodes">Its node at each of the levels; equal numbers are one node.</param>
/// <param name="Images">Some of its images.</param>
public sealed record DendrogramLeaf(string Name, string Detail, IReadOnlyList<int> Nodes, IReadOnlyList<Thumbnail> Images);

/// <summary>A level of the tree.</summary>
/// <param name="Threshold">The squared distance below which classes are one.</param>
/// <param name="Nodes">How many nodes there are, also of classes that are not drawn by themselves.</param>
public sealed record DendrogramLevel(double Threshold, int Nodes);

/// <summary>What a page about a tree of classes tells.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Summary">One or two sentences.</param>
/// <param name="Tree">The tree.</param>
public sealed record DendrogramReport(string Title, string Summary, Dendrogram Tree)
{
    /// <summary>What a reader should know about the picture; null for nothing.</summary>
    public string? Note { get; init; }
}
