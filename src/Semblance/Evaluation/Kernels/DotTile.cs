using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Evaluation.Kernels;

/// <summary>Dot products of every row of one set with every row of another, four by four.</summary>
/// <remarks>
/// A pair is always added up in the same order, wherever its tile lies, so that equal rows have exactly equal scores and <see cref="One"/> agrees with
/// <see cref="Fill"/> to the last bit.
/// </remarks>
internal static class DotTile
{
    /// <summary>Rows of a tile on either side.</summary>
    public const int Side = 4;

    /// <summary>scores[i * width + j] = a row aStart + i . b row bStart + j, plus b's offset; starts must be multiples of 4.</summary>
    /// <param name="a">Rows of one side.</param>
    /// <param name="aStart">The first of them.</param>
    /// <param name="aCount">How many.</param>
    /// <param name="b">Rows of the other side.</param>
    /// <param name="bStart">The first of them.</param>
    /// <param name="bCount">How many.</param>
    /// <param name="scores">Receives the scores; both counts rounded up to multiples of 4 must fit.</param>
    /// <param name="width">Numbers from one row of scores to the next.</param>
    public static void Fill(PaddedRows a, int aStart, int aCount, PaddedRows b, int bStart, int bCount, Span<float> scores, int width)
    {
        int stride = a.Stride;
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Stride, stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.Length, (RoundUp(aCount) - 1) * width + RoundUp(bCount));
        ref float aFirst = ref MemoryMarshal.GetReference(a.From(aStart));
        ref float bFirst = ref MemoryMarshal.GetReference(b.From(bStart));
        ref float out0 = ref MemoryMarshal.GetReference(scores);
        for (int j = 0; j < bCount; j += Side)
        {
            for (int i = 0; i < aCount; i += Side)
            {
                Tile(ref Unsafe.Add(ref aFirst, i * stride), ref Unsafe.Add(ref bFirst, j * stride), stride, ref Unsafe.Add(ref out0, (i * width) + j), width);
            }
        }

        AddOffsets(b.Offsets.AsSpan(bStart, bCount), aCount, scores, width);
    }

    /// <summary>One score: a row . b row, plus b's offset.</summary>
    public static float One(PaddedRows a, int aRow, PaddedRows b, int bRow)
    {
        int stride = a.Stride;
        ref float x = ref MemoryMarshal.GetReference(a.From(aRow));
        ref float y = ref MemoryMarshal.GetReference(b.From(bRow));
        Vector512<float> sum = Vector512<float>.Zero;
        for (int k = 0; k < stride; k += Vector512<float>.Count)
        {
            sum = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref x, (nuint)k), Vector512.LoadUnsafe(ref y, (nuint)k), sum);
        }

        return Vector512.Sum(sum) + b.Offsets[bRow];
    }

    private static int RoundUp(int count) => (count + Side - 1) / Side * Side;

    private static void AddOffsets(ReadOnlySpan<float> offsets, int rows, Span<float> scores, int width)
    {
        if (offsets.IndexOfAnyExcept(0f) < 0)
        {
            return;
        }

        for (int i = 0; i < rows; i++)
        {
            Span<float> row = scores.Slice(i * width, offsets.Length);
            for (int j = 0; j < row.Length; j++)
            {
                row[j] += offsets[j];
            }
        }
    }

    private static void Tile(ref float a, ref float b, int stride, ref float scores, int width)
    {
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<float> s30 = default, s31 = default, s32 = default, s33 = default;
        for (int k = 0; k < stride; k += Vector512<float>.Count)
        {
            ref float bk = ref Unsafe.Add(ref b, k);
            Vector512<float> b0 = Vector512.LoadUnsafe(ref bk);
            Vector512<float> b1 = Vector512.LoadUnsafe(ref bk, (nuint)stride);
            Vector512<float> b2 = Vector512.LoadUnsafe(ref bk, (nuint)(2 * stride));
            Vector512<float> b3 = Vector512.LoadUnsafe(ref bk, (nuint)(3 * stride));
            ref float ak = ref Unsafe.Add(ref a, k);
            Vector512<float> row = Vector512.LoadUnsafe(ref ak);
            s00 = Vector512.MultiplyAddEstimate(row, b0, s00);
            s01 = Vector512.MultiplyAddEstimate(row, b1, s01);
            s02 = Vector512.MultiplyAddEstimate(row, b2, s02);
            s03 = Vector512.MultiplyAddEstimate(row, b3, s03);
            row = Vector512.LoadUnsafe(ref ak, (nuint)stride);
            s10 = Vector512.MultiplyAddEstimate(row, b0, s10);
            s11 = Vector512.MultiplyAddEstimate(row, b1, s11);
            s12 = Vector512.MultiplyAddEstimate(row, b2, s12);
            s13 = Vector512.MultiplyAddEstimate(row, b3, s13);
            row = Vector512.LoadUnsafe(ref ak, (nuint)(2 * stride));
            s20 = Vector512.MultiplyAddEstimate(row, b0, s20);
            s21 = Vector512.MultiplyAddEstimate(row, b1, s21);
            s22 = Vector512.MultiplyAddEstimate(row, b2, s22);
            s23 = Vector512.MultiplyAddEstimate(row, b3, s23);
            row = Vector512.LoadUnsafe(ref ak, (nuint)(3 * stride));
            s30 = Vector512.MultiplyAddEstimate(row, b0, s30);
            s31 = Vector512.MultiplyAddEstimate(row, b1, s31);
            s32 = Vector512.MultiplyAddEstimate(row, b2, s32);
            s33 = Vector512.MultiplyAddEstimate(row, b3, s33);
        }

        Store(ref scores, s00, s01, s02, s03);
        Store(ref Unsafe.Add(ref scores, width), s10, s11, s12, s13);
        Store(ref Unsafe.Add(ref scores, 2 * width), s20, s21, s22, s23);
        Store(ref Unsafe.Add(ref scores, 3 * width), s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref float scores, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3)
    {
        scores = Vector512.Sum(s0);
        Unsafe.Add(ref scores, 1) = Vector512.Sum(s1);
        Unsafe.Add(ref scores, 2) = Vector512.Sum(s2);
        Unsafe.Add(ref scores, 3) = Vector512.Sum(s3);
    }
}
