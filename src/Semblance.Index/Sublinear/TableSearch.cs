using System.Diagnostics;
using Semblance.Index.Planning;
using Semblance.Index.Searching;

namespace Semblance.Index.Sublinear;

/// <summary>Searches a batch of queries in the tables of a <see cref="MultiIndex"/>; those that give up are left to a sweep, together.</summary>
/// <param name="tables">The tables.</param>
/// <param name="planner">Says what a query may cost, and learns.</param>
/// <param name="kind">What is searched.</param>
/// <param name="reach">What each query wants.</param>
/// <param name="filter">Which rows may be results.</param>
/// <param name="options">Threads and cancellation.</param>
internal sealed class TableSearch(MultiIndex tables, Planner planner, SearchKind kind, Reach reach, RowFilter filter, SearchOptions options)
{
    // Queries that a thread takes at a time: they outweigh what starting it costs.
    private const int Share = 16;

    /// <summary>Finds what every query wants.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="sweep">Searches the queries that gave up.</param>
    public Neighbour[][] Run(Codes queries, Func<Codes, Neighbour[][]> sweep)
    {
        var results = new Neighbour[queries.Count][];
        ProbeBudget budget = planner.Budget(kind, queries.Count, options);
        Search(queries, Left(results), budget, results);
        int[] left = Left(results);
        if (left.Length > 0 && planner.SweepPlan(left.Length) != planner.SweepPlan(queries.Count))
        {
            // A sweep over so few costs each of them more than one over all, so that they may take longer here.
            double scan = planner.Budget(SearchKind.Of(reach, left.Length, filter), left.Length, options).Scan;
            Search(queries, left, budget with { Scan = scan }, results);
            left = Left(results);
        }

        Sweep(queries, left, results, sweep);
        return results;
    }

    /// <summary>The queries without results.</summary>
    private static int[] Left(Neighbour[]?[] results) => [.. Enumerable.Range(0, results.Length).Where(query => results[query] is null)];

    private void Search(Codes queries, int[] left, ProbeBudget budget, Neighbour[]?[] results)
    {
        int shares = (left.Length + Share - 1) / Share;
        int next = 0;
        Workers.Run(Math.Clamp(shares, 1, Workers.Of(options.Threads)), _ =>
        {
            for (int share = Interlocked.Increment(ref next) - 1; share < shares; share = Interlocked.Increment(ref next) - 1)
            {
                foreach (int query in left.AsSpan(share * Share, Math.Min(Share, left.Length - (share * Share))))
                {
                    long started = Stopwatch.GetTimestamp();
                    results[query] = tables.Search(queries[query], reach, filter, budget, options.Cancellation, out ProbeCounts counts);
                    planner.Learn(counts, started);
                }
            }
        }, options.Cancellation);
    }

    private static void Sweep(Codes queries, int[] left, Neighbour[]?[] results, Func<Codes, Neighbour[][]> sweep)
    {
        if (left.Length == 0)
        {
            return;
        }

        Neighbour[][] swept = sweep(left.Length == queries.Count ? queries : queries.Rows(left));
        for (int i = 0; i < left.Length; i++)
        {
            results[left[i]] = swept[i];
        }
    }
}
