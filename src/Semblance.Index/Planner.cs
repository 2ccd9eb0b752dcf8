namespace Semblance.Index;

/// <summary>Chooses how a search runs, by what the ways cost where they were measured.</summary>
internal static class Planner
{
    /// <summary>Rows that are scanned in the time in which one listed row is fetched and copied.</summary>
    public const int ScanPerListedRow = 32;

    /// <summary>The plan for a search that names none, or the named one.</summary>
    /// <param name="codes">The codes that are searched.</param>
    /// <param name="queries">How many queries come together.</param>
    /// <param name="options">The caller's wishes.</param>
    public static SearchPlan Choose(Codes codes, int queries, SearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentOutOfRangeException.ThrowIfNegative(queries);
        return options.Plan == SearchPlan.Auto ? SearchPlan.Scan : options.Plan;
    }
}
