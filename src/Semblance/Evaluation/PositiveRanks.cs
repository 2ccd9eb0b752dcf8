using System.Runtime.Intrinsics;

namespace Semblance.Evaluation;

/// <summary>Finds the ranks of one query's positives while the gallery streams by, in any order.</summary>
/// <remarks>
/// The order is (score descending, row ascending). The positives' own scores are known beforehand, so that a rank is one more than the number of rows that precede it: nothing is sorted
/// or kept. Of few positives each is compared with all rows, sixteen at a time; of many, only rows that are at least as similar as the last positive are looked at, and counted
/// in front of the first positive that they precede. Memory: three numbers a positive.
/// </remarks>
internal sealed class PositiveRanks
{
    private const int Few = 16;
    private readonly float[] _scores;
    private readonly int[] _rows;
    private readonly int[] _before;
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
    }

    /// <summary>Number of positives.</summary>
    public int Count => _scores.Length;

    /// <summary>Bytes that so many positives of so many queries take.</summary>
    public static long Bytes(long queries, long positives) => (queries * 160) + (positives * 12);

    /// <summary>Meets gallery rows <paramref name="firstRow"/>, ... with their scores.</summary>
    public void Add(ReadOnlySpan<float> scores, int firstRow)
    {
        if (_scores.Length == 0)
        {
            return;
        }

        int better = CountAbove(scores, _scores[0]);
        _betterThanBest += better;
        _likeBest += CountFrom(scores, _scores[0]) - better;
        if (_scores.Length > Few)
        {
            AddToMany(scores, firstRow);
            return;
        }

        for (int i = 0; i < _scores.Length; i++)
        {
            // Of equal scores the lower row precedes.
            int lower = Math.Clamp(_rows[i] - firstRow, 0, scores.Length);
            _before[i] += CountFrom(scores[..lower], _scores[i]) + CountAbove(scores[lower..], _scores[i]);
        }
    }

    /// <summary>The positives' rows from the first of the ranking to the last, and their ranks from 1.</summary>
    public (int[] Rows, int[] Ranks) Ranked()
    {
        var ranks = new int[_scores.Length];
        int before = 0;
        for (int i = 0; i < ranks.Length; i++)
        {
            before = _scores.Length > Few ? before + _before[i] : _before[i];
            ranks[i] = before + 1;
        }

        return (_rows, ranks);
    }

    /// <summary>What the query contributes.</summary>
    public QueryRetrieval Finish(IReadOnlyList<int> recallAt)
    {
        if (_scores.Length == 0)
        {
            return QueryRetrieval.WithoutPositives(recallAt.Count);
        }

        long bestPositives = _scores.TakeWhile(score => score == _scores[0]).Count();
        long tiedNegatives = _likeBest - bestPositives;
        int[] ranks = Ranked().Ranks;
        var recall = new TieValues[recallAt.Count];
        for (int i = 0; i < recall.Length; i++)
        {
            recall[i] = RecallAt(recallAt[i], ranks[0], bestPositives, tiedNegatives);
        }

        return QueryRetrieval.Of(ranks, recall, tiedNegatives > 0);
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

    private static int CountAbove(ReadOnlySpan<float> scores, float level)
    {
        (Vector512<int> counts, var levels, int i) = (Vector512<int>.Zero, Vector512.Create(level), 0);
        for (; i + Vector512<float>.Count <= scores.Length; i += Vector512<float>.Count)
        {
            counts -= Vector512.GreaterThan(Vector512.Create(scores[i..]), levels).AsInt32();
        }

        int count = Vector512.Sum(counts);
        for (; i < scores.Length; i++)
        {
            count += scores[i] > level ? 1 : 0;
        }

        return count;
    }

    private static int CountFrom(ReadOnlySpan<float> scores, float level)
    {
        (Vector512<int> counts, var levels, int i) = (Vector512<int>.Zero, Vector512.Create(level), 0);
        for (; i + Vector512<float>.Count <= scores.Length; i += Vector512<float>.Count)
        {
            counts -= Vector512.GreaterThanOrEqual(Vector512.Create(scores[i..]), levels).AsInt32();
        }

        int count = Vector512.Sum(counts);
        for (; i < scores.Length; i++)
        {
            count += scores[i] >= level ? 1 : 0;
        }

        return count;
    }

    private void AddToMany(ReadOnlySpan<float> scores, int firstRow)
    {
        float last = _scores[^1];
        var lasts = Vector512.Create(last);
        int i = 0;
        for (; i + Vector512<float>.Count <= scores.Length; i += Vector512<float>.Count)
        {
            ulong near = Vector512.GreaterThanOrEqual(Vector512.Create(scores[i..]), lasts).ExtractMostSignificantBits();
            for (; near != 0; near &= near - 1)
            {
                int at = i + System.Numerics.BitOperations.TrailingZeroCount(near);
                _before[FirstPrecededBy(scores[at], firstRow + at)]++;
            }
        }

        for (; i < scores.Length; i++)
        {
            if (scores[i] >= last)
            {
                _before[FirstPrecededBy(scores[i], firstRow + i)]++;
            }
        }
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

    private TieValues RecallAt(int k, int firstRank, long bestPositives, long tiedNegatives)
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

        return new TieValues(1 - missed, firstRank <= k ? 1 : 0, places > 0 ? 1 : 0, places > tiedNegatives ? 1 : 0);
    }
}
