namespace Semblance.Evaluation;

/// <summary>What to measure on embeddings, and how.</summary>
public sealed record RetrievalOptions : EvaluationOptions
{
    /// <summary>The K of Recall@K.</summary>
    /// <exception cref="ArgumentException">A K below 1.</exception>
    public IReadOnlyList<int> RecallAt { get; init => field = Ordered(value, nameof(RecallAt)); } = [1, 2, 4, 8];

    /// <summary>What embeddings are ranked by.</summary>
    public Similarity Similarity { get; init; }

    /// <summary>The most bytes that ranking takes beside the embeddings that it is given: copies of them in the layout of the kernel, three numbers for each pair of a query and a positive, tiles of scores. 1 GiB.</summary>
    /// <remarks>A lower limit takes queries and gallery in more parts; the scores are the same.</remarks>
    public long MemoryLimit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MemoryLimit));
            field = value;
        }
    } = 1L << 30;
}
