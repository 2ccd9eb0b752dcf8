using Semblance.Index.Kernels;

namespace Semblance.Index;

/// <summary>Chooses how a search runs, by what the ways cost where they were measured.</summary>
internal static class Planner
{
    /// <summary>Rows that are scanned in the time in which one listed row is fetched and copied.</summary>
    public const int ScanPerListedRow = 32;

    /// <summary>Queries from which on bit planes are faster than the scan (measured: between 16 and 32 at every width).</summary>
    public const int QueriesForPlanes = 24;

    /// <summary>The plan for a search that names none, or the named one.</summary>
    /// <param name="codes">The codes that are searched.</param>
    /// <param name="queries">How many queries come together.</param>
    /// <param name="kernel">The kernel that compares.</param>
    /// <param name="options">The caller's wishes.</param>
    /// <exception cref="ArgumentException">The named plan cannot run with that kernel.</exception>
    public static SearchPlan Choose(Codes codes, int queries, HammingKernel kernel, SearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentOutOfRangeException.ThrowIfNegative(queries);
        if (options.Plan == SearchPlan.Auto)
        {
            return kernel.HasPlanes && queries >= QueriesForPlanes ? SearchPlan.Planes : SearchPlan.Scan;
        }

        return options.Plan != SearchPlan.Planes || kernel.HasPlanes
            ? options.Plan
            : throw new ArgumentException($"the plan {options.Plan} needs the kernel avx512, the index compares with {kernel.Name}. Leave the plan to {SearchPlan.Auto}.", nameof(options));
    }
}
