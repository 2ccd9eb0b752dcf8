using Semblance.Sampling.Kernels;

namespace Semblance.Sampling.Trees;

/// <summary>One pass over the distances of all pairs of classes, block by block: nearest classes, and what single linkage joins at each level.</summary>
/// <remarks>
/// Each pair is tested once and joined at its own level alone, the first whose threshold exceeds it; levels inherit what lower ones have joined. Memory: a block a
/// thread, and a number a class and level.
/// </remarks>
/// <param name="means">The classes.</param>
/// <param name="thresholds">d_0 to d_L.</param>
/// <param name="neighbours">Nearest classes to keep.</param>
/// <param name="joins">Whether pairs are joined.</param>
internal sealed class ClassPairs(ClassMeans means, double[] thresholds, int neighbours, bool joins)
{
    // 32 and 64 rows of 512 numbers stay in the second cache.
    private const int BlockRows = 32;
    private const int BlockColumns = 64;

    private readonly object _gate = new();

    /// <summary>The nearest classes of each class, nearest first, so many a class.</summary>
    public int[] Nearest { get; } = new int[means.Count * neighbours];

    /// <summary>What is joined at each level but the last; inherited joins not included.</summary>
    public DisjointSets[] Joined { get; } = SetsOf(means.Count, joins ? thresholds.Length - 1 : 0);

    public void Run(int threads)
    {
        int blocks = (means.Count + BlockRows - 1) / BlockRows;
        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new Worker(this), (block, _, worker) => worker.Run(block), Collect);
    }

    private static DisjointSets[] SetsOf(int count, int levels) => [.. Enumerable.Range(0, levels).Select(_ => new DisjointSets(count))];

    private void Collect(Worker worker)
    {
        lock (_gate)
        {
            for (int level = 0; level < Joined.Length; level++)
            {
                Joined[level].JoinAll(worker.Joined[level]);
            }
        }
    }

    /// <summary>What one thread needs.</summary>
    private sealed class Worker(ClassPairs pairs)
    {
        private readonly ClassMeans _means = pairs.Means;
        private readonly double[] _products = new double[BlockRows * BlockColumns];
        private readonly NearestClasses[] _nearest = [.. Enumerable.Range(0, BlockRows).Select(_ => new NearestClasses(pairs.NeighboursKept))];

        public DisjointSets[] Joined { get; } = SetsOf(pairs.Means.Count, pairs.Joined.Length);

        public Worker Run(int block)
        {
            int stride = _means.Stride, first = block * BlockRows, rows = Math.Min(BlockRows, _means.Count - first);
            int padded = _means.Rows.Length / stride;
            ReadOnlySpan<double> a = _means.Rows[(first * stride)..(Math.Min(first + BlockRows, padded) * stride)];
            Array.ForEach(_nearest, list => list.Clear());
            for (int column = 0; column < _means.Count; column += BlockColumns)
            {
                ReadOnlySpan<double> b = _means.Rows[(column * stride)..(Math.Min(column + BlockColumns, padded) * stride)];
                ClassDots.Fill(a, b, stride, _products, BlockColumns);
                for (int row = 0; row < rows; row++)
                {
                    Take(first + row, column, _products.AsSpan(row * BlockColumns, Math.Min(BlockColumns, _means.Count - column)), _nearest[row]);
                }
            }
            for (int row = 0; row < rows; row++)
            {
                _nearest[row].Places.CopyTo(pairs.Nearest.AsSpan((first + row) * pairs.NeighboursKept));
            }
            return this;
        }

        private void Take(int p, int column, ReadOnlySpan<double> products, NearestClasses nearest)
        {
            ReadOnlySpan<double> lengths = _means.SquaredLengths;
            for (int k = 0; k < products.Length; k++)
            {
                int q = column + k;
                if (q == p)
                {
                    continue;
                }
                double distance = ClassMeans.DistanceOf(lengths[p], lengths[q], products[k]);
                nearest.Offer(q, distance);
                if (q > p && Joined.Length > 0)
                {
                    Join(p, q, distance);
                }
            }
        }

        private void Join(int p, int q, double distance)
        {
            int level = pairs.FirstLevel(distance);
            if (level < Joined.Length)
            {
                Joined[level].Join(p, q);
            }
        }
    }

    private ClassMeans Means => means;

    private int NeighboursKept => neighbours;

    /// <summary>The first level whose threshold exceeds a distance; the last one takes everything.</summary>
    private int FirstLevel(double distance)
    {
        int last = thresholds.Length - 1;
        double step = (ClassMeans.Largest - thresholds[0]) / last;
        int level = distance < thresholds[0] ? 0 : Math.Min(last, 1 + (int)((distance - thresholds[0]) / Math.Max(step, double.Epsilon)));
        // The quotient is rounded; the comparison decides.
        while (level > 0 && distance < thresholds[level - 1])
        {
            level--;
        }
        while (level < last && distance >= thresholds[level])
        {
            level++;
        }
        return level;
    }
}
