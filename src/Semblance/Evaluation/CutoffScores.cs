namespace Semblance.Evaluation;

/// <summary>The ranking metrics over the first N items.</summary>
/// <param name="AveragePrecision">(1/denominator) * sum of precision at the ranks of the relevant items in the top N; averaged over queries it is mAP.</param>
/// <param name="Precision">Share of relevant items.</param>
/// <param name="Ndcg">Discounted cumulative gain, gain 2^(shared labels) - 1, over that of the best order of the database.</param>
/// <param name="Acg">Average cumulative gain: shared labels an item.</param>
/// <param name="Wap">Weighted average precision: average cumulative gain at the ranks of the relevant items, averaged over those in the top N.</param>
public readonly record struct CutoffScores(TieValues AveragePrecision, TieValues Precision, TieValues Ndcg, TieValues Acg, TieValues Wap)
{
    /// <summary>Zeros, but for the order by index, which was not asked for.</summary>
    internal static CutoffScores WithoutIndexOrder { get; } = new(TieValues.WithoutIndexOrder, TieValues.WithoutIndexOrder, TieValues.WithoutIndexOrder, TieValues.WithoutIndexOrder, TieValues.WithoutIndexOrder);

    internal static CutoffScores Add(CutoffScores a, CutoffScores b) => new(
        TieValues.Add(a.AveragePrecision, b.AveragePrecision),
        TieValues.Add(a.Precision, b.Precision),
        TieValues.Add(a.Ndcg, b.Ndcg),
        TieValues.Add(a.Acg, b.Acg),
        TieValues.Add(a.Wap, b.Wap));

    internal CutoffScores Over(double divisor) =>
        new(AveragePrecision.Over(divisor), Precision.Over(divisor), Ndcg.Over(divisor), Acg.Over(divisor), Wap.Over(divisor));
}
