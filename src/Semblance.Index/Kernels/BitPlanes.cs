using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>Turns 512 words of codes into their 64 planes of 512 bits: bit r of plane b is bit b of word r.</summary>
internal static unsafe class BitPlanes
{
    /// <summary>Rows of a block.</summary>
    public const int Rows = 512;

    /// <summary>Bytes of a plane.</summary>
    public const int PlaneBytes = Rows / 8;

    /// <summary>Writes the planes of one word of 512 rows.</summary>
    /// <param name="words">The word of the first row.</param>
    /// <param name="step">Words from one row to the next.</param>
    /// <param name="planes">Receives 64 planes.</param>
    /// <remarks>
    /// 64 words at a time. First the bytes: those of eight words are put in order of their place in a word, then eight such vectors are transposed as a
    /// matrix of eight by eight, so that a vector holds the same byte of all 64 words. Its highest bits are then one word of a plane; doubling it brings
    /// up the next.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(ulong* words, nint step, byte* planes)
    {
        Vector512<ulong> evenWords = Vector512.Create(0UL, 8, 2, 10, 4, 12, 6, 14), oddWords = Vector512.Create(1UL, 9, 3, 11, 5, 13, 7, 15);
        Vector512<ulong> evenPairs = Vector512.Create(0UL, 1, 8, 9, 4, 5, 12, 13), oddPairs = Vector512.Create(2UL, 3, 10, 11, 6, 7, 14, 15);
        Vector512<ulong> lower = Vector512.Create(0UL, 1, 2, 3, 8, 9, 10, 11), upper = Vector512.Create(4UL, 5, 6, 7, 12, 13, 14, 15);
        for (int group = 0; group < 8; group++)
        {
            ulong* at = words + (group * 64 * step);
            Vector512<ulong> a0 = BytesByPlace(at, step), a1 = BytesByPlace(at + (8 * step), step), a2 = BytesByPlace(at + (16 * step), step), a3 = BytesByPlace(at + (24 * step), step);
            Vector512<ulong> a4 = BytesByPlace(at + (32 * step), step), a5 = BytesByPlace(at + (40 * step), step), a6 = BytesByPlace(at + (48 * step), step), a7 = BytesByPlace(at + (56 * step), step);
            Vector512<ulong> b0 = Mix(a0, evenWords, a1), b1 = Mix(a0, oddWords, a1), b2 = Mix(a2, evenWords, a3), b3 = Mix(a2, oddWords, a3);
            Vector512<ulong> b4 = Mix(a4, evenWords, a5), b5 = Mix(a4, oddWords, a5), b6 = Mix(a6, evenWords, a7), b7 = Mix(a6, oddWords, a7);
            Vector512<ulong> c0 = Mix(b0, evenPairs, b2), c1 = Mix(b1, evenPairs, b3), c2 = Mix(b0, oddPairs, b2), c3 = Mix(b1, oddPairs, b3);
            Vector512<ulong> c4 = Mix(b4, evenPairs, b6), c5 = Mix(b5, evenPairs, b7), c6 = Mix(b4, oddPairs, b6), c7 = Mix(b5, oddPairs, b7);
            byte* to = planes + (group * 8);
            Write(Mix(c0, lower, c4), to);
            Write(Mix(c1, lower, c5), to + (8 * PlaneBytes));
            Write(Mix(c2, lower, c6), to + (16 * PlaneBytes));
            Write(Mix(c3, lower, c7), to + (24 * PlaneBytes));
            Write(Mix(c0, upper, c4), to + (32 * PlaneBytes));
            Write(Mix(c1, upper, c5), to + (40 * PlaneBytes));
            Write(Mix(c2, upper, c6), to + (48 * PlaneBytes));
            Write(Mix(c3, upper, c7), to + (56 * PlaneBytes));
        }
    }

    /// <summary>Eight words; word i of the result holds byte i of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> BytesByPlace(ulong* words, nint step)
    {
        // Two words in each quarter: their bytes in turn, then pairs of bytes across the quarters.
        Vector128<byte> quarter = Vector128.Create((byte)0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
        Vector512<byte> inTurn = Vector512.Create(Vector256.Create(quarter, quarter), Vector256.Create(quarter, quarter));
        Vector512<ushort> across = Vector512.Create((ushort)0, 8, 16, 24, 1, 9, 17, 25, 2, 10, 18, 26, 3, 11, 19, 27, 4, 12, 20, 28, 5, 13, 21, 29, 6, 14, 22, 30, 7, 15, 23, 31);
        Vector512<ulong> eight = step == 1
            ? Vector512.Load(words)
            : Vector512.Create(words[0], words[step], words[2 * step], words[3 * step], words[4 * step], words[5 * step], words[6 * step], words[7 * step]);
        return Avx512BW.PermuteVar32x16(Avx512BW.Shuffle(eight.AsByte(), inTurn).AsUInt16(), across).AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Mix(Vector512<ulong> a, Vector512<ulong> places, Vector512<ulong> b) => Avx512F.PermuteVar8x64x2(a, places, b);

    /// <summary>Writes the bits of 64 bytes to eight planes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector512<ulong> words, byte* planes)
    {
        Vector512<byte> bytes = words.AsByte();
        for (int bit = 7; bit > 0; bit--)
        {
            *(ulong*)(planes + (bit * PlaneBytes)) = bytes.ExtractMostSignificantBits();
            bytes += bytes;
        }

        *(ulong*)planes = bytes.ExtractMostSignificantBits();
    }
}
