namespace Semblance.Evaluation;

/// <summary>Precision and recall, averaged over the queries that have relevant items.</summary>
/// <param name="At">The radii 0..bits, or the ranks 1..n.</param>
/// <param name="Precision">Share of relevant items among those seen; 0 for an empty ball.</param>
/// <param name="Recall">Share of the relevant items that are seen.</param>
public sealed record PrecisionRecallCurve(int[] At, double[] Precision, double[] Recall);
