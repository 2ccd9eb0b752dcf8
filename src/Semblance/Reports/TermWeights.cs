namespace Semblance.Reports;

/// <summary>Weights that a term of the objective gave to the pairs of some batches.</summary>
/// <param name="Term">Name of the term.</param>
/// <param name="Similarity">Middles of the bins of similarity.</param>
/// <param name="Batches">From the earliest to the latest.</param>
public sealed record TermWeights(string Term, IReadOnlyList<double> Similarity, IReadOnlyList<BatchWeights> Batches);

/// <summary>The pairs of one batch, by similarity.</summary>
/// <param name="Step">Of the run.</param>
/// <param name="Positives">Positive pairs in each bin.</param>
/// <param name="PositiveWeights">Mean weight of the positive pairs of each bin.</param>
/// <param name="Negatives">Negative pairs in each bin.</param>
/// <param name="NegativeWeights">Mean weight of the negative pairs of each bin.</param>
public sealed record BatchWeights(long Step, IReadOnlyList<long> Positives, IReadOnlyList<double> PositiveWeights, IReadOnlyList<long> Negatives, IReadOnlyList<double> NegativeWeights);
