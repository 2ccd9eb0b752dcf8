using Semblance.Evaluation;

namespace Semblance.Reports;

/// <summary>Precision against recall as the Hamming radius grows.</summary>
/// <param name="Curves">One for the model, and one for each baseline.</param>
/// <param name="Protocol">The protocol id of all of them.</param>
public sealed record PrecisionRecall(IReadOnlyList<RadiusCurve> Curves, string Protocol)
{
    /// <summary>The same by rank, ties in the order of the database; empty where it is not known.</summary>
    public IReadOnlyList<RadiusCurve> ByRank { get; init; } = [];

    /// <summary>The protocol id of the curves by rank.</summary>
    public string RankProtocol { get; init; } = "";
}

/// <summary>Precision and recall by radius, and whose they are.</summary>
/// <param name="Name">The model or the baseline.</param>
/// <param name="Curve">Precision and recall within each radius, or up to each rank.</param>
public sealed record RadiusCurve(string Name, PrecisionRecallCurve Curve);
