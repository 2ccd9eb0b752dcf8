namespace Semblance.Index;

/// <summary>A search result under another distance than the number of differing bits.</summary>
/// <param name="Row">The row of the code in the index.</param>
/// <param name="Distance">Its distance from the query, 0 or more.</param>
public readonly record struct ScoredRow(int Row, double Distance);
