namespace Semblance.Evaluation;

/// <summary>How well clusters agree with classes.</summary>
/// <param name="NormalizedMutualInformation">Mutual information over the mean of both entropies.</param>
/// <param name="AdjustedMutualInformation">The same above what chance gives clusters and classes of these sizes; 0 for chance.</param>
/// <param name="AdjustedRandIndex">Agreement on pairs of items above chance.</param>
/// <param name="PairwiseF1">F1 of "in the same cluster" as a guess of "in the same class", over all pairs.</param>
public sealed record ClusterAgreement(double NormalizedMutualInformation, double AdjustedMutualInformation, double AdjustedRandIndex, double PairwiseF1)
{
    /// <summary>Compares class labels with cluster labels; the values of labels do not matter.</summary>
    /// <exception cref="ArgumentException">Lengths differ, or there is no item.</exception>
    /// <remarks>Vinh, Epps, Bailey, JMLR 2010, with the arithmetic mean of entropies. The expectation is taken once for every pair of different sizes.</remarks>
    public static ClusterAgreement Of(ReadOnlySpan<int> classes, ReadOnlySpan<int> clusters)
    {
        if (classes.Length != clusters.Length || classes.IsEmpty)
        {
            throw new ArgumentException($"{classes.Length} class labels came with {clusters.Length} cluster labels; agreement needs one of each for every item, and an item.");
        }

        var cells = new Dictionary<(int, int), long>();
        var classSizes = new Dictionary<int, long>();
        var clusterSizes = new Dictionary<int, long>();
        for (int i = 0; i < classes.Length; i++)
        {
            Count(cells, (classes[i], clusters[i]));
            Count(classSizes, classes[i]);
            Count(clusterSizes, clusters[i]);
        }

        (double nmi, double ami) = Information(cells, classSizes, clusterSizes, classes.Length);
        (double f1, double rand) = Pairs(cells, classSizes, clusterSizes, classes.Length);
        return new ClusterAgreement(nmi, ami, rand, f1);
    }

    private static void Count<T>(Dictionary<T, long> counts, T key)
        where T : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static (double Nmi, double Ami) Information(
        Dictionary<(int, int), long> cells, Dictionary<int, long> classSizes, Dictionary<int, long> clusterSizes, long n)
    {
        if (classSizes.Count == 1 && clusterSizes.Count == 1)
        {
            return (1, 1);
        }

        if (classSizes.Count == 1 || clusterSizes.Count == 1)
        {
            return (0, 0);
        }

        double information = 0;
        foreach (((int cls, int cluster), long count) in cells)
        {
            information += (double)count / n * Math.Log((double)count * n / ((double)classSizes[cls] * clusterSizes[cluster]));
        }

        double mean = (Entropy(classSizes.Values, n) + Entropy(clusterSizes.Values, n)) / 2;
        double chance = ExpectedInformation(classSizes.Values, clusterSizes.Values, n);
        double room = mean - chance;
        room = room < 0 ? Math.Min(room, -Rounding) : Math.Max(room, Rounding);
        return (Math.Abs(information) <= Rounding ? 0 : information / Math.Max(mean, Rounding), (information - chance) / room);
    }

    private const double Rounding = 2.220446049250313e-16;

    private static double Entropy(IEnumerable<long> sizes, long n) => -sizes.Sum(size => (double)size / n * Math.Log((double)size / n));

    private static double ExpectedInformation(IEnumerable<long> classSizes, IEnumerable<long> clusterSizes, long n)
    {
        double[] logFactorial = LogFactorials(n);
        double sum = 0;
        var clusterGroups = clusterSizes.CountBy(size => size).OrderBy(group => group.Key).ToArray();
        foreach ((long a, int classesOfSize) in classSizes.CountBy(size => size).OrderBy(group => group.Key))
        {
            foreach ((long b, int clustersOfSize) in clusterGroups)
            {
                sum += (double)classesOfSize * clustersOfSize * ExpectedCell(a, b, n, logFactorial);
            }
        }

        return sum;
    }

    private static double ExpectedCell(long a, long b, long n, double[] logFactorial)
    {
        double sum = 0;
        double fixedPart = logFactorial[a] + logFactorial[b] + logFactorial[n - a] + logFactorial[n - b] - logFactorial[n];
        for (long both = Math.Max(1, a + b - n); both <= Math.Min(a, b); both++)
        {
            double logProbability = fixedPart - logFactorial[both] - logFactorial[a - both] - logFactorial[b - both] - logFactorial[n - a - b + both];
            sum += (double)both / n * Math.Log((double)n * both / ((double)a * b)) * Math.Exp(logProbability);
        }

        return sum;
    }

    private static double[] LogFactorials(long n)
    {
        var logs = new double[n + 1];
        for (long i = 2; i <= n; i++)
        {
            logs[i] = logs[i - 1] + Math.Log(i);
        }

        return logs;
    }

    private static (double F1, double Rand) Pairs(
        Dictionary<(int, int), long> cells, Dictionary<int, long> classSizes, Dictionary<int, long> clusterSizes, long n)
    {
        double both = PairsIn(cells.Values);
        double sameClass = PairsIn(classSizes.Values);
        double sameCluster = PairsIn(clusterSizes.Values);
        double all = PairsIn([n]);
        double chance = all == 0 ? 0 : sameClass * sameCluster / all;
        double room = ((sameClass + sameCluster) / 2) - chance;
        return (sameClass + sameCluster == 0 ? 0 : 2 * both / (sameClass + sameCluster), room == 0 ? 1 : (both - chance) / room);
    }

    private static double PairsIn(IEnumerable<long> sizes) => sizes.Sum(size => size * (size - 1.0) / 2);
}
