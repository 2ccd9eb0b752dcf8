namespace Semblance.Evaluation;

/// <summary>What to measure on binary codes, and under which protocol.</summary>
public sealed record HashEvaluationOptions : EvaluationOptions
{
    /// <summary>The cut-offs N of mAP@N, precision@N, nDCG@N, ACG@N and WAP@N; one above the size of the database means the whole ranking.</summary>
    /// <exception cref="ArgumentException">A cut-off below 1.</exception>
    public IReadOnlyList<int> Cutoffs { get; init => field = Ordered(value, nameof(Cutoffs)); } = [];

    /// <summary>The numbers K of Recall@K, the share of queries with a relevant item among the first K.</summary>
    /// <exception cref="ArgumentException">A number below 1.</exception>
    public IReadOnlyList<int> RecallAt { get; init => field = Ordered(value, nameof(RecallAt)); } = [];

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

    /// <summary>
    /// Whether metrics are also given for ties in the order of the database. It takes about as long as all the rest, and a database in parts is then read twice.
    /// </summary>
    public bool IndexOrder { get; init; } = true;

    /// <summary>Whether to draw precision and recall over the ranks in stable order, too; it needs <see cref="IndexOrder"/> and takes two numbers a database item.</summary>
    public bool ByRank { get; init; }

    internal bool NeedsRanks => IndexOrder || ByRank;
}
