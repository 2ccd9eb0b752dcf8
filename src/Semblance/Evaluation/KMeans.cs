using Semblance.Evaluation.Kernels;

namespace Semblance.Evaluation;

/// <summary>Clusters embeddings: k-means++ seeding and Lloyd's iterations in Euclidean distance.</summary>
public static class KMeans
{
    /// <summary>The most iterations where nothing else is said.</summary>
    public const int UsualIterations = 100;

    private const int RowsPerBlock = 144;
    private const int CentresPerBlock = 144;

    /// <summary>The cluster, 0 to k - 1, of every row. The same seed gives the same clusters for any number of threads.</summary>
    /// <param name="rows">Embeddings, row-major.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="k">Number of clusters, at most the number of rows.</param>
    /// <param name="seed">Seed of the first centres.</param>
    /// <param name="iterations">The most iterations; it stops earlier when no row changes its cluster.</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <exception cref="ArgumentException">k is below 1 or above the number of rows, or an embedding is not finite.</exception>
    /// <remarks>An empty cluster takes the row that is farthest from its centre. Rows at equal distance go to the lower cluster.</remarks>
    public static int[] Cluster(ReadOnlyMemory<float> rows, int dimension, int k, int seed, int iterations = UsualIterations, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        var panels = new RowPanels(rows.Span, dimension, Similarity.Euclidean, "k-means");
        if (k < 1 || k > panels.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(k), k, $"there are {panels.Count} rows; the number of clusters must be from 1 to that.");
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads };
        float[] centres = FirstCentres(panels, rows, dimension, k, seed, parallel);
        var clusters = new int[panels.Count];
        Array.Fill(clusters, -1);
        var gaps = new float[panels.Count];
        for (int i = 0; i < iterations && Assign(panels, new RowPanels(centres, dimension, Similarity.Euclidean, "centres"), clusters, gaps, parallel); i++)
        {
            centres = Means(rows.Span, dimension, k, clusters, gaps);
        }

        return clusters;
    }

    private static float[] FirstCentres(RowPanels panels, ReadOnlyMemory<float> rows, int dimension, int k, int seed, ParallelOptions parallel)
    {
        var random = new SeededRandom(seed);
        var centres = new float[k * dimension];
        var nearest = new double[panels.Count];
        Array.Fill(nearest, double.PositiveInfinity);
        int next = random.Below(panels.Count);
        for (int c = 0; c < k; c++)
        {
            int centre = next;
            rows.Span.Slice(centre * dimension, dimension).CopyTo(centres.AsSpan(c * dimension));
            Parallel.For(0, (panels.Count + RowsPerBlock - 1) / RowsPerBlock, parallel, block => Shorten(panels, centre, block * RowsPerBlock, nearest));
            next = Draw(nearest, ref random);
        }

        return centres;
    }

    /// <summary>Takes a centre into the squared distances of a block of rows from their nearest one.</summary>
    private static void Shorten(RowPanels panels, int centre, int start, double[] nearest)
    {
        Span<int> rows = stackalloc int[Math.Min(RowsPerBlock, panels.Count - start)];
        Span<float> products = stackalloc float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = start + i;
        }

        DotTile.Pick(panels, centre, panels, rows, products);
        for (int i = 0; i < rows.Length; i++)
        {
            double squared = -2.0 * (products[i] + panels.Offsets[centre] + panels.Offsets[start + i]);
            nearest[start + i] = start + i == centre ? 0 : Math.Min(nearest[start + i], Math.Max(0, squared));
        }
    }

    /// <summary>Draws a row with probability proportional to its squared distance from the nearest centre.</summary>
    private static int Draw(double[] squaredDistances, ref SeededRandom random)
    {
        double target = random.NextDouble() * squaredDistances.Sum();
        for (int row = 0; row < squaredDistances.Length; row++)
        {
            target -= squaredDistances[row];
            if (target < 0)
            {
                return row;
            }
        }

        return random.Below(squaredDistances.Length);
    }

    private static bool Assign(RowPanels rows, RowPanels centres, int[] clusters, float[] gaps, ParallelOptions parallel)
    {
        int changed = 0;
        Parallel.For(0, (rows.Count + RowsPerBlock - 1) / RowsPerBlock, parallel, () => new float[RowsPerBlock * CentresPerBlock], (block, _, scores) =>
        {
            int start = block * RowsPerBlock, count = Math.Min(RowsPerBlock, rows.Count - start);
            Span<int> best = stackalloc int[count];
            Span<float> highest = stackalloc float[count];
            highest.Fill(float.NegativeInfinity);
            for (int first = 0; first < centres.Count; first += CentresPerBlock)
            {
                int width = Math.Min(CentresPerBlock, centres.Count - first);
                DotTile.Fill(rows, start, count, centres, first, width, scores, CentresPerBlock);
                for (int i = 0; i < count; i++)
                {
                    Span<float> row = scores.AsSpan(i * CentresPerBlock, width);
                    centres.AddOffsets(first, row);
                    int top = BestOf(row);
                    (best[i], highest[i]) = row[top] > highest[i] ? (first + top, row[top]) : (best[i], highest[i]);
                }
            }

            for (int i = 0; i < count; i++)
            {
                gaps[start + i] = -(highest[i] + rows.Offsets[start + i]);
                if (clusters[start + i] != best[i])
                {
                    clusters[start + i] = best[i];
                    Interlocked.Exchange(ref changed, 1);
                }
            }

            return scores;
        }, _ => { });
        return changed != 0;
    }

    private static int BestOf(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }

    private static float[] Means(ReadOnlySpan<float> rows, int dimension, int k, int[] clusters, float[] gaps)
    {
        var sums = new double[k * dimension];
        var sizes = new int[k];
        FillEmpty(clusters, gaps, k);
        for (int row = 0; row < clusters.Length; row++)
        {
            int at = clusters[row] * dimension;
            sizes[clusters[row]]++;
            for (int i = 0; i < dimension; i++)
            {
                sums[at + i] += rows[(row * dimension) + i];
            }
        }

        var means = new float[sums.Length];
        for (int i = 0; i < means.Length; i++)
        {
            means[i] = (float)(sums[i] / Math.Max(1, sizes[i / dimension]));
        }

        return means;
    }

    private static void FillEmpty(int[] clusters, float[] gaps, int k)
    {
        var sizes = new int[k];
        foreach (int cluster in clusters)
        {
            sizes[cluster]++;
        }

        for (int empty = Array.IndexOf(sizes, 0); empty >= 0; empty = Array.IndexOf(sizes, 0))
        {
            int farthest = -1;
            for (int row = 0; row < clusters.Length; row++)
            {
                farthest = sizes[clusters[row]] > 1 && (farthest < 0 || gaps[row] > gaps[farthest]) ? row : farthest;
            }

            sizes[clusters[farthest]]--;
            sizes[empty]++;
            clusters[farthest] = empty;
            gaps[farthest] = 0;
        }
    }
}
