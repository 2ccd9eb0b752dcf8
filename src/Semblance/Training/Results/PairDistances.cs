namespace Semblance.Training.Results;

/// <summary>How far apart pairs of a query and a database code are, by whether they have a label in common.</summary>
internal static class PairDistances
{
    // Some hundred queries draw the shape; all of them would only take longer.
    private const int Queries = 200;

    /// <summary>Pairs at each distance from 0 to the number of bits.</summary>
    public static (long[] Relevant, long[] Irrelevant) Of(ScoredCodes codes, bool leaveOneOut)
    {
        long[] relevant = new long[codes.Query.Codes.Bits + 1], irrelevant = new long[codes.Query.Codes.Bits + 1];
        int stride = Math.Max(1, codes.Query.Codes.Count / Queries);
        for (int query = 0; query < codes.Query.Codes.Count; query += stride)
        {
            ReadOnlySpan<ulong> code = codes.Query.Codes[query];
            int[] labels = [.. codes.Query.Items.Labels[query]];
            for (int row = 0; row < codes.Database.Codes.Count; row++)
            {
                if (!leaveOneOut || row != query)
                {
                    bool related = codes.Database.Items.Labels[row].Any(label => labels.Contains(label));
                    (related ? relevant : irrelevant)[codes.Database.Codes.Distance(row, code)]++;
                }
            }
        }
        return (relevant, irrelevant);
    }
}
