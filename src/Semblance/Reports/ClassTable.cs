namespace Semblance.Reports;

/// <summary>Scores class by class.</summary>
/// <param name="Metrics">What the columns are.</param>
/// <param name="Protocols">The protocol id of each column.</param>
/// <param name="Rows">The classes.</param>
public sealed record ClassTable(IReadOnlyList<string> Metrics, IReadOnlyList<string> Protocols, IReadOnlyList<ClassRow> Rows);

/// <summary>The scores of one class.</summary>
/// <param name="Name">The class.</param>
/// <param name="Queries">How many queries it has.</param>
/// <param name="Values">One value for each of <see cref="ClassTable.Metrics"/>; NaN where there is none.</param>
public sealed record ClassRow(string Name, int Queries, IReadOnlyList<double> Values);
