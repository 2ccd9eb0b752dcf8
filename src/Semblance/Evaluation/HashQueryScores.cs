namespace Semblance.Evaluation;

/// <summary>Everything that one query contributes to the scores.</summary>
internal sealed class HashQueryScores
{
    public required int Items { get; init; }

    public required int Relevant { get; init; }

    public required CutoffScores Whole { get; init; }

    public required CutoffScores[] AtCutoffs { get; init; }

    /// <summary>For each K of Recall@K the probability of a relevant item among the first K.</summary>
    public required double[] Found { get; init; }

    public required int InBall { get; init; }

    public required int RelevantInBall { get; init; }

    public required TieValues AveragePrecisionInBall { get; init; }

    public required double[] PrecisionByRadius { get; init; }

    public required double[] RecallByRadius { get; init; }

    /// <summary>Items and relevant items by distance.</summary>
    public required RankHistogram Histogram { get; init; }

    /// <summary>The ranks up to which sums in index order are needed.</summary>
    public static IEnumerable<long> CutoffsOf(RankHistogram histogram, HashEvaluationOptions options) =>
        options.Cutoffs.Select(cutoff => (long)cutoff).Append(Ball(histogram, options.Radius).Items);

    public static HashQueryScores Of(RankHistogram histogram, IndexOrder? order, Discounts discounts, HashEvaluationOptions options)
    {
        int items = histogram.Items;
        var ranking = new TieAwareRanking(histogram, order, discounts, options.Denominator);
        (double[] precision, double[] recall) = ByRadius(histogram);
        (int inBall, int relevantInBall) = Ball(histogram, options.Radius);
        return new HashQueryScores
        {
            Items = items,
            Relevant = histogram.Relevant,
            Whole = ranking.At(items, items),
            AtCutoffs = [.. options.Cutoffs.Select(cutoff => ranking.At(cutoff, items))],
            Found = [.. options.RecallAt.Select(count => ranking.Found(count))],
            InBall = inBall,
            RelevantInBall = relevantInBall,
            AveragePrecisionInBall = ranking.At(inBall, items, ApDenominator.RelevantInTop).AveragePrecision,
            PrecisionByRadius = precision,
            RecallByRadius = recall,
            Histogram = histogram,
        };
    }

    private static (int Items, int Relevant) Ball(RankHistogram histogram, int radius)
    {
        (int items, int relevant) = (0, 0);
        for (int distance = 0; distance <= Math.Min(radius, histogram.Bits); distance++)
        {
            items += histogram.ItemsAt(distance);
            relevant += histogram.RelevantAt(distance).Relevant;
        }

        return (items, relevant);
    }

    private static (double[] Precision, double[] Recall) ByRadius(RankHistogram histogram)
    {
        var precision = new double[histogram.Bits + 1];
        var recall = new double[histogram.Bits + 1];
        (int items, int relevant) = (0, 0);
        for (int radius = 0; radius <= histogram.Bits; radius++)
        {
            items += histogram.ItemsAt(radius);
            relevant += histogram.RelevantAt(radius).Relevant;
            precision[radius] = items == 0 ? 0 : (double)relevant / items;
            recall[radius] = (double)relevant / Math.Max(1, histogram.Relevant);
        }

        return (precision, recall);
    }
}
