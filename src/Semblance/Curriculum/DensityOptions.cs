namespace Semblance.Curriculum;

/// <summary>What the subsets of a class are cut from.</summary>
public enum DensityVariant
{
    /// <summary>The densities of the class, as in the public code of CurriculumNet.</summary>
    Code,

    /// <summary>The distances to the class's centre, as in the paper.</summary>
    Paper,
}

/// <summary>How the density of a sample is counted.</summary>
public enum DensityMethod
{
    /// <summary>The number of other samples nearer than the cut-off.</summary>
    Count,

    /// <summary>A sum of Gaussian kernels over the distances, divided by the largest of the class.</summary>
    Gaussian,
}

/// <summary>What becomes of a class that cannot be divided.</summary>
public enum OnDegenerate
{
    /// <summary>An error that names all such classes.</summary>
    Throw,

    /// <summary>The whole class is in subset 0.</summary>
    PutAllInClean,

    /// <summary>Equal parts by descending density, lower index first among equals.</summary>
    UseRankThirds,
}

/// <summary>Settings of <see cref="DensityCurriculum"/>; the defaults are those of the public code, without its reduction to 256 dimensions.</summary>
public sealed record DensityOptions
{
    /// <summary>What is clustered.</summary>
    public DensityVariant Variant { get; init; } = DensityVariant.Code;

    /// <summary>How densities are counted.</summary>
    public DensityMethod Method { get; init; } = DensityMethod.Count;

    /// <summary>Number of subsets, at least 1; null to take it from the data (<see cref="SubsetCount"/>).</summary>
    public int? Subsets { get; init => field = value is { } count ? Require.AtLeast(count, 1) : null; } = 3;

    /// <summary>The most subsets where the number is taken from the data.</summary>
    public int MaxSubsets { get; init => field = Require.AtLeast(value, 2); } = SubsetCount.UsualMost;

    /// <summary>t: the cut-off is the entry of rank floor(n n t) among all n n distances of a class; above 0 and below 1.</summary>
    public double CutoffShare
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(CutoffShare), value, "CutoffShare must be above 0 and below 1.");
    } = 0.6;

    /// <summary>What becomes of classes that cannot be divided.</summary>
    public OnDegenerate OnDegenerate { get; init; } = OnDegenerate.Throw;

    /// <summary>Whether each class is reduced to min(<see cref="MaxComponents"/>, n - 1, d) principal components of its own.</summary>
    public bool Reduce { get; init; }

    /// <summary>The most principal components.</summary>
    public int MaxComponents { get; init => field = Require.AtLeast(value, 1); } = 256;

    /// <summary>Classes with more samples are measured against reference samples only; 0 never does that.</summary>
    public int SampleAbove { get; init => field = Require.AtLeast(value, 0); } = 20_000;

    /// <summary>Reference samples of such a class.</summary>
    public int References { get; init => field = Require.AtLeast(value, 2); } = 4096;

    /// <summary>Seed of the choice of reference samples.</summary>
    public int Seed { get; init; }

    /// <summary>Bytes that distances may take, all threads together. A class whose distances do not fit has them computed again for every pass over them; the result is the same to the last bit.</summary>
    public long MemoryBudget { get; init => field = Require.InRange(value, 0, long.MaxValue); } = 512L << 20;

    /// <summary>Threads to use; 0 for one a processor. The result does not depend on it.</summary>
    public int Threads { get; init => field = Require.AtLeast(value, 0); }
}
