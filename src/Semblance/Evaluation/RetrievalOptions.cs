namespace Semblance.Evaluation;

/// <summary>What to measure on embeddings, and how.</summary>
public sealed record RetrievalOptions
{
    /// <summary>The K of Recall@K.</summary>
    /// <exception cref="ArgumentException">A K below 1.</exception>
    public IReadOnlyList<int> RecallAt
    {
        get;
        init => field = value is not null && value.All(k => k >= 1)
            ? [.. value.Distinct().Order()]
            : throw new ArgumentException($"the K of Recall@K are ({string.Join(", ", value ?? [])}); each must be 1 or more.", nameof(RecallAt));
    } = [1, 2, 4, 8];

    /// <summary>What embeddings are ranked by.</summary>
    public Similarity Similarity { get; init; }

    /// <summary>What is done about items that are both query and gallery item; it does not concern leave-one-out.</summary>
    public OverlapRule Overlap { get; init; }

    /// <summary>Threads to use; 0 for one a processor. Results do not depend on it.</summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Threads));
            field = value;
        }
    }

    internal ParallelOptions Parallel => new() { MaxDegreeOfParallelism = Threads == 0 ? Environment.ProcessorCount : Threads };
}
