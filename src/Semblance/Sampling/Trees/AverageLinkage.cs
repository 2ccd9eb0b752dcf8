using Semblance.Sampling.Kernels;

namespace Semblance.Sampling.Trees;

/// <summary>Average linkage over classes (UPGMA) by chains of nearest neighbours, without a matrix of distances.</summary>
/// <remarks>
/// The mean of d(p, q) over the classes of two nodes is m_A + m_B - 2 μ_A · μ_B with m and μ averaged over each node's classes: a node is described as a class
/// is. Chains: Murtagh, 1983. Cost: at most 3 searches a class, each over all nodes that are left.
/// </remarks>
internal sealed class AverageLinkage
{
    private const int SearchedAtOnce = 1024;

    private readonly int _stride;
    private readonly int _threads;
    private readonly double[] _means;
    private readonly double[] _lengths;
    private readonly int[] _sizes;
    private readonly List<int> _nodes;
    private readonly List<(int A, int B, double Distance)> _merges = [];

    private AverageLinkage(ClassMeans means, int threads)
    {
        _stride = means.Stride;
        _threads = threads;
        _means = means.Rows.ToArray();
        _lengths = means.SquaredLengths.ToArray();
        _sizes = [.. Enumerable.Repeat(1, means.Count)];
        _nodes = [.. Enumerable.Range(0, means.Count)];
    }

    /// <summary>Which nodes merge at which distance; a node is named by one of its classes.</summary>
    public static IReadOnlyList<(int A, int B, double Distance)> Merges(ClassMeans means, int threads)
    {
        AverageLinkage linkage = new(means, threads);
        linkage.Run();
        return linkage._merges;
    }

    private void Run()
    {
        Stack<int> chain = new();
        while (_nodes.Count > 1)
        {
            if (chain.Count == 0)
            {
                chain.Push(_nodes[0]);
            }
            int last = chain.Pop();
            int before = chain.Count > 0 ? chain.Peek() : -1;
            (int nearest, double distance) = Nearest(last, before);
            if (nearest == before)
            {
                chain.Pop();
                Merge(Math.Min(last, before), Math.Max(last, before), distance);
            }
            else
            {
                chain.Push(last);
                chain.Push(nearest);
            }
        }
    }

    /// <summary>The nearest other node, the one before in the chain where it is as near as any, else the first.</summary>
    private (int Node, double Distance) Nearest(int node, int before)
    {
        int parts = (_nodes.Count + SearchedAtOnce - 1) / SearchedAtOnce;
        (int Node, double Distance)[] best = new (int, double)[parts];
        if (parts == 1)
        {
            best[0] = Search(node, 0);
        }
        else
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = _threads }, part => best[part] = Search(node, part));
        }
        (int Node, double Distance) nearest = best.MinBy(found => found.Distance);
        return before >= 0 && Distance(node, before) <= nearest.Distance ? (before, Distance(node, before)) : nearest;
    }

    private (int Node, double Distance) Search(int node, int part)
    {
        (int Node, double Distance) best = (-1, double.PositiveInfinity);
        for (int k = part * SearchedAtOnce; k < Math.Min(_nodes.Count, (part + 1) * SearchedAtOnce); k++)
        {
            int other = _nodes[k];
            if (other != node && Distance(node, other) is double distance && distance < best.Distance)
            {
                best = (other, distance);
            }
        }
        return best;
    }

    private double Distance(int a, int b) => _lengths[a] + _lengths[b] - (2 * ClassDots.One(Mean(a), Mean(b)));

    private void Merge(int kept, int gone, double distance)
    {
        double share = (double)_sizes[gone] / (_sizes[kept] + _sizes[gone]);
        Span<double> into = Mean(kept), from = Mean(gone);
        for (int k = 0; k < _stride; k++)
        {
            into[k] += share * (from[k] - into[k]);
        }
        _lengths[kept] += share * (_lengths[gone] - _lengths[kept]);
        _sizes[kept] += _sizes[gone];
        _nodes.RemoveAt(_nodes.BinarySearch(gone));
        _merges.Add((kept, gone, distance));
    }

    private Span<double> Mean(int node) => _means.AsSpan(node * _stride, _stride);
}
