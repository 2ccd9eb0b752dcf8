using System.Globalization;

namespace Semblance.Evaluation;

/// <summary>Recall at one K.</summary>
/// <param name="K">The K.</param>
/// <param name="All">Share of queries with a positive among the K nearest; a query without any positive is a miss.</param>
/// <param name="WithPositives">The same over the queries that have positives.</param>
public sealed record RecallAtK(int K, TieValues All, TieValues WithPositives);

/// <summary>How well embeddings retrieve, every number under its protocol.</summary>
public sealed record RetrievalScores
{
    /// <summary>The protocol of Recall@K as printed: ties count in favour of the query, as in the official evaluation of the field.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>Number of queries.</summary>
    public required int Queries { get; init; }

    /// <summary>Queries without a positive in the gallery.</summary>
    public required int QueriesWithoutPositives { get; init; }

    /// <summary>Queries whose best positive is exactly as similar as a negative; many of them mean collapse, and optimistic recall then means nothing.</summary>
    public required int QueriesWithTies { get; init; }

    /// <summary>Recall at every K that was asked for.</summary>
    public required IReadOnlyList<RecallAtK> Recall { get; init; }

    /// <summary>Share of queries whose nearest item is a positive; lone queries left out, ties by index, as in all that follow.</summary>
    public required double PrecisionAt1 { get; init; }

    /// <summary>Mean share of positives among the R nearest, R being the query's number of positives.</summary>
    public required double RPrecision { get; init; }

    /// <summary>Mean of (1/R) * sum over the R nearest of precision at the positives.</summary>
    public required double MeanAveragePrecisionAtR { get; init; }

    /// <summary>Mean of (1/R) * sum of precision at all positives.</summary>
    public required double MeanAveragePrecision { get; init; }

    /// <summary>The numbers to print, each with its protocol.</summary>
    public IEnumerable<Score> Scores()
    {
        foreach (RecallAtK recall in Recall)
        {
            string k = recall.K.ToString(CultureInfo.InvariantCulture);
            yield return new Score($"Recall@{k}", recall.All.Optimistic, (Protocol with { Cutoff = $"top-{k}" }).Id);
        }

        Protocol ordered = Protocol with { Ties = TieRule.StableIndexOrder, ZeroHits = ZeroHitRule.Drop };
        yield return new Score("precision@1", PrecisionAt1, (ordered with { Cutoff = "top-1" }).Id);
        yield return new Score("R-precision", RPrecision, (ordered with { Cutoff = "top-R" }).Id);
        yield return new Score("mAP@R", MeanAveragePrecisionAtR, (ordered with { Cutoff = "top-R,over-R" }).Id);
        yield return new Score("mAP", MeanAveragePrecision, (ordered with { Cutoff = "all,over-all-relevant" }).Id);
    }
}
