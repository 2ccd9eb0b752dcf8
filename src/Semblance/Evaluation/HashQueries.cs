namespace Semblance.Evaluation;

/// <summary>Some queries on their way through the database.</summary>
internal sealed class HashQueries
{
    private readonly LabelledCodes _queries;
    private readonly int _start;
    private readonly HashEvaluationOptions _options;
    private readonly RankHistogram[] _histograms;
    private readonly IndexOrder?[] _orders;
    private readonly int[][] _labels;

    public HashQueries(LabelledCodes queries, int start, int count, HashEvaluationOptions options)
    {
        _queries = queries;
        _start = start;
        _options = options;
        _labels = new int[count][];
        _orders = new IndexOrder?[count];
        _histograms = new RankHistogram[count];
        for (int i = 0; i < count; i++)
        {
            _labels[i] = [.. queries.Items.Labels[start + i].Distinct()];
            _histograms[i] = new RankHistogram(queries.Codes.Bits, _labels[i].Length);
        }
    }

    /// <summary>Rows that were counted.</summary>
    public long DatabaseCount { get; private set; }

    /// <summary>Counts the items of a part by distance and grade.</summary>
    public void Count(DatabasePart part, Dictionary<int, List<int>> excluded)
    {
        DatabaseCount += part.Count;
        ForEach(part, places: false, (query, scratch) => Scan(query, part, excluded, scratch).CountInto(_histograms[query]));
    }

    /// <summary>Says that every part was counted, and that ranks are looked for from the first part on.</summary>
    public void BeginRanks()
    {
        for (int query = 0; query < _orders.Length; query++)
        {
            _orders[query] = OrderOf(query);
        }
    }

    /// <summary>Adds the ranks of a part.</summary>
    public void Rank(DatabasePart part, Dictionary<int, List<int>> excluded, HashTotals totals)
    {
        List<int>?[] ranks = new List<int>?[_orders.Length];
        ForEach(part, places: true, (query, scratch) => Scan(query, part, excluded, scratch).RankInto(_orders[query]!, ranks[query] = _options.ByRank ? [] : null));
        AddRanks(ranks, totals);
    }

    /// <summary>Counts and ranks a database that is a single part.</summary>
    public void CountAndRank(DatabasePart part, Dictionary<int, List<int>> excluded, HashTotals totals)
    {
        List<int>?[] ranks = new List<int>?[_orders.Length];
        ForEach(part, _options.NeedsRanks, (query, scratch) =>
        {
            QueryScan scan = Scan(query, part, excluded, scratch);
            scan.CountInto(_histograms[query]);
            if (_options.NeedsRanks)
            {
                IndexOrder order = OrderOf(query);
                scan.RankInto(order, ranks[query] = _options.ByRank ? [] : null);
                _orders[query] = order;
            }
        });
        AddRanks(ranks, totals);
    }

    /// <summary>The metrics of every query, in order.</summary>
    public HashQueryScores[] Scores(Discounts discounts)
    {
        HashQueryScores[] scores = new HashQueryScores[_histograms.Length];
        Parallel.For(0, scores.Length, _options.Parallel, query => scores[query] = HashQueryScores.Of(_histograms[query], _options.IndexOrder ? _orders[query] : null, discounts, _options));
        return scores;
    }

    private IndexOrder OrderOf(int query) => new(_histograms[query], HashQueryScores.CutoffsOf(_histograms[query], _options));

    private QueryScan Scan(int query, DatabasePart part, Dictionary<int, List<int>> excluded, ScanScratch scratch) =>
        new(part, _queries.Codes[_start + query], _labels[query], excluded.GetValueOrDefault(_start + query), scratch);

    private void ForEach(DatabasePart part, bool places, Action<int, ScanScratch> action) => Parallel.For(0, _histograms.Length, _options.Parallel,
        () => new ScanScratch(part.Count, part.Codes.Bits, places),
        (query, _, scratch) =>
        {
            action(query, scratch);
            return scratch;
        },
        _ => { });

    private void AddRanks(List<int>?[] ranks, HashTotals totals)
    {
        for (int query = 0; query < ranks.Length; query++)
        {
            if (ranks[query] is { } found)
            {
                totals.AddRanks(found, _histograms[query].Relevant);
            }
        }
    }
}
