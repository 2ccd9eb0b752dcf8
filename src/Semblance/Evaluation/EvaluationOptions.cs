namespace Semblance.Evaluation;

/// <summary>What every evaluation needs to be told.</summary>
public abstract record EvaluationOptions
{
    /// <summary>What is done about items that are both query and database item.</summary>
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

    /// <summary>Cut-offs in ascending order, each once.</summary>
    private protected static IReadOnlyList<int> Ordered(IReadOnlyList<int> cutoffs, string name) => cutoffs is not null && cutoffs.All(cutoff => cutoff >= 1)
        ? [.. cutoffs.Distinct().Order()]
        : throw new ArgumentException($"the cut-offs are ({string.Join(", ", cutoffs ?? [])}); each must be 1 or more.", name);
}
