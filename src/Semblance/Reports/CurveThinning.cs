namespace Semblance.Reports;

/// <summary>Takes points out of long curves, so that a page stays small; peaks and valleys stay.</summary>
internal static class CurveThinning
{
    /// <summary>The most points that a thinned curve has for each of several curves drawn together.</summary>
    public const int Buckets = 400;

    /// <summary>Which points to keep of curves that were measured at the same steps.</summary>
    /// <param name="curves">The values; all rows are equally long.</param>
    /// <returns>Ascending indices: first, last, and the lowest and highest of every curve in every stretch.</returns>
    public static int[] Keep(IReadOnlyList<IReadOnlyList<double>> curves)
    {
        int count = curves.Count == 0 ? 0 : curves[0].Count;
        if (count <= 2 * Buckets)
        {
            return [.. Enumerable.Range(0, count)];
        }
        SortedSet<int> kept = [0, count - 1];
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            int from = (int)((long)bucket * count / Buckets);
            int to = (int)((long)(bucket + 1) * count / Buckets);
            foreach (IReadOnlyList<double> curve in curves)
            {
                AddExtremes(curve, from, to, kept);
            }
        }
        return [.. kept];
    }

    private static void AddExtremes(IReadOnlyList<double> curve, int from, int to, SortedSet<int> kept)
    {
        int low = from;
        int high = from;
        for (int i = from; i < to; i++)
        {
            if (!double.IsFinite(curve[i]))
            {
                kept.Add(i);
                return;
            }
            low = curve[i] < curve[low] ? i : low;
            high = curve[i] > curve[high] ? i : high;
        }
        kept.Add(low);
        kept.Add(high);
    }
}
