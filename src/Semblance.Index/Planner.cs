using System.Collections.Concurrent;
using System.Diagnostics;
using Semblance.Index.Kernels;
using Semblance.Index.Planning;
using Semblance.Index.Sublinear;

namespace Semblance.Index;

/// <summary>Chooses how a search runs, by what the ways cost where they were measured and by what they have cost here.</summary>
/// <param name="codes">The codes that are searched.</param>
/// <param name="kernel">The kernel that compares.</param>
/// <param name="tables">Tables over the codes; null where there are none.</param>
internal sealed class Planner(Codes codes, HammingKernel kernel, MultiIndex? tables)
{
    /// <summary>Rows that are scanned in the time in which one listed row is fetched and copied.</summary>
    public const int ScanPerListedRow = 32;

    /// <summary>Queries from which on bit planes are faster than the scan (measured: between 16 and 32 at every width).</summary>
    public const int QueriesForPlanes = 24;

    // What bit planes gain over a scan in a batch, until it is measured.
    private const double PlanesGain = 4;

    private readonly ConcurrentDictionary<SearchKind, PlanLedger> _ledgers = new();
    private readonly RunningMean _nanosecondsPerCost = new();

    /// <summary>The plan for a search that names none, or the named one.</summary>
    /// <param name="kind">What is searched.</param>
    /// <param name="queries">How many queries come together.</param>
    /// <param name="options">The caller's wishes.</param>
    /// <exception cref="ArgumentException">The named plan cannot run here.</exception>
    public SearchPlan Choose(SearchKind kind, int queries, SearchOptions options)
    {
        RequirePossible(options);
        if (options.Plan != SearchPlan.Auto)
        {
            return options.Plan;
        }

        return TablesMayPay && Ledger(kind).ChooseTables(SweepEstimate(queries)) ? SearchPlan.MultiIndex : SweepPlan(queries);
    }

    /// <summary>The plan that would be chosen, trials apart.</summary>
    public SearchPlan Preferred(SearchKind kind, int queries) =>
        TablesMayPay && Ledger(kind).TablesAreCheaper(SweepEstimate(queries)) ? SearchPlan.MultiIndex : SweepPlan(queries);

    /// <summary>The best plan that looks at all codes.</summary>
    public SearchPlan SweepPlan(int queries) => kernel.HasPlanes && queries >= QueriesForPlanes ? SearchPlan.Planes : SearchPlan.Scan;

    /// <summary>What a search in tables may cost before it gives up.</summary>
    public ProbeBudget Budget(SearchKind kind, int queries, SearchOptions options)
    {
        if (options.Plan == SearchPlan.MultiIndex)
        {
            return ProbeBudget.Unlimited;
        }

        PlanLedger ledger = Ledger(kind);
        double scan = ledger.Sweep.Or(SweepEstimate(queries)) / Math.Clamp(_nanosecondsPerCost.Or(1), 0.2, 5);
        return new ProbeBudget(scan, ledger.Distance.Or(int.MaxValue));
    }

    /// <summary>Expected nanoseconds a query, and of how many measurements; 0 for an estimate.</summary>
    public (double Nanoseconds, long Samples) Expected(SearchKind kind, int queries, SearchPlan plan)
    {
        RunningMean mean = plan == SearchPlan.MultiIndex ? Ledger(kind).Tables : Ledger(kind).Sweep;
        double estimate = plan == SearchPlan.MultiIndex ? 0 : SweepEstimate(queries);
        return (mean.Or(estimate), mean.Samples);
    }

    /// <summary>Remembers what a search cost.</summary>
    /// <param name="kind">What was searched.</param>
    /// <param name="plan">How.</param>
    /// <param name="started">Timestamp of its beginning.</param>
    /// <param name="found">What it found.</param>
    public void Learn(SearchKind kind, SearchPlan plan, long started, Neighbour[][] found)
    {
        if (!TablesMayPay || found.Length == 0)
        {
            return;
        }

        PlanLedger ledger = Ledger(kind);
        (plan == SearchPlan.MultiIndex ? ledger.Tables : ledger.Sweep).Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds / found.Length);
        if (!kind.Within)
        {
            // A search that found less than it wanted has looked at all there is.
            ledger.Distance.Add(found.Average(list => list.Length >> kind.Size == 0 ? codes.Bits : list[^1].Distance));
        }
    }

    /// <summary>Remembers how long one search in tables took beside what was expected of its steps.</summary>
    public void Learn(in ProbeCounts counts, long started)
    {
        if (counts is { GaveUp: false, Buckets: > 0 })
        {
            _nanosecondsPerCost.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds / counts.Cost);
        }
    }

    private bool TablesMayPay => tables is not null && MultiIndex.Pays(codes.Bits, codes.Count);

    private PlanLedger Ledger(SearchKind kind) => _ledgers.GetOrAdd(kind, static _ => new PlanLedger());

    private double SweepEstimate(int queries) => ProbeCost.Scan(codes) / (SweepPlan(queries) == SearchPlan.Planes ? PlanesGain : 1);

    private void RequirePossible(SearchOptions options)
    {
        if (options.Plan == SearchPlan.Planes && !kernel.HasPlanes)
        {
            throw new ArgumentException($"the plan {options.Plan} needs the kernel avx512, the index compares with {kernel.Name}. Leave the plan to {SearchPlan.Auto}.", nameof(options));
        }

        if (options.Plan == SearchPlan.MultiIndex && tables is null)
        {
            throw new ArgumentException($"the plan {options.Plan} needs tables, the index has none. Build it with {nameof(HammingIndex)}.{nameof(HammingIndex.WithMultiIndex)}, or leave the plan to {SearchPlan.Auto}.", nameof(options));
        }
    }
}
