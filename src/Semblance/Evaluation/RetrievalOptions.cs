namespace Semblance.Evaluation;

/// <summary>What to measure on embeddings, and how.</summary>
public sealed record RetrievalOptions : EvaluationOptions
{
    /// <summary>The K of Recall@K.</summary>
    /// <exception cref="ArgumentException">A K below 1.</exception>
    public IReadOnlyList<int> RecallAt { get; init => field = Ordered(value, nameof(RecallAt)); } = [1, 2, 4, 8];

    /// <summary>What embeddings are ranked by.</summary>
    public Similarity Similarity { get; init; }
}
