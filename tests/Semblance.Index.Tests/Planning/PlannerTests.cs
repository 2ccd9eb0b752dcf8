using Semblance.Index;
using Semblance.Index.Planning;
using Semblance.Tests.Index.Sublinear;
using Xunit;

namespace Semblance.Tests.Index.Planning;

public sealed class PlannerTests
{
    [Fact]
    public void Tables_are_chosen_where_they_cost_less()
    {
        PlanLedger ledger = new();
        int tables = Ask(ledger, 10_000, tablesCost: 50, sweepCost: 2_000);

        Assert.InRange(tables, 9_900, 10_000);
    }

    [Fact]
    public void The_scan_is_chosen_where_tables_cost_more_and_trials_cost_next_to_nothing()
    {
        PlanLedger ledger = new();
        const int Searches = 10_000;
        int tables = Ask(ledger, Searches, tablesCost: 400, sweepCost: 100);

        double cost = (tables * 400) + ((Searches - tables) * 100);
        Assert.InRange(tables, 10, 200);
        Assert.InRange(cost / (Searches * 100), 1, 1.03);
    }

    [Fact]
    public void A_choice_is_changed_when_costs_change()
    {
        PlanLedger ledger = new();
        Ask(ledger, 1_000, tablesCost: 150, sweepCost: 100);

        Assert.InRange(Ask(ledger, 30_000, tablesCost: 20, sweepCost: 100), 15_000, 30_000);
    }

    [Fact]
    public void An_estimate_serves_until_a_scan_has_been_measured()
    {
        PlanLedger ledger = new();
        for (int i = 0; i < 20; i++)
        {
            ledger.Tables.Add(500);
        }

        Assert.False(ledger.TablesAreCheaper(sweepEstimate: 400));
        Assert.True(ledger.TablesAreCheaper(sweepEstimate: 600));
    }

    [Fact]
    public void One_slow_search_does_not_turn_the_mean()
    {
        RunningMean mean = new();
        Assert.Equal(7, mean.Or(7));
        for (int i = 0; i < 100; i++)
        {
            mean.Add(i < 2 ? 1e9 : i == 50 ? 1e9 : 10);
        }

        Assert.InRange(mean.Or(0), 10, 12);
        Assert.Equal(98, mean.Samples);
    }

    [Theory]
    [InlineData("clustered")]
    [InlineData("uniform")]
    [InlineData("ten")]
    public void Results_do_not_depend_on_what_is_chosen(string kind)
    {
        Codes codes = CodeSets.Make(kind, 64, 60_000);
        Codes queries = CodeSets.Queries(codes, 120);
        HammingIndex scan = new(codes), index = HammingIndex.WithMultiIndex(codes);
        Neighbour[][] nearest = scan.Nearest(queries, 10), within = scan.Within(queries, 7);
        for (int query = 0; query < queries.Count; query++)
        {
            Assert.Equal(nearest[query], index.Nearest(queries[query], 10));
            Assert.Equal(within[query], index.Within(queries[query], 7));
        }

        for (int round = 0; round < 14; round++)
        {
            Assert.Equal(nearest, index.Nearest(queries, 10, new SearchOptions { Threads = round % 3 }));
        }
    }

    [Fact]
    public void Plans_that_need_tables_say_so()
    {
        HammingIndex index = new(CodeSets.Make("uniform", 64, 100));

        ArgumentException fault = Assert.Throws<ArgumentException>(() => index.Nearest([0], 1, new SearchOptions { Plan = SearchPlan.MultiIndex }));

        Assert.Contains("WithMultiIndex", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_is_explained()
    {
        const int Rows = 300_000;
        Codes codes = CodeSets.Make("clustered", 64, Rows);
        HammingIndex index = HammingIndex.WithMultiIndex(codes);
        SearchExplanation before = index.Explain(codes[5], 3);
        for (int i = 0; i < 20; i++)
        {
            index.Nearest(codes[i], 3);
        }

        SearchExplanation after = index.Explain(codes[5], 3);

        Assert.Equal([SearchPlan.Scan, SearchPlan.MultiIndex], after.Costs.Select(cost => cost.Plan));
        Assert.Equal(0, before.Costs[1].Samples);
        Assert.InRange(after.Costs[1].Samples, 8, 18);
        Assert.InRange(before.Tables!.Buckets, 1, Rows);

        // Afterwards measured times decide, and on a busy machine they may say that a scan costs less.
        Assert.InRange(after.Tables!.Candidates, after.Tables.GaveUp ? 0 : 3, Rows);
        string text = after.ToString();
        foreach (string word in (string[])["plan: ", "300,000 of 64 bits, 3 nearest", "Scan ", "MultiIndex ", "buckets read", "a query by tables took"])
        {
            Assert.Contains(word, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Few_codes_and_an_index_without_tables_are_explained_too()
    {
        Codes codes = CodeSets.Make("uniform", 64, 100);

        Assert.Contains("no tables", new HammingIndex(codes).Explain(codes[0], 3).ToString(), StringComparison.Ordinal);
        Assert.Contains("cannot pay for 100 codes", HammingIndex.WithMultiIndex(codes).Explain(codes[0], 3).Reason, StringComparison.Ordinal);
    }

    private static int Ask(PlanLedger ledger, int searches, double tablesCost, double sweepCost)
    {
        int chosen = 0;
        for (int i = 0; i < searches; i++)
        {
            bool tables = ledger.ChooseTables(sweepEstimate: 1_000);
            chosen += tables ? 1 : 0;
            (tables ? ledger.Tables : ledger.Sweep).Add(tables ? tablesCost : sweepCost);
        }

        return chosen;
    }
}
