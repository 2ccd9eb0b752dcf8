namespace Semblance.Evaluation;

/// <summary>Sums the contributions of queries in their order, so that the scores do not depend on threads.</summary>
internal sealed class HashTotals
{
    private readonly HashEvaluationOptions _options;
    private readonly CutoffScores[] _atCutoffs;
    private readonly double[] _found;
    private readonly double[] _precisionByRadius;
    private readonly double[] _recallByRadius;
    private readonly long[] _relevantPairs;
    private readonly long[] _irrelevantPairs;
    private CutoffScores _whole;
    private TieValues _averagePrecisionInBall;
    private double _precisionInBall;
    private double _recallInBall;
    private double _baseline;
    private int _queries;
    private int _counted;
    private int _withRelevant;
    private int _emptyBalls;
    private long[] _hitsAtRank = [];
    private double[] _recallAtRank = [];

    public HashTotals(int bits, HashEvaluationOptions options)
    {
        _options = options;
        _atCutoffs = new CutoffScores[options.Cutoffs.Count];
        _found = new double[options.RecallAt.Count];
        _precisionByRadius = new double[bits + 1];
        _recallByRadius = new double[bits + 1];
        (_relevantPairs, _irrelevantPairs) = (new long[bits + 1], new long[bits + 1]);
    }

    public void Add(HashQueryScores[] queries)
    {
        foreach (HashQueryScores query in queries)
        {
            _queries++;
            AddDistances(query.Histogram);
            _baseline += query.Items == 0 ? 0 : (double)query.Relevant / query.Items;
            if (query.Relevant > 0)
            {
                _withRelevant++;
                AddCurves(query);
            }

            if (query.Relevant > 0 || _options.ZeroHits == ZeroHitRule.CountAsZero)
            {
                AddMetrics(query);
            }
        }
    }

    public HashScores ToScores(Protocol protocol, long databaseCount, long excludedCopies) => new()
    {
        Protocol = protocol,
        Denominator = _options.Denominator,
        Queries = _queries,
        QueriesWithoutRelevant = _queries - _withRelevant,
        DatabaseCount = databaseCount,
        ExcludedCopies = excludedCopies,
        RandomBaseline = _baseline / _queries,
        Whole = _whole.Over(_counted),
        At = _options.Cutoffs.Select((cutoff, i) => (cutoff, _atCutoffs[i])).ToDictionary(pair => pair.cutoff, pair => pair.Item2.Over(_counted)),
        RecallAt = _options.RecallAt.Select((count, i) => (count, _found[i] / Math.Max(1, _counted))).ToDictionary(),
        Lookup = Lookup(),
        ByRadius = new PrecisionRecallCurve([.. Enumerable.Range(0, _precisionByRadius.Length)], Mean(_precisionByRadius), Mean(_recallByRadius)),
        RelevantPairs = _relevantPairs,
        IrrelevantPairs = _irrelevantPairs,
        ByRank = _options.ByRank ? ByRank((int)databaseCount) : null,
    };

    private void AddDistances(RankHistogram histogram)
    {
        for (int distance = 0; distance < _relevantPairs.Length; distance++)
        {
            int relevant = histogram.RelevantAt(distance).Relevant;
            _relevantPairs[distance] += relevant;
            _irrelevantPairs[distance] += histogram.ItemsAt(distance) - relevant;
        }
    }

    private void AddMetrics(HashQueryScores query)
    {
        _counted++;
        _whole = CutoffScores.Add(_whole, query.Whole);
        for (int i = 0; i < _atCutoffs.Length; i++)
        {
            _atCutoffs[i] = CutoffScores.Add(_atCutoffs[i], query.AtCutoffs[i]);
        }

        for (int i = 0; i < _found.Length; i++)
        {
            _found[i] += query.Found[i];
        }

        _averagePrecisionInBall = TieValues.Add(_averagePrecisionInBall, query.AveragePrecisionInBall);
        _precisionInBall += query.InBall == 0 ? 0 : (double)query.RelevantInBall / query.InBall;
        _recallInBall += (double)query.RelevantInBall / Math.Max(1, query.Relevant);
        _emptyBalls += query.InBall == 0 ? 1 : 0;
    }

    private void AddCurves(HashQueryScores query)
    {
        for (int radius = 0; radius < _precisionByRadius.Length; radius++)
        {
            _precisionByRadius[radius] += query.PrecisionByRadius[radius];
            _recallByRadius[radius] += query.RecallByRadius[radius];
        }
    }

    /// <summary>Adds the ranks of some relevant items of a query in index order.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="relevant">Relevant items that the query has in the whole database.</param>
    public void AddRanks(List<int> ranks, int relevant)
    {
        foreach (int rank in ranks)
        {
            AddAtRank(rank, 1.0 / relevant);
        }
    }

    private void AddAtRank(int rank, double recall)
    {
        if (rank > _hitsAtRank.Length)
        {
            int length = Math.Max(rank, 2 * _hitsAtRank.Length);
            Array.Resize(ref _hitsAtRank, length);
            Array.Resize(ref _recallAtRank, length);
        }

        _hitsAtRank[rank - 1]++;
        _recallAtRank[rank - 1] += recall;
    }

    private HashLookupScores Lookup()
    {
        double counted = Math.Max(1, _counted);
        int nonEmpty = _counted - _emptyBalls;
        return new HashLookupScores(
            _options.Radius,
            _precisionInBall / counted,
            nonEmpty == 0 ? 0 : _precisionInBall / nonEmpty,
            _emptyBalls / counted,
            _recallInBall / counted,
            _averagePrecisionInBall.Over(_counted));
    }

    private double[] Mean(double[] sums) => [.. sums.Select(sum => sum / Math.Max(1, _withRelevant))];

    private PrecisionRecallCurve ByRank(int ranks)
    {
        var precision = new double[ranks];
        var recall = new double[ranks];
        long hits = 0;
        double recalled = 0;
        for (int i = 0; i < ranks; i++)
        {
            hits += i < _hitsAtRank.Length ? _hitsAtRank[i] : 0;
            recalled += i < _recallAtRank.Length ? _recallAtRank[i] : 0;
            precision[i] = hits / (i + 1.0) / Math.Max(1, _withRelevant);
            recall[i] = recalled / Math.Max(1, _withRelevant);
        }

        return new PrecisionRecallCurve([.. Enumerable.Range(1, ranks)], precision, recall);
    }
}
