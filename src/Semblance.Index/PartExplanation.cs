namespace Semblance.Index;

/// <summary>How a search runs in one part of a <see cref="LiveIndex"/>.</summary>
/// <param name="Part">The file of a segment, or the items in memory.</param>
/// <param name="Explanation">Which plan it takes there and why.</param>
public sealed record PartExplanation(string Part, SearchExplanation Explanation);
