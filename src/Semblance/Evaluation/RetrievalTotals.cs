namespace Semblance.Evaluation;

/// <summary>Adds up what queries contribute, in their order.</summary>
internal sealed class RetrievalTotals(IReadOnlyList<int> recallAt)
{
    private readonly TieValues[] _recall = new TieValues[recallAt.Count];
    private int _queries;
    private int _counted;
    private int _tied;
    private double _precisionAt1;
    private double _rPrecision;
    private double _averageAtR;
    private double _average;

    /// <summary>Adds queries.</summary>
    public void Add(QueryRetrieval[] queries)
    {
        foreach (QueryRetrieval query in queries)
        {
            _queries++;
            if (query.Positives > 0)
            {
                AddCounted(query);
            }
        }
    }

    /// <summary>The means.</summary>
    public RetrievalScores ToScores(Protocol protocol)
    {
        double divisor = Math.Max(1, _counted);
        return new RetrievalScores
        {
            Protocol = protocol,
            Queries = _queries,
            QueriesWithoutPositives = _queries - _counted,
            QueriesWithTies = _tied,
            Recall = [.. recallAt.Select((k, i) => new RecallAtK(k, _recall[i].Over(_queries), _recall[i].Over(_counted)))],
            PrecisionAt1 = _precisionAt1 / divisor,
            RPrecision = _rPrecision / divisor,
            MeanAveragePrecisionAtR = _averageAtR / divisor,
            MeanAveragePrecision = _average / divisor,
        };
    }

    private void AddCounted(QueryRetrieval query)
    {
        _counted++;
        _tied += query.Tied ? 1 : 0;
        for (int i = 0; i < _recall.Length; i++)
        {
            _recall[i] = TieValues.Add(_recall[i], query.Recall[i]);
        }

        _precisionAt1 += query.PrecisionAt1;
        _rPrecision += query.RPrecision;
        _averageAtR += query.AverageAtR;
        _average += query.Average;
    }
}
