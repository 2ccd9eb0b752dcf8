namespace Semblance.Curriculum;

/// <summary>How many subsets the densities themselves suggest.</summary>
/// <remarks>
/// Our own design: the paper and its code fix the number at 3. For every k the classes' smallest sums of squares S(k) are divided by S(1) and averaged. Evenly spread numbers have
/// 1/k^2 there, so log(1/k^2) - log(average) says how much better than an even spread k groups fit. The smallest k from 2 on is taken whose gain is at most 0.1 below the largest:
/// halving every group of a good division gains no more than halving an even spread does. It is the gap statistic (Tibshirani, Walther and Hastie, JRSS B 2001) with the even
/// spread's value in closed form instead of drawn references.
/// </remarks>
public static class SubsetCount
{
    /// <summary>The most subsets that are considered where nothing else is said.</summary>
    public const int UsualMost = 6;

    private const double AsGood = 0.1;

    /// <summary>The number of subsets for all classes together.</summary>
    /// <param name="valuesOfClasses">What is clustered in each class; classes with fewer than two different values say nothing.</param>
    /// <param name="most">The largest number that is considered.</param>
    /// <returns>From 2 to <paramref name="most"/>; 2 where no class says anything.</returns>
    public static int FromData(IEnumerable<double[]> valuesOfClasses, int most = UsualMost)
    {
        ArgumentNullException.ThrowIfNull(valuesOfClasses);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        var shares = new double[most];
        foreach (double[] sums in valuesOfClasses.Select(values => LineClusters.SmallestSums(values, most)).Where(sums => sums[0] > 0))
        {
            for (int k = 0; k < most; k++)
            {
                shares[k] += sums[k] / sums[0];
            }
        }

        if (shares[0] == 0)
        {
            return 2;
        }

        double[] gaps = [.. Enumerable.Range(2, most - 1).Select(k => Gap(k, shares[k - 1] / shares[0]))];
        return 2 + Array.FindIndex(gaps, gap => gap >= gaps.Max() - AsGood);
    }

    private static double Gap(int k, double share) => -(2 * Math.Log(k)) - Math.Log(Math.Max(share, 1e-12));
}
