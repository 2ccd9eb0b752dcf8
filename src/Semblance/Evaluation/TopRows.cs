using System.Runtime.Intrinsics;

namespace Semblance.Evaluation;

/// <summary>Keeps the most similar rows of one query while the gallery streams by, in any order; of equal scores the lower row comes first.</summary>
internal sealed class TopRows
{
    // A score and a row in one number that ascends as (score descending, row ascending).
    private readonly ulong[] _keys;
    private readonly int _wanted;
    private int _count;
    private float _least = float.NegativeInfinity;

    /// <param name="wanted">Rows to keep; above 0.</param>
    public TopRows(int wanted)
    {
        _wanted = wanted;
        _keys = new ulong[2 * wanted];
    }

    /// <summary>Bytes that keeping so many rows takes.</summary>
    public static long Bytes(int wanted) => 64 + (16L * wanted);

    /// <summary>Meets rows <paramref name="firstRow"/>, ... with their scores; minus infinity is passed over.</summary>
    public void Add(ReadOnlySpan<float> scores, int firstRow)
    {
        var least = Vector512.Create(_least);
        int i = 0;
        for (; i + Vector512<float>.Count <= scores.Length; i += Vector512<float>.Count)
        {
            ulong near = Vector512.GreaterThanOrEqual(Vector512.Create(scores[i..]), least).ExtractMostSignificantBits();
            for (; near != 0; near &= near - 1)
            {
                int at = i + System.Numerics.BitOperations.TrailingZeroCount(near);
                Take(scores[at], firstRow + at);
                least = Vector512.Create(_least);
            }
        }

        for (; i < scores.Length; i++)
        {
            Take(scores[i], firstRow + i);
        }
    }

    /// <summary>Copies the rows in order, and their scores; -1 and minus infinity where there are fewer.</summary>
    public void CopyTo(Span<int> rows, Span<float> scores)
    {
        Cut();
        for (int i = 0; i < rows.Length; i++)
        {
            (rows[i], scores[i]) = i < _count ? ((int)(uint)_keys[i], ScoreOf(_keys[i])) : (-1, float.NegativeInfinity);
        }
    }

    private void Take(float score, int row)
    {
        if (score < _least || float.IsNegativeInfinity(score))
        {
            return;
        }

        _keys[_count++] = KeyOf(score, row);
        if (_count == _keys.Length)
        {
            Cut();
        }
    }

    private void Cut()
    {
        _keys.AsSpan(0, _count).Sort();
        if (_count >= _wanted)
        {
            _count = _wanted;
            _least = ScoreOf(_keys[_wanted - 1]);
        }
    }

    private static ulong KeyOf(float score, int row)
    {
        // Adding 0 makes -0 the 0 that it equals.
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        uint ascending = (bits >> 31) == 0 ? bits | 0x8000_0000 : ~bits;
        return ((ulong)~ascending << 32) | (uint)row;
    }

    private static float ScoreOf(ulong key)
    {
        uint ascending = ~(uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((ascending >> 31) == 1 ? ascending & 0x7FFF_FFFF : ~ascending);
    }
}
