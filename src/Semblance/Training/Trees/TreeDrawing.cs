using System.Globalization;
using Semblance.Reports;
using Semblance.Sampling.Trees;

namespace Semblance.Training.Trees;

/// <summary>Makes a picture of a tree of classes: at most so many leaves, in an order that puts alike ones beside each other.</summary>
public sealed class TreeDrawing
{
    /// <summary>Most leaves of a drawing; more classes are drawn as nodes of several.</summary>
    public const int MostLeaves = 200;

    private readonly ClassTree tree;
    private readonly ClassMeans means;
    private readonly Func<int, string> name;
    private readonly Func<int, IReadOnlyList<Thumbnail>> images;

    /// <summary>A picture.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="means">The classes that it was made of.</param>
    /// <param name="name">Name of a class by its label.</param>
    /// <param name="images">Some images of a class by its label.</param>
    public TreeDrawing(ClassTree tree, ClassMeans means, Func<int, string> name, Func<int, IReadOnlyList<Thumbnail>> images)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(means);
        (this.tree, this.means, this.name, this.images) = (tree, means, name, images);
    }

    /// <summary>Why not every class is a leaf; null where each is.</summary>
    public string? Note { get; private set; }

    /// <summary>The picture.</summary>
    public Dendrogram Draw()
    {
        int[][] groups = Leaves();
        DendrogramLevel[] levels = [.. Enumerable.Range(0, tree.Levels + 1).Select(level => new DendrogramLevel(tree.Thresholds[level], tree.NodesAt(level)))];
        return new Dendrogram([.. Ordered(groups, tree.Levels).Select(Leaf)], levels);
    }

    /// <summary>The classes by themselves, or the nodes of the first level that has few enough, or the largest of the last that has several.</summary>
    private int[][] Leaves()
    {
        if (tree.Count <= MostLeaves)
        {
            return [.. Enumerable.Range(0, tree.Count).Select(place => new[] { place })];
        }
        int level = Enumerable.Range(0, tree.Levels).Where(level => tree.NodesAt(level) <= MostLeaves && tree.NodesAt(level) > 1).Append(-1).First();
        level = level >= 0 ? level : Math.Max(0, Enumerable.Range(0, tree.Levels).LastOrDefault(at => tree.NodesAt(at) > 1));
        int[][] nodes = [.. Enumerable.Range(0, tree.Count).GroupBy(place => tree.Node(place, level)).Select(group => group.ToArray())];
        int[][] shown = [.. nodes.OrderByDescending(node => node.Length).ThenBy(node => node[0]).Take(MostLeaves)];
        Note = string.Create(CultureInfo.InvariantCulture, $"{tree.Count} classes are too many to be drawn one by one: a leaf is a node of level {level}.")
            + (shown.Length < nodes.Length ? string.Create(CultureInfo.InvariantCulture, $" The {shown.Length} largest of {nodes.Length} are shown.") : "");
        return shown;
    }

    /// <summary>Node by node from the root: within a node each part is followed by the one that is nearest to it.</summary>
    private List<int[]> Ordered(int[][] groups, int level)
    {
        if (groups.Length <= 1 || level < 0)
        {
            return [.. Chain([.. groups.Select(group => new[] { group })]).Select(part => part[0])];
        }
        int[][][] parts = [.. groups.GroupBy(group => tree.Node(group[0], level)).Select(part => part.ToArray())];
        return [.. Chain(parts).SelectMany(part => Ordered(part, level - 1))];
    }

    private List<int[][]> Chain(int[][][] parts)
    {
        List<int[][]> rest = [.. parts.OrderByDescending(part => part.Sum(group => group.Length)).ThenBy(part => part[0][0])], chain = [];
        while (rest.Count > 0)
        {
            int next = chain.Count == 0 ? 0 : Enumerable.Range(0, rest.Count).MinBy(k => means.Distance(chain[^1][0][0], rest[k][0][0]));
            chain.Add(rest[next]);
            rest.RemoveAt(next);
        }
        return chain;
    }

    private DendrogramLeaf Leaf(int[] classes)
    {
        int first = classes[0], label = tree.Labels[first];
        int[] nodes = [.. Enumerable.Range(0, tree.Levels + 1).Select(level => tree.Node(first, level))];
        return classes.Length == 1
            ? new(name(label), Detail(first), nodes, images(label))
            : new(string.Create(CultureInfo.InvariantCulture, $"{name(label)} +{classes.Length - 1}"), string.Join(", ", classes.Take(20).Select(place => name(tree.Labels[place]))) + (classes.Length > 20 ? ", ..." : ""), nodes, [.. classes.Take(4).SelectMany(place => images(tree.Labels[place]).Take(1))]);
    }

    private string Detail(int place)
    {
        string near = tree.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", nearest {name(tree.Labels[Nearest(place)])} at {means.Distance(place, Nearest(place)):0.00}");
        return string.Create(CultureInfo.InvariantCulture, $"{name(tree.Labels[place])}: {means.Counts[place]} images, width {tree.InnerDistances[place]:0.00}{near}");
    }

    private int Nearest(int place) => tree.NeighboursKept > 0 ? tree.Neighbours(place)[0] : Enumerable.Range(0, tree.Count).Where(other => other != place).MinBy(other => means.Distance(place, other));
}
