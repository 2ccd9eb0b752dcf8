using System.Globalization;
using System.Text;

namespace Semblance.Index;

/// <summary>Which plan a search takes and why, and what each plan cost for one query.</summary>
public sealed record SearchExplanation
{
    /// <summary>The plan that <see cref="SearchPlan.Auto"/> takes.</summary>
    public required SearchPlan Plan { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Codes that were searched.</summary>
    public required int Rows { get; init; }

    /// <summary>Bits of a code.</summary>
    public required int Bits { get; init; }

    /// <summary>Results that were asked for.</summary>
    public required int K { get; init; }

    /// <summary>The plans that are possible for one query.</summary>
    public required IReadOnlyList<PlanCost> Costs { get; init; }

    /// <summary>What the tables did; null where there are none.</summary>
    public TableWork? Tables { get; init; }

    /// <summary>Several lines for people.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"plan: {Plan}, {Reason}\n");
        text.Append(CultureInfo.InvariantCulture, $"codes: {Rows:N0} of {Bits} bits, {K:N0} nearest\n");
        foreach (PlanCost cost in Costs)
        {
            string expected = cost.Expected is { } time ? $"expected {Milliseconds(time)} ({(cost.Samples > 0 ? $"mean of {cost.Samples.ToString("N0", CultureInfo.InvariantCulture)}" : "estimate")})" : "not measured before";
            text.Append(CultureInfo.InvariantCulture, $"{cost.Plan,-10} this query {Milliseconds(cost.Measured)}, {expected}\n");
        }

        if (Tables is { } tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"tables: {tables.Count}, {tables.Bytes / (double)Math.Max(1, Rows):0.0} bytes a code; {tables.Buckets:N0} buckets read, {tables.Candidates:N0} candidates in them, {tables.Compared:N0} codes compared{(tables.GaveUp ? "; gave up, since a scan costs less" : "")}\n");
        }

        return text.ToString();
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0000} ms");
}

/// <summary>What a plan costs.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Measured">What it took for the query that is explained, by the clock.</param>
/// <param name="Expected">What searches like it took on average, or an estimate; null where nothing is known.</param>
/// <param name="Samples">Searches behind that average; 0 for an estimate.</param>
public sealed record PlanCost(SearchPlan Plan, TimeSpan Measured, TimeSpan? Expected, long Samples);

/// <summary>What a search did in the tables of a <see cref="MultiIndex"/>.</summary>
/// <param name="Count">Number of tables.</param>
/// <param name="Bytes">Bytes that they take.</param>
/// <param name="Buckets">Buckets that were read.</param>
/// <param name="Candidates">Entries in them.</param>
/// <param name="Compared">Codes that were compared in full.</param>
/// <param name="GaveUp">Whether it left the query to a scan.</param>
public sealed record TableWork(int Count, long Bytes, long Buckets, long Candidates, long Compared, bool GaveUp);
