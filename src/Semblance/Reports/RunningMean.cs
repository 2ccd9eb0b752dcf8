namespace Semblance.Reports;

/// <summary>The running mean that is drawn over a noisy curve.</summary>
internal static class RunningMean
{
    /// <summary>Curves with fewer points are drawn as they are.</summary>
    public const int LeastPoints = 60;

    /// <summary>The mean of a fortieth of the curve around each point, so that it neither lags nor leads; towards the ends, of less.</summary>
    /// <returns>One mean for each value; NaN where no number is near.</returns>
    public static double[] Of(IReadOnlyList<double> values)
    {
        int reach = Math.Max(1, values.Count / 80);
        double[] sums = new double[values.Count + 1];
        int[] counts = new int[values.Count + 1];
        for (int i = 0; i < values.Count; i++)
        {
            bool counted = double.IsFinite(values[i]);
            sums[i + 1] = sums[i] + (counted ? values[i] : 0);
            counts[i + 1] = counts[i] + (counted ? 1 : 0);
        }
        double[] means = new double[values.Count];
        for (int i = 0; i < means.Length; i++)
        {
            int within = Math.Min(reach, Math.Min(i, means.Length - 1 - i));
            (int from, int to) = (i - within, i + within + 1);
            means[i] = (sums[to] - sums[from]) / (counts[to] - counts[from]);
        }
        return means;
    }
}
