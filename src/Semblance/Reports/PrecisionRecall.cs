using Semblance.Evaluation;

namespace Semblance.Reports;

/// <summary>Precision against recall as the Hamming radius grows.</summary>
/// <param name="Curves">One for the model, and one for each baseline.</param>
/// <param name="Protocol">The protocol id of all of them.</param>
public sealed record PrecisionRecall(IReadOnlyList<RadiusCurve> Curves, string Protocol);

/// <summary>Precision and recall by radius, and whose they are.</summary>
/// <param name="Name">The model or the baseline.</param>
/// <param name="Curve">Precision and recall within each radius.</param>
public sealed record RadiusCurve(string Name, PrecisionRecallCurve Curve);
