using System.Globalization;
using Semblance.Sampling.Trees;

namespace Semblance.Training.Trees;

/// <summary>A tree in words and numbers.</summary>
public static class TreeFigures
{
    /// <summary>Nodes of every level, such as <c>98 71 12 1 ...</c>: equal ones at the end are left out.</summary>
    public static string Nodes(ClassTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        int[] nodes = [.. Enumerable.Range(0, tree.Levels + 1).Select(tree.NodesAt)];
        int told = Array.FindIndex(nodes, count => count == 1) + 1;
        return string.Join(' ', nodes.Take(told)) + (told < nodes.Length ? " ..." : "");
    }

    /// <summary>What keeps the tree from telling anything; null where nothing does.</summary>
    public static string? Warning(ClassTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        if (tree.Count < 2)
        {
            return "the tree has one class: there are no negatives, and the loss is 0.";
        }
        if (tree.NodesAt(0) == 1)
        {
            return "all classes are one node at level 0, so every pair of classes has the same level and the tree tells nothing. That is usual of features that are not trained yet: set tree.from-epoch higher, or start from pretrained weights.";
        }
        return tree.NodesAt(tree.Levels - 1) == tree.Count
            ? string.Create(CultureInfo.InvariantCulture, $"the {tree.Count} classes are apart up to the last level but one, so every pair has the largest margin. Set tree.levels higher.")
            : null;
    }

    /// <summary>The numbers of a tree for the log: classes, d0, nodes at each level, and the range of margins where they are used.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="gain">beta of the loss; null where no loss uses margins.</param>
    public static Dictionary<string, double> Values(ClassTree tree, double? gain)
    {
        ArgumentNullException.ThrowIfNull(tree);
        Dictionary<string, double> values = new() { ["classes"] = tree.Count, ["base-distance"] = tree.Thresholds[0] };
        for (int level = 0; level <= tree.Levels; level++)
        {
            values[string.Create(CultureInfo.InvariantCulture, $"nodes.{level}")] = tree.NodesAt(level);
        }
        if (gain is { } beta)
        {
            (values["margin-min"], values["margin-mean"], values["margin-max"]) = tree.MarginRange(beta);
        }
        return values;
    }
}
