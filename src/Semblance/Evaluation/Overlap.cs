namespace Semblance.Evaluation;

/// <summary>Finds items that stand both in the query set and in the database.</summary>
internal sealed class Overlap
{
    private readonly LabelledItems _queries;
    private readonly OverlapRule _rule;
    private readonly ILookup<string, int>? _byId;
    private readonly ILookup<ulong, int>? _byHash;

    public Overlap(LabelledItems queries, OverlapRule rule)
    {
        _queries = queries;
        _rule = rule;
        IEnumerable<int> rows = Enumerable.Range(0, queries.Count);
        _byId = queries.Ids is { } ids ? rows.ToLookup(row => ids[row], StringComparer.Ordinal) : null;
        _byHash = queries.ContentHashes is { } hashes ? rows.Where(row => hashes[row] != 0).ToLookup(row => hashes[row]) : null;
    }

    /// <summary>For every query that stands in the database: the rows to leave out.</summary>
    /// <exception cref="ArgumentException">There are some, and the rule refuses them.</exception>
    public Dictionary<int, List<int>> RowsToExclude(LabelledItems database)
    {
        var excluded = new Dictionary<int, List<int>>();
        if (_rule == OverlapRule.Count || (_byId is null && _byHash is null))
        {
            return excluded;
        }

        for (int row = 0; row < database.Count; row++)
        {
            foreach (int query in CopiesOf(database, row))
            {
                Note(excluded, query, row);
            }
        }

        return _rule == OverlapRule.Refuse && excluded.Count > 0 ? throw Refusal(database, excluded) : excluded;
    }

    private static void Note(Dictionary<int, List<int>> excluded, int query, int row)
    {
        if (!excluded.TryGetValue(query, out List<int>? rows))
        {
            excluded[query] = rows = [];
        }

        if (rows.Count == 0 || rows[^1] != row)
        {
            rows.Add(row);
        }
    }

    private IEnumerable<int> CopiesOf(LabelledItems database, int row)
    {
        IEnumerable<int> sameId = _byId is not null && database.Ids is { } ids ? _byId[ids[row]] : [];
        IEnumerable<int> sameContent = _byHash is not null && database.ContentHashes is { } hashes ? _byHash[hashes[row]] : [];
        return sameId.Concat(sameContent);
    }

    private ArgumentException Refusal(LabelledItems database, Dictionary<int, List<int>> excluded)
    {
        (int query, List<int> rows) = excluded.MinBy(entry => entry.Key);
        string name = _queries.Ids is { } ids ? $"'{ids[query]}'" : $"row {query}";
        string twin = database.Ids is { } databaseIds ? $"'{databaseIds[rows[0]]}'" : $"row {rows[0]}";
        return new ArgumentException(
            $"{excluded.Count} of the {_queries.Count} queries of {_queries.Name} also stand in the database {database.Name} (first: {name} is {twin}); a query that finds itself inflates every score. "
            + "Take them out of one side, or say what is to be done: evaluation.overlap=exclude (with --set) leaves a query's own copies out of its ranking, evaluation.overlap=count counts them.");
    }
}
