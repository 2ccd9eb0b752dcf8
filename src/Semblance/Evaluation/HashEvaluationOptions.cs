namespace Semblance.Evaluation;

/// <summary>What to measure on binary codes, and under which protocol.</summary>
public sealed record HashEvaluationOptions
{
    /// <summary>The cut-offs N of mAP@N, precision@N, nDCG@N, ACG@N and WAP@N; one above the size of the database means the whole ranking.</summary>
    /// <exception cref="ArgumentException">A cut-off below 1.</exception>
    public IReadOnlyList<int> Cutoffs
    {
        get;
        init => field = value is not null && value.All(cutoff => cutoff >= 1)
            ? [.. value.Distinct().Order()]
            : throw new ArgumentException($"the cut-offs are ({string.Join(", ", value ?? [])}); each must be 1 or more.", nameof(Cutoffs));
    } = [];

    /// <summary>The radius of hash lookup.</summary>
    public int Radius
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Radius));
            field = value;
        }
    } = 2;

    /// <summary>What average precision is divided by.</summary>
    public ApDenominator Denominator { get; init; }

    /// <summary>What becomes of queries without relevant items.</summary>
    public ZeroHitRule ZeroHits { get; init; }

    /// <summary>What is done about items that are both query and database item.</summary>
    public OverlapRule Overlap { get; init; }

    /// <summary>Whether to draw precision and recall over the ranks in stable order, too; it takes two numbers a database item.</summary>
    public bool ByRank { get; init; }

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
