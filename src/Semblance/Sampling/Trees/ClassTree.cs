namespace Semblance.Sampling.Trees;

/// <summary>Which classes look alike, level by level: the class tree of the Hierarchical Triplet Loss (Ge et al., ECCV 2018). It never changes; a new one takes its place.</summary>
/// <remarks>
/// At level l classes that are nearer than d_l = d_0 + l (4 - d_0) / L lie in one node; level L is the root. All distances are mean squared distances of unit vectors.
/// Classes go by their places in <see cref="Labels"/>. Memory: classes × (levels + 1 + neighbours) numbers.
/// </remarks>
public sealed class ClassTree
{
    private readonly int[] _labels;
    private readonly double[] _inner;
    private readonly double[] _thresholds;
    private readonly int[] _nodes;
    private readonly int[] _neighbours;

    /// <summary>A tree from its parts, as they were read from one.</summary>
    /// <param name="parts">The parts; they are not copied.</param>
    /// <exception cref="ArgumentException">They do not fit together.</exception>
    public ClassTree(ClassTreeParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        int classes = parts.Labels.Length;
        if (classes == 0 || parts.Levels < 1 || parts.InnerDistances.Length != classes || parts.Nodes.Length != classes * (parts.Levels + 1) || parts.Neighbours.Length % classes != 0)
        {
            throw new ArgumentException($"{classes} classes at {parts.Levels} levels need {classes} inner distances, {classes * (parts.Levels + 1)} nodes and as many neighbours for each class; there are {parts.InnerDistances.Length}, {parts.Nodes.Length} and {parts.Neighbours.Length}.", nameof(parts));
        }
        (_labels, _inner, _nodes, _neighbours) = (parts.Labels, parts.InnerDistances, parts.Nodes, parts.Neighbours);
        _thresholds = ThresholdsOf(parts.BaseDistance, parts.Levels);
    }

    /// <summary>Number of classes.</summary>
    public int Count => _labels.Length;

    /// <summary>L, the number of the last level, the root.</summary>
    public int Levels => _thresholds.Length - 1;

    /// <summary>The classes' labels, ascending.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>s, the mean squared distance within each class; d_0 for a class with one image.</summary>
    public ReadOnlySpan<double> InnerDistances => _inner;

    /// <summary>d_0 to d_L.</summary>
    public ReadOnlySpan<double> Thresholds => _thresholds;

    /// <summary>Nearest classes that are kept for each class.</summary>
    public int NeighboursKept => _neighbours.Length / Count;

    /// <summary>What the tree is made of, to be kept.</summary>
    public ClassTreeParts Parts => new(_labels, _inner, _thresholds[0], Levels, _nodes, _neighbours);

    /// <summary>The tree of classes.</summary>
    /// <param name="means">The classes.</param>
    /// <param name="options">Levels, linkage and neighbours to keep.</param>
    public static ClassTree Of(ClassMeans means, ClassTreeOptions options)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(options);
        double[] thresholds = ThresholdsOf(means.BaseDistance, options.Levels);
        bool single = options.Linkage == Linkage.Single;
        ClassPairs pairs = new(means, thresholds, Math.Min(options.Neighbours, means.Count - 1), single);
        pairs.Run(options.Threads);
        int[] nodes = single ? Nest(pairs.Joined, means.Count) : Cut(AverageLinkage.Merges(means, options.Threads), thresholds, means.Count);
        return new ClassTree(new([.. means.Labels], [.. means.InnerDistances], means.BaseDistance, options.Levels, nodes, pairs.Nearest));
    }

    /// <summary>The place of a label; below 0 where the tree does not have it.</summary>
    public int Find(int label) => Array.BinarySearch(_labels, label);

    /// <summary>The node of a class at a level; nodes of a level are numbered from 0 in the order of their first classes.</summary>
    public int Node(int place, int level) => _nodes[(place * _thresholds.Length) + level];

    /// <summary>How many nodes a level has.</summary>
    public int NodesAt(int level) => 1 + Enumerable.Range(0, Count).Max(place => Node(place, level));

    /// <summary>H, the first level at which two classes lie in one node; 0 for a class with itself.</summary>
    /// <remarks>Nodes that are one stay one, so that a binary search finds it.</remarks>
    public int MergeLevel(int p, int q)
    {
        int low = 0, high = Levels;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Node(p, middle) == Node(q, middle) ? (low, middle) : (middle + 1, high);
        }
        return low;
    }

    /// <summary>The nearest other classes of a class, nearest first; of equally near ones the one with the lower label.</summary>
    public ReadOnlySpan<int> Neighbours(int place) => _neighbours.AsSpan(place * NeighboursKept, NeighboursKept);

    /// <summary>beta + d_H - s of the anchor's class: by how much farther a negative must be than a positive.</summary>
    /// <param name="anchor">Place of the anchor's class.</param>
    /// <param name="negative">Place of the negative's class.</param>
    /// <param name="gain">beta.</param>
    /// <returns>A squared distance; below 0 where the anchor's class is wider than what separates the two.</returns>
    public double Margin(int anchor, int negative, double gain) => gain + _thresholds[MergeLevel(anchor, negative)] - _inner[anchor];

    /// <summary>The smallest, mean and largest margin over all ordered pairs of classes; all 0 where there is one class.</summary>
    public (double Least, double Mean, double Most) MarginRange(double gain)
    {
        if (Count == 1)
        {
            return (0, 0, 0);
        }
        int[][] sizes = [.. Enumerable.Range(0, Levels + 1).Select(Sizes)];
        (double least, double sum, double most) = (double.PositiveInfinity, 0, double.NegativeInfinity);
        for (int place = 0; place < Count; place++)
        {
            int within = 1;
            for (int level = 0; level <= Levels; level++)
            {
                int joined = sizes[level][Node(place, level)] - within;
                if (joined > 0)
                {
                    double margin = gain + _thresholds[level] - _inner[place];
                    (least, sum, most) = (Math.Min(least, margin), sum + (joined * margin), Math.Max(most, margin));
                    within += joined;
                }
            }
        }
        return (least, sum / ((double)Count * (Count - 1)), most);
    }

    private int[] Sizes(int level)
    {
        int[] sizes = new int[NodesAt(level)];
        for (int place = 0; place < Count; place++)
        {
            sizes[Node(place, level)]++;
        }
        return sizes;
    }

    private static double[] ThresholdsOf(double first, int levels) => [.. Enumerable.Range(0, levels + 1).Select(level => first + (level * (ClassMeans.Largest - first) / levels))];

    /// <summary>Nodes of every level from what each joins itself: a level inherits what the one below has.</summary>
    private static int[] Nest(DisjointSets[] joined, int classes)
    {
        for (int level = 1; level < joined.Length; level++)
        {
            joined[level].JoinAll(joined[level - 1]);
        }
        return Interleave([.. joined.Select(sets => sets.Number()), new int[classes]]);
    }

    /// <summary>Nodes of every level from merges whose distances never fall: those below its threshold.</summary>
    private static int[] Cut(IReadOnlyList<(int A, int B, double Distance)> merges, double[] thresholds, int classes)
    {
        List<int[]> levels = [];
        foreach (double threshold in thresholds.AsSpan(0, thresholds.Length - 1))
        {
            DisjointSets sets = new(classes);
            foreach ((int a, int b, _) in merges.Where(merge => merge.Distance < threshold))
            {
                sets.Join(a, b);
            }
            levels.Add(sets.Number());
        }
        return Interleave([.. levels, new int[classes]]);
    }

    private static int[] Interleave(int[][] levels)
    {
        int[] nodes = new int[levels.Length * levels[0].Length];
        for (int place = 0; place < levels[0].Length; place++)
        {
            for (int level = 0; level < levels.Length; level++)
            {
                nodes[(place * levels.Length) + level] = levels[level][place];
            }
        }
        return nodes;
    }
}

/// <summary>What a <see cref="ClassTree"/> is made of.</summary>
/// <param name="Labels">The classes' labels, ascending.</param>
/// <param name="InnerDistances">Mean squared distance within each class.</param>
/// <param name="BaseDistance">d_0.</param>
/// <param name="Levels">L.</param>
/// <param name="Nodes">Node of each class at each of the L + 1 levels, class by class.</param>
/// <param name="Neighbours">Places of the nearest classes, equally many for each class.</param>
public sealed record ClassTreeParts(int[] Labels, double[] InnerDistances, double BaseDistance, int Levels, int[] Nodes, int[] Neighbours);
