namespace Semblance.Reports;

/// <summary>How many pairs of a query and a database item lie at each Hamming distance.</summary>
/// <param name="Relevant">Pairs that belong together, counted by distance 0, 1, 2 ...</param>
/// <param name="Irrelevant">Pairs that do not; as many counts as <paramref name="Relevant"/>.</param>
public sealed record DistanceHistogram(IReadOnlyList<long> Relevant, IReadOnlyList<long> Irrelevant);
