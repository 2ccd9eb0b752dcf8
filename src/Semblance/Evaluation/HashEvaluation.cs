namespace Semblance.Evaluation;

/// <summary>Evaluates binary codes by Hamming ranking, exactly and aware of ties.</summary>
/// <remarks>
/// A query's metrics depend on its database only through the number of items per distance and grade, and through the ranks of its relevant items in index
/// order, which those numbers and a second look give. Nothing is sorted, and no pair is remembered. <see cref="Run"/> works on codes in memory and takes
/// beside them 4 bytes a code and thread (8 more with several labels). <see cref="Stream"/> reads a database of any size part by part and takes that for
/// the largest part, and 4 (bits + 1) (grades + 4) bytes a query, where grades are the query's labels; with <see cref="HashEvaluationOptions.IndexOrder"/>
/// 8 bytes a code for the discounts of ranks. Results depend neither on threads nor, but for rounding, on the parts.
/// </remarks>
public static class HashEvaluation
{
    private const int QueriesPerGroup = 256;

    /// <summary>Evaluates queries against a database in memory.</summary>
    /// <exception cref="ArgumentException">A side is empty, codes differ in length, or the sides overlap and the options refuse that.</exception>
    public static HashScores Run(LabelledCodes queries, LabelledCodes database, HashEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(database);
        options ??= new HashEvaluationOptions();
        RequireAny(queries, "query");
        RequireAny(database, "database");
        RequireSameBits(queries, database);
        Dictionary<int, List<int>> excluded = new Overlap(queries.Items, options.Overlap).RowsToExclude(database.Items);
        DatabasePart part = new(database.Codes, database.Items.Labels);
        Discounts discounts = new(database.Codes.Count);
        HashTotals totals = new(queries.Codes.Bits, options);
        for (int start = 0; start < queries.Codes.Count; start += QueriesPerGroup)
        {
            HashQueries group = new(queries, start, Math.Min(QueriesPerGroup, queries.Codes.Count - start), options);
            group.CountAndRank(part, excluded, totals);
            totals.Add(group.Scores(discounts));
        }

        return totals.ToScores(ProtocolOf(queries.Items, database.Items.Name, LabelledItems.Relevance(queries.Items, database.Items), options), database.Codes.Count, Excluded(excluded));
    }

    /// <summary>Evaluates queries against a database that comes in parts; index order is the order of the parts.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="parts">Gives the parts from the first to the last; asked a second time where the order by index is wanted.</param>
    /// <param name="options">What is measured.</param>
    /// <exception cref="ArgumentException">A side is empty, codes differ in length, the sides overlap and the options refuse that, or the parts of the second time are others.</exception>
    public static HashScores Stream(LabelledCodes queries, Func<IEnumerable<LabelledCodes>> parts, HashEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(parts);
        options ??= new HashEvaluationOptions();
        RequireAny(queries, "query");
        Overlap overlap = new(queries.Items, options.Overlap);
        HashQueries all = new(queries, 0, queries.Codes.Count, options);
        (LabelledItems? first, bool singleLabel, long count, long copies) = (null, queries.Items.SingleLabel, 0, 0);
        foreach (LabelledCodes part in parts())
        {
            RequireSameBits(queries, part);
            Dictionary<int, List<int>> excluded = overlap.RowsToExclude(part.Items);
            all.Count(new DatabasePart(part.Codes, part.Items.Labels), excluded);
            (first, singleLabel, count, copies) = (first ?? part.Items, singleLabel && part.Items.SingleLabel, count + part.Codes.Count, copies + Excluded(excluded));
        }

        if (first is null || count == 0)
        {
            throw new ArgumentException("the database has no items; evaluation needs at least one code on both sides.", nameof(parts));
        }

        Discounts discounts = new(checked((int)count));
        HashTotals totals = new(queries.Codes.Bits, options);
        if (options.NeedsRanks)
        {
            all.BeginRanks();
            foreach (LabelledCodes part in parts())
            {
                count -= part.Codes.Count;
                all.Rank(new DatabasePart(part.Codes, part.Items.Labels), overlap.RowsToExclude(part.Items), totals);
            }

            count = count == 0 ? all.DatabaseCount : throw new ArgumentException($"the database had {all.DatabaseCount} codes when it was read first, {all.DatabaseCount - count} the second time. Do not change it meanwhile.", nameof(parts));
        }

        totals.Add(all.Scores(discounts));
        return totals.ToScores(ProtocolOf(queries.Items, first.Name, singleLabel ? "same-class" : "shares-a-label", options), count, copies);
    }

    private static Protocol ProtocolOf(LabelledItems queries, string database, string relevance, HashEvaluationOptions options) => new()
    {
        Query = queries.Name,
        Database = database,
        Relevance = relevance,
        ZeroHits = options.ZeroHits,
        Overlap = options.Overlap,
    };

    private static long Excluded(Dictionary<int, List<int>> excluded) => excluded.Sum(entry => (long)entry.Value.Count);

    private static void RequireAny(LabelledCodes codes, string side)
    {
        if (codes.Codes.Count == 0)
        {
            throw new ArgumentException($"the {side} set {codes.Items.Name} is empty; evaluation needs at least one code on both sides.");
        }
    }

    private static void RequireSameBits(LabelledCodes queries, LabelledCodes database)
    {
        if (queries.Codes.Bits != database.Codes.Bits)
        {
            throw new ArgumentException($"the queries have {queries.Codes.Bits} bits, the database has {database.Codes.Bits}; both need the same length. Encode both with the same model.");
        }
    }
}
