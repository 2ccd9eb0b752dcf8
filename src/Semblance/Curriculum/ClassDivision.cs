namespace Semblance.Curriculum;

/// <summary>One class divided into subsets.</summary>
/// <param name="Subset">One a sample.</param>
/// <param name="Bounds">The smallest value of every cluster, ascending; none where it could not be divided.</param>
/// <param name="Sse">The clusters' sum of squares.</param>
/// <param name="Failure">Why it could not be divided; null where it was.</param>
internal sealed record ClassDivision(int[] Subset, double[] Bounds, double Sse, string? Failure)
{
    /// <summary>Divides a class.</summary>
    public static ClassDivision Of(DensityPeaks peaks, DensityVariant variant, OnDegenerate onDegenerate, int subsets)
    {
        double[] clustered = variant == DensityVariant.Code ? peaks.Density : peaks.CentreDistance;
        if (Failing(clustered, variant, subsets) is { } failure)
        {
            return new ClassDivision(onDegenerate == OnDegenerate.UseRankThirds ? ByRank(peaks.Density, subsets) : new int[clustered.Length], [], 0, failure);
        }

        LineClusters clusters = LineClusters.Of(clustered, subsets);
        int[] subset = variant == DensityVariant.Code ? [.. clusters.Assignment.Select(group => subsets - 1 - group)] : clusters.Assignment;
        return new ClassDivision(subset, clusters.LowerBounds, clusters.Sse, null);
    }

    private static string? Failing(double[] clustered, DensityVariant variant, int subsets)
    {
        if (clustered.Length < subsets)
        {
            return clustered.Length == 1 ? "1 sample" : $"{clustered.Length} samples";
        }

        int different = clustered.Distinct().Take(subsets).Count();
        string what = variant == DensityVariant.Code ? "different densities" : "different distances to its centre";
        return different < subsets ? $"{clustered.Length} samples with only {different} {what}" : null;
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
