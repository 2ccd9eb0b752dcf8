namespace Semblance.Curriculum;

/// <summary>Densities on a scale that is the same in classes of any size: the share of the class within the cut-off, or the mean kernel.</summary>
internal static class RelativeDensity
{
    /// <summary>The densities of all samples.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="method">How densities were counted.</param>
    public static double[] Of(DensityAnalysis found, IReadOnlyList<int> labels, DensityMethod method)
    {
        Dictionary<int, ClassDensity> classes = found.Classes.ToDictionary(one => one.Label);
        return [.. labels.Select((label, sample) => Of(found.Density[sample], classes[label], method))];
    }

    /// <summary>One density of a class. Counts leave the sample itself out; what was counted among reference samples is a share already.</summary>
    public static double Of(double density, ClassDensity one, DensityMethod method) =>
        method == DensityMethod.Gaussian ? density / one.Count : one.IsSampled ? density : density / Math.Max(one.Count - 1, 1);

    /// <summary>The numbers of a table, whose method nobody tells.</summary>
    /// <remarks>
    /// Numbers of which some exceed 1, and none the number of samples of its class, are densities: whole numbers of a class are counts, others are sums of kernels where they exceed 1, else shares. All other
    /// tables have numbers that are the same in all classes already, as shares of neighbours and probabilities are, and are taken as they are.
    /// </remarks>
    /// <param name="rows">The whole table, so that it tells how large its classes are.</param>
    public static double[] Of(IReadOnlyList<SubsetRow> rows)
    {
        Dictionary<string, double[]> classes = rows.GroupBy(row => row.Label).ToDictionary(group => group.Key, group => group.Select(row => row.Density).ToArray());
        bool areDensities = rows.Any(row => row.Density > 1) && classes.Values.All(densities => densities.Max() <= densities.Length);
        Dictionary<string, double> divisors = classes.ToDictionary(one => one.Key, one => areDensities ? DivisorOf(one.Value) : 1);
        return [.. rows.Select(row => row.Density / divisors[row.Label])];
    }

    private static double DivisorOf(double[] densities) =>
        Array.TrueForAll(densities, density => density == Math.Floor(density)) ? Math.Max(densities.Length - 1, 1) : densities.Max() > 1 ? densities.Length : 1;
}
