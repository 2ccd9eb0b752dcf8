namespace Semblance.Curriculum;

/// <summary>One class divided into subsets.</summary>
/// <param name="Subset">One a sample.</param>
/// <param name="Bounds">The smallest value of every cluster, ascending; none where it could not be divided.</param>
/// <param name="Sse">The clusters' sum of squares.</param>
/// <param name="Failure">Why it could not be divided; null where it was.</param>
internal sealed record ClassDivision(int[] Subset, double[] Bounds, double Sse, string? Failure)
{
    /// <summary>Divides a class by density or by distance to its centre.</summary>
    public static ClassDivision Of(DensityPeaks peaks, DensityVariant variant, OnDegenerate onDegenerate, int subsets) => variant == DensityVariant.Code
        ? Of(peaks.Density, "densities", onDegenerate, subsets)
        : Of(peaks.CentreDistance, "distances to its centre", onDegenerate, subsets, smallIsClean: true, peaks.Density);

    /// <summary>Divides a class by any number.</summary>
    /// <param name="values">One a sample.</param>
    /// <param name="what">What they are, in the plural.</param>
    /// <param name="onDegenerate">What becomes of a class that cannot be divided.</param>
    /// <param name="subsets">Number of subsets.</param>
    /// <param name="smallIsClean">Whether the group of the smallest numbers is the clean one.</param>
    /// <param name="cleanness">What samples are ranked by where the class cannot be divided; null for the values.</param>
    public static ClassDivision Of(double[] values, string what, OnDegenerate onDegenerate, int subsets, bool smallIsClean = false, double[]? cleanness = null)
    {
        if (Failing(values, what, subsets) is { } failure)
        {
            return new ClassDivision(onDegenerate == OnDegenerate.UseRankThirds ? ByRank(cleanness ?? values, subsets) : new int[values.Length], [], 0, failure);
        }

        LineClusters clusters = LineClusters.Of(values, subsets);
        int[] subset = smallIsClean ? clusters.Assignment : [.. clusters.Assignment.Select(group => subsets - 1 - group)];
        return new ClassDivision(subset, clusters.LowerBounds, clusters.Sse, null);
    }

    private static string? Failing(double[] values, string what, int subsets)
    {
        if (values.Length < subsets)
        {
            return values.Length == 1 ? "1 sample" : $"{values.Length} samples";
        }

        int different = values.Distinct().Take(subsets).Count();
        return different < subsets ? $"{values.Length} samples with only {different} different {what}" : null;
    }

    private static int[] ByRank(double[] density, int subsets)
    {
        int[] order = [.. Enumerable.Range(0, density.Length).OrderByDescending(sample => density[sample])];
        var subset = new int[order.Length];
        for (int rank = 0; rank < order.Length; rank++)
        {
            subset[order[rank]] = (int)((long)rank * subsets / order.Length);
        }

        return subset;
    }
}
