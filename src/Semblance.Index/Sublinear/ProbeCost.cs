namespace Semblance.Index.Sublinear;

/// <summary>What a search in a <see cref="MultiIndex"/> has done.</summary>
/// <param name="Steps">Rings of buckets that were read: pairs of a table and a distance.</param>
/// <param name="Buckets">Buckets that were read.</param>
/// <param name="Entries">Entries in them.</param>
/// <param name="Checked">Entries whose fingerprints were near enough, so that the whole code was compared.</param>
/// <param name="GaveUp">Whether it was left to a scan, since that costs less.</param>
internal readonly record struct ProbeCounts(int Steps, long Buckets, long Entries, long Checked, bool GaveUp)
{
    /// <summary>The expected time in nanoseconds.</summary>
    public double Cost => (Steps * ProbeCost.Step) + (Buckets * ProbeCost.Bucket) + (Entries * ProbeCost.Entry) + (Checked * ProbeCost.Check);
}

/// <summary>Nanoseconds that the parts of a search take: measured on a server processor with tables in memory; a planner scales them by what searches really take.</summary>
internal static class ProbeCost
{
    public const double Step = 150;
    public const double Bucket = 25;
    public const double Entry = 1.1;
    public const double Check = 30;
    private const double WordInCache = 0.1;
    private const double WordInMemory = 0.24;
    private const long CacheWords = 2 << 20;

    /// <summary>The expected time of a scan.</summary>
    public static double Scan(Codes codes)
    {
        long words = (long)codes.Count * codes.WordsPerCode;
        return 300 + (words * (words <= CacheWords ? WordInCache : WordInMemory));
    }
}

/// <summary>What a search may cost before it is left to a scan.</summary>
/// <param name="Scan">Cost of that scan in the units of <see cref="ProbeCost"/>; infinite for a search that must not give up.</param>
/// <param name="Distance">The distance at which the last result of such a search lay on average; as long as nothing is known, more than any.</param>
/// <remarks>
/// A search that gives up has wasted its time. So it goes on while it has spent little of what a scan costs; beyond that only while what it has spent and
/// what it expects to need until its end together stay below a scan. It expects its last result at the usual distance, or where that has been passed, or
/// a nearer one has been found, at the distance of the worst of its results so far.
/// </remarks>
internal readonly record struct ProbeBudget(double Scan, double Distance = int.MaxValue)
{
    private const double LittleShare = 0.06;

    /// <summary>Never gives up.</summary>
    public static ProbeBudget Unlimited => new(double.PositiveInfinity);

    /// <summary>Whether so much may be spent whatever is left to do.</summary>
    public bool IsLittle(double cost) => cost <= LittleShare * Scan;

    /// <summary>Whether a search that will cost so much in all is worth its while.</summary>
    public bool Allows(double cost) => cost <= Scan;

    /// <summary>The distance at which the last result is expected.</summary>
    /// <param name="worst">Distance of the worst result so far.</param>
    /// <param name="certain">Everything up to this distance has been met, and there are results beyond.</param>
    public int ExpectedDistance(int worst, int certain) => Distance <= certain ? worst : (int)Math.Min(worst, Math.Ceiling(Distance));
}
