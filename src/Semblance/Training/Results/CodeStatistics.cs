using Semblance.Evaluation;

namespace Semblance.Training.Results;

/// <summary>A curve in <c>scores.json</c>.</summary>
/// <param name="At">Radii from 0, or some of the ranks from 1.</param>
/// <param name="Precision">Precision at each.</param>
/// <param name="Recall">Recall at each.</param>
public sealed record CurveValues(IReadOnlyList<int> At, IReadOnlyList<double> Precision, IReadOnlyList<double> Recall)
{
    private const int Ranks = 200;

    /// <summary>A curve by radius, whole.</summary>
    public static CurveValues ByRadius(PrecisionRecallCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return new(curve.At, curve.Precision, curve.Recall);
    }

    /// <summary>A curve by rank at some 200 ranks, the closer together the nearer they are to the first; the first and the last are among them.</summary>
    public static CurveValues ByRank(PrecisionRecallCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        int[] kept = [.. Enumerable.Range(0, Ranks).Select(k => (int)Math.Round(Math.Pow(curve.At.Length, k / (Ranks - 1.0))) - 1).Distinct()];
        return new([.. kept.Select(at => curve.At[at])], [.. kept.Select(at => curve.Precision[at])], [.. kept.Select(at => curve.Recall[at])]);
    }
}

/// <summary>What is known of codes beside their scores.</summary>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Count">Codes of the database, which everything but distances and curves is about.</param>
/// <param name="DistinctCodes">How many of them differ.</param>
/// <param name="CodeEntropy">Entropy of whole codes, in bits.</param>
/// <param name="Balance">For every bit the share of ones.</param>
/// <param name="DeadBits">Bits that are the same in every code.</param>
/// <param name="MeanEntropy">Mean entropy of a bit.</param>
/// <param name="Correlation">For every bit its mean absolute correlation with the others.</param>
/// <param name="MeanAbsoluteCorrelation">The mean over all pairs of bits.</param>
/// <param name="LargestAbsoluteCorrelation">The largest over all pairs of bits.</param>
/// <param name="QuantisationError">Mean squared distance of the outputs from their signs; null where there are no outputs.</param>
/// <param name="NearCorners">Share of the outputs within 0.2 of 1 or -1; null where there are no outputs.</param>
/// <param name="RelevantPairs">Pairs of a query and a relevant item at each distance.</param>
/// <param name="IrrelevantPairs">Pairs of a query and an irrelevant item at each distance.</param>
/// <param name="ByRadius">Precision and recall by radius.</param>
/// <param name="ByRank">Precision and recall by rank in index order, at some ranks; null where it was not drawn.</param>
public sealed record CodeStatistics(
    int Bits, int Count, int DistinctCodes, double CodeEntropy, IReadOnlyList<double> Balance, IReadOnlyList<int> DeadBits, double MeanEntropy,
    IReadOnlyList<double> Correlation, double MeanAbsoluteCorrelation, double LargestAbsoluteCorrelation, double? QuantisationError, double? NearCorners,
    IReadOnlyList<long> RelevantPairs, IReadOnlyList<long> IrrelevantPairs, CurveValues ByRadius, CurveValues? ByRank)
{
    /// <summary>Gathers them.</summary>
    public static CodeStatistics Of(ScoredCodes codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        (BitDiagnostics bits, HashScores scores) = (codes.Bits, codes.Scores);
        return new(
            bits.Balance.Length, codes.Database.Codes.Count, bits.DistinctCodes, bits.CodeEntropy, bits.Balance, bits.DeadBits, bits.MeanEntropy,
            bits.Correlation, bits.MeanAbsoluteCorrelation, bits.LargestAbsoluteCorrelation, codes.QuantisationError, codes.NearCorners,
            scores.RelevantPairs, scores.IrrelevantPairs, CurveValues.ByRadius(scores.ByRadius), scores.ByRank is { } ranks ? CurveValues.ByRank(ranks) : null);
    }
}
