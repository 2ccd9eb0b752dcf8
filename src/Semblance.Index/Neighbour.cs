namespace Semblance.Index;

/// <summary>A search result.</summary>
/// <param name="Row">The row of the code in the index.</param>
/// <param name="Distance">Number of bits in which it differs from the query.</param>
public readonly record struct Neighbour(int Row, int Distance);
