namespace Semblance.Evaluation;

/// <summary>What one query contributes to retrieval scores.</summary>
internal readonly record struct QueryRetrieval(
    int Positives, bool Tied, TieValues[] Recall, double PrecisionAt1, double RPrecision, double AverageAtR, double Average)
{
    /// <summary>Bytes of one, with recall at so many K.</summary>
    public static long Bytes(int recalls) => 96 + (32L * recalls);

    /// <summary>Of a query that has no positive in the gallery.</summary>
    public static QueryRetrieval WithoutPositives(int recalls) => new(0, false, new TieValues[recalls], 0, 0, 0, 0);

    /// <summary>From the ranks of all positives, ascending from 1.</summary>
    public static QueryRetrieval Of(int[] ranks, TieValues[] recall, bool tied)
    {
        (double rPrecision, double averageAtR, double average) = (0, 0, 0);
        for (int i = 0; i < ranks.Length; i++)
        {
            double precision = (i + 1.0) / ranks[i];
            average += precision;
            averageAtR += ranks[i] <= ranks.Length ? precision : 0;
            rPrecision += ranks[i] <= ranks.Length ? 1 : 0;
        }

        return new QueryRetrieval(ranks.Length, tied, recall, ranks[0] == 1 ? 1 : 0, rPrecision / ranks.Length, averageAtR / ranks.Length, average / ranks.Length);
    }

    /// <summary>Of a ranking in which no two rows tie.</summary>
    public static QueryRetrieval OfOrder(int[] ranks, IReadOnlyList<int> recallAt)
    {
        if (ranks.Length == 0)
        {
            return WithoutPositives(recallAt.Count);
        }

        TieValues One(int k) => ranks[0] <= k ? new TieValues(1, 1, 1, 1) : default;
        return Of(ranks, [.. recallAt.Select(One)], tied: false);
    }
}
