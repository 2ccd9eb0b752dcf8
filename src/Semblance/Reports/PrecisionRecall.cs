namespace Semblance.Reports;

/// <summary>Precision against recall as the Hamming radius grows.</summary>
/// <param name="Curves">One for the model, and one for each baseline.</param>
/// <param name="Protocol">The protocol id of all of them.</param>
public sealed record PrecisionRecall(IReadOnlyList<RadiusCurve> Curves, string Protocol);

/// <summary>Precision and recall within radius 0, 1, 2 ...</summary>
/// <param name="Name">Whose they are.</param>
/// <param name="Precision">Precision by radius.</param>
/// <param name="Recall">Recall by radius; as many as <paramref name="Precision"/>.</param>
public sealed record RadiusCurve(string Name, IReadOnlyList<double> Precision, IReadOnlyList<double> Recall);
