using Semblance.Index;

namespace Semblance.Evaluation;

/// <summary>Evaluates binary codes by Hamming ranking, exactly and aware of ties.</summary>
/// <remarks>
/// A query's metrics depend on its database only through the number of items per distance and grade, and the places of its relevant items. The database
/// is therefore read once, block by block, and never sorted. <see cref="Run"/> works on codes in memory, a few hundred queries at a time. For a database
/// that does not fit, make one evaluation of all queries, <see cref="Add"/> the database part by part and <see cref="Finish"/>: memory is 8 bytes for
/// every pair of a query and a relevant item. Results do not depend on the parts nor on the number of threads.
/// </remarks>
public sealed class HashEvaluation
{
    private const int RowsPerBlock = 16_384;
    private const int QueriesPerGroup = 256;
    private readonly LabelledCodes _queries;
    private readonly HashEvaluationOptions _options;
    private readonly Overlap _overlap;
    private readonly HashTotals _totals;
    private readonly HashQueryGroup _group;
    private LabelledItems? _database;
    private bool _databaseSingleLabel = true;

    /// <summary>Begins an evaluation whose database comes in parts.</summary>
    /// <exception cref="ArgumentException">There is no query.</exception>
    public HashEvaluation(LabelledCodes queries, HashEvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(options);
        RequireAny(queries, "query");
        _queries = queries;
        _options = options;
        _overlap = new Overlap(queries.Items, options.Overlap);
        _totals = new HashTotals(queries.Codes.Bits, options);
        _group = new HashQueryGroup(queries, 0, queries.Codes.Count, options);
    }

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
        List<DatabaseBlock> blocks = Blocks(database);
        var totals = new HashTotals(queries.Codes.Bits, options);
        for (int start = 0; start < queries.Codes.Count; start += QueriesPerGroup)
        {
            var group = new HashQueryGroup(queries, start, Math.Min(QueriesPerGroup, queries.Codes.Count - start), options);
            group.Add(blocks, excluded);
            totals.Add(group.Rank(database.Codes.Count));
        }

        return totals.ToScores(ProtocolOf(queries.Items, database.Items.Name, LabelledItems.Relevance(queries.Items, database.Items), options), database.Codes.Count, Excluded(excluded));
    }

    /// <summary>Adds the next part of the database; index order is the order of the parts.</summary>
    /// <exception cref="ArgumentException">Codes differ in length, or a query stands in the part and the options refuse that.</exception>
    public void Add(LabelledCodes part)
    {
        ArgumentNullException.ThrowIfNull(part);
        RequireSameBits(_queries, part);
        Dictionary<int, List<int>> excluded = _overlap.RowsToExclude(part.Items);
        _group.Add(Blocks(part), excluded);
        _database ??= part.Items;
        _databaseSingleLabel &= part.Items.SingleLabel;
        DatabaseCount += part.Codes.Count;
        ExcludedCopies += Excluded(excluded);
    }

    /// <summary>Rows added so far.</summary>
    public long DatabaseCount { get; private set; }

    private long ExcludedCopies { get; set; }

    /// <summary>The scores over everything that was added.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public HashScores Finish()
    {
        if (_database is null || DatabaseCount == 0)
        {
            throw new InvalidOperationException("the database has no items; evaluation needs at least one. Add a part before asking for scores.");
        }

        _totals.Add(_group.Rank(DatabaseCount));
        string relevance = _queries.Items.SingleLabel && _databaseSingleLabel ? "same-class" : "shares-a-label";
        return _totals.ToScores(ProtocolOf(_queries.Items, _database.Name, relevance, _options), DatabaseCount, ExcludedCopies);
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

    private static List<DatabaseBlock> Blocks(LabelledCodes part)
    {
        var blocks = new List<DatabaseBlock>();
        for (int start = 0; start < part.Codes.Count; start += RowsPerBlock)
        {
            blocks.Add(new DatabaseBlock(part.Codes, part.Items.Labels, start, Math.Min(RowsPerBlock, part.Codes.Count - start)));
        }

        return blocks;
    }

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
