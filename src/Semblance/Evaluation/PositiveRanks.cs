using System.Runtime.Intrinsics;

namespace Semblance.Evaluation;

/// <summary>Finds the ranks of one query's positives while the gallery streams by.</summary>
/// <remarks>
/// The order is (score descending, row ascending). The positives' own scores are known beforehand; every gallery row that is at least as similar as the
/// last positive is counted in front of the first positive that it precedes, all others are passed over sixteen at a time. Memory: three numbers a positive.
/// </remarks>
internal sealed class PositiveRanks
{
    private readonly float[] _scores;
    private readonly int[] _rows;
    private readonly int[] _before;
    private readonly float _last;
    private long _betterThanBest;
    private long _likeBest;

    /// <param name="scores">Scores of the positives; the array is put in order and kept.</param>
    /// <param name="rows">Their gallery rows, ascending; put in the same order.</param>
    public PositiveRanks(float[] scores, int[] rows)
    {
        Order(scores, rows);
        _scores = scores;
        _rows = rows;
        _before = new int[scores.Length + 1];
        _last = scores.Length == 0 ? float.PositiveInfinity : scores[^1];
    }

    /// <summary>Number of positives.</summary>
    public int Count => _scores.Length;

    /// <summary>Meets gallery rows <paramref name="firstRow"/>, ... with their scores.</summary>
    public void Add(ReadOnlySpan<float> scores, int firstRow)
    {
        if (_scores.Length == 0)
        {
            return;
        }

        Vector512<float> last = Vector512.Create(_last);
        int i = 0;
        for (; i + Vector512<float>.Count <= scores.Length; i += Vector512<float>.Count)
        {
            ulong near = Vector512.GreaterThanOrEqual(Vector512.Create(scores[i..]), last).ExtractMostSignificantBits();
            for (; near != 0; near &= near - 1)
            {
                int at = i + System.Numerics.BitOperations.TrailingZeroCount(near);
                Meet(scores[at], firstRow + at);
            }
        }

        for (; i < scores.Length; i++)
        {
            if (scores[i] >= _last)
            {
                Meet(scores[i], firstRow + i);
            }
        }
    }

    /// <summary>What the query contributes.</summary>
    public QueryRetrieval Finish(IReadOnlyList<int> recallAt)
    {
        if (_scores.Length == 0)
        {
            return new QueryRetrieval(0, false, new TieValues[recallAt.Count], 0, 0, 0, 0);
        }

        long bestPositives = _scores.TakeWhile(score => score == _scores[0]).Count();
        long tiedNegatives = _likeBest - bestPositives;
        var recall = new TieValues[recallAt.Count];
        for (int i = 0; i < recall.Length; i++)
        {
            recall[i] = RecallAt(recallAt[i], bestPositives, tiedNegatives);
        }

        (double rPrecision, double averageAtR, double average) = Averages();
        return new QueryRetrieval(Count, tiedNegatives > 0, recall, _before[0] == 0 ? 1 : 0, rPrecision, averageAtR, average);
    }

    private static void Order(float[] scores, int[] rows)
    {
        var keys = new (float Score, int Row)[scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (-scores[i], rows[i]);
        }

        Array.Sort(keys);
        for (int i = 0; i < keys.Length; i++)
        {
            (scores[i], rows[i]) = (-keys[i].Score, keys[i].Row);
        }
    }

    private void Meet(float score, int row)
    {
        _betterThanBest += score > _scores[0] ? 1 : 0;
        _likeBest += score == _scores[0] ? 1 : 0;
        _before[FirstPrecededBy(score, row)]++;
    }

    /// <summary>The first positive that stands behind a row in the order.</summary>
    private int FirstPrecededBy(float score, int row)
    {
        (int low, int high) = (0, _scores.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool behind = _scores[middle] < score || (_scores[middle] == score && _rows[middle] > row);
            (low, high) = behind ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private TieValues RecallAt(int k, long bestPositives, long tiedNegatives)
    {
        long places = k - _betterThanBest;
        double missed = places <= 0 ? 1 : 0;
        if (places > 0 && places <= tiedNegatives)
        {
            missed = 1;
            for (long i = 0; i < places; i++)
            {
                missed *= (double)(tiedNegatives - i) / (tiedNegatives + bestPositives - i);
            }
        }

        return new TieValues(1 - missed, _before[0] < k ? 1 : 0, places > 0 ? 1 : 0, places > tiedNegatives ? 1 : 0);
    }

    private (double RPrecision, double AverageAtR, double Average) Averages()
    {
        (double rPrecision, double averageAtR, double average) = (0, 0, 0);
        long before = 0;
        for (int i = 0; i < _scores.Length; i++)
        {
            before += _before[i];
            long rank = before + 1;
            double precision = (i + 1.0) / rank;
            average += precision;
            averageAtR += rank <= _scores.Length ? precision : 0;
            rPrecision += rank <= _scores.Length ? 1 : 0;
        }

        return (rPrecision / _scores.Length, averageAtR / _scores.Length, average / _scores.Length);
    }
}
