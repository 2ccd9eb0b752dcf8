using System.Diagnostics;
using System.Globalization;
using Semblance.Index.Planning;
using Semblance.Index.Searching;
using Semblance.Index.Sublinear;

namespace Semblance.Index;

/// <content>Telling how a search runs.</content>
public sealed partial class HammingIndex
{
    /// <summary>Runs one query by every plan that is possible for it, and tells which one a search takes and why.</summary>
    /// <param name="query">Words of the query code, unused bits zero.</param>
    /// <param name="k">How many nearest codes.</param>
    /// <param name="options">Which rows may be returned; its plan does not count.</param>
    /// <exception cref="ArgumentException">As in <see cref="Nearest(ReadOnlySpan{ulong}, int, SearchOptions?)"/>.</exception>
    public SearchExplanation Explain(ReadOnlySpan<ulong> query, int k, SearchOptions? options = null)
    {
        options = (options ?? new SearchOptions()) with { Plan = SearchPlan.Auto };
        Codes one = Query(query);
        var reach = Reach.Nearest(k, Codes.Bits, options.KeepTies);
        var filter = RowFilter.Of(options, Codes.Count);
        var kind = SearchKind.Of(reach, 1, filter);
        List<PlanCost> costs = [Cost(kind, SearchPlan.Scan, () => SearchAll(SearchPlan.Scan, one, reach, filter, options))];
        TableWork? work = null;
        if (Tables is not null)
        {
            ProbeBudget budget = _planner.Budget(kind, 1, options);
            ProbeCounts counts = default;
            costs.Add(Cost(kind, SearchPlan.MultiIndex, () =>
            {
                if (Tables.Search(one[0], reach, filter, budget, options.Cancellation, out counts) is null)
                {
                    SearchAll(SearchPlan.Scan, one, reach, filter, options);
                }
            }));
            work = new TableWork(Tables.Tables, Tables.Bytes, counts.Buckets, counts.Entries, counts.Checked, counts.GaveUp);
        }

        return new SearchExplanation { Plan = _planner.Preferred(kind, 1), Reason = Reason(costs), Rows = Codes.Count, Bits = Codes.Bits, K = k, Costs = costs, Tables = work };
    }

    private PlanCost Cost(SearchKind kind, SearchPlan plan, Action search)
    {
        // The first time brings code and data near.
        search();
        long started = Stopwatch.GetTimestamp();
        search();
        TimeSpan measured = Stopwatch.GetElapsedTime(started);
        (double nanoseconds, long samples) = _planner.Expected(kind, 1, plan);
        return new PlanCost(plan, measured, nanoseconds > 0 ? TimeSpan.FromMicroseconds(nanoseconds / 1000) : null, samples);
    }

    private string Reason(List<PlanCost> costs)
    {
        if (Tables is null)
        {
            return "since there are no tables; batches go by bit planes where the processor has AVX-512";
        }

        if (!MultiIndex.Pays(Codes.Bits, Codes.Count))
        {
            return string.Create(CultureInfo.InvariantCulture, $"since tables cannot pay for {Codes.Count:N0} codes of {Codes.Bits} bits");
        }

        PlanCost scan = costs[0];
        PlanCost tables = costs[1];
        if (tables.Samples == 0)
        {
            return "since tables are tried first: too few searches like this one have been measured";
        }

        return string.Create(CultureInfo.InvariantCulture, $"since a query by tables took {tables.Expected?.TotalMilliseconds:0.0000} ms on average and a scan {(scan.Samples > 0 ? "took" : "is expected to take")} {scan.Expected?.TotalMilliseconds:0.0000} ms");
    }
}
