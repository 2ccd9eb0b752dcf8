using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>Measures eight rows of some width at a time.</summary>
internal unsafe interface IEightRows
{
    /// <summary>Words of a row.</summary>
    int Words { get; }

    /// <summary>Rows behind the eight that must be readable.</summary>
    int Beyond { get; }

    /// <summary>Distances of eight rows, in order.</summary>
    Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high);
}

/// <summary>Eight rows at a time in vectors of 512 bits, by the words of a row.</summary>
internal static unsafe class EightRows
{
    /// <summary>The tables that <see cref="Ones"/> looks up; made before a loop, so that they stay in registers.</summary>
    /// <remarks>
    /// With VBMI a table has 64 entries and an index ignores what is above its six bits: one table for the low six bits of a byte and one for its high
    /// two, and nothing has to be masked (a quarter fewer instructions). Without it, a table of 16 entries for half bytes and the mask of a half.
    /// </remarks>
    public static Vector512<byte> LowTable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Vector128<byte> four = Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
            Vector256<byte> five = Vector256.Create(four, four + Vector128<byte>.One);
            return Avx512Vbmi.IsSupported ? Vector512.Create(five, five + Vector256<byte>.One) : Vector512.Create(Vector256.Create(four, four), Vector256.Create(four, four));
        }
    }

    public static Vector512<byte> HighTable => Avx512Vbmi.IsSupported ? Vector512.Create(0x02_01_01_00).AsByte() : Vector512.Create((byte)0x0F);

    /// <summary>Counts the ones of each byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Ones(Vector512<ulong> words, Vector512<byte> low, Vector512<byte> high)
    {
        if (Avx512Vbmi.IsSupported)
        {
            return Avx512Vbmi.PermuteVar64x8(low, words.AsByte()) + Avx512Vbmi.PermuteVar64x8(high, (words.AsUInt16() >>> 6).AsByte());
        }

        return Avx512BW.Shuffle(low, words.AsByte() & high) + Avx512BW.Shuffle(low, (words.AsUInt16() >>> 4).AsByte() & high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> SumOfWords(Vector512<byte> bytes) => Avx512BW.SumAbsoluteDifferences(bytes, Vector512<byte>.Zero).AsUInt64();

    /// <summary>Adds neighbouring words: word 2i of the result is from <paramref name="a"/>, word 2i + 1 from <paramref name="b"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> AddWords(Vector512<byte> a, Vector512<byte> b) =>
        Avx512F.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsByte() + Avx512F.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsByte();

    /// <summary>Adds neighbouring pairs of words: the first two pairs of the result are from <paramref name="a"/>, the others from <paramref name="b"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> AddPairs(Vector512<byte> a, Vector512<byte> b) =>
        Avx512F.Shuffle4x128(a.AsUInt64(), b.AsUInt64(), 0x88).AsByte() + Avx512F.Shuffle4x128(a.AsUInt64(), b.AsUInt64(), 0xDD).AsByte();

    public readonly struct OneWord(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Create(query[0]);

        public int Words => 1;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high) => SumOfWords(Ones(Vector512.Load(rows) ^ _query, low, high));
    }

    /// <summary>No more than the distance of a word, and 7/8 of it on average: the ones of the low seven bits of each byte, in half the instructions.</summary>
    public readonly struct OneWordAtLeast(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Create(query[0]);
        private readonly Vector512<byte> _upper = LowTable + Vector512<byte>.One;

        public int Words => 1;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high) =>
            SumOfWords(Avx512Vbmi.PermuteVar64x8x2(low, (Vector512.Load(rows) ^ _query).AsByte(), _upper));
    }

    public readonly struct TwoWords(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Create(Vector256.Create(Vector128.Load(query), Vector128.Load(query)), Vector256.Create(Vector128.Load(query), Vector128.Load(query)));

        public int Words => 2;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high) =>
            Avx512F.PermuteVar8x64(SumOfWords(AddWords(Ones(Vector512.Load(rows) ^ _query, low, high), Ones(Vector512.Load(rows + 8) ^ _query, low, high))), Vector512.Create(0UL, 2, 4, 6, 1, 3, 5, 7));
    }

    public readonly struct FourWords(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Create(Vector256.Load(query), Vector256.Load(query));

        public int Words => 4;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high)
        {
            Vector512<byte> first = AddWords(Ones(Vector512.Load(rows) ^ _query, low, high), Ones(Vector512.Load(rows + 8) ^ _query, low, high));
            Vector512<byte> second = AddWords(Ones(Vector512.Load(rows + 16) ^ _query, low, high), Ones(Vector512.Load(rows + 24) ^ _query, low, high));
            return Avx512F.Permute4x64(SumOfWords(AddPairs(first, second)), 0xD8);
        }
    }

    public readonly struct EightWords(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Load(query);

        public int Words => 8;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high)
        {
            Vector512<byte> first = AddPairs(Two(rows, low, high), Two(rows + 16, low, high));
            Vector512<byte> second = AddPairs(Two(rows + 32, low, high), Two(rows + 48, low, high));
            return SumOfWords(AddPairs(first, second));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<byte> Two(ulong* rows, Vector512<byte> low, Vector512<byte> high) => AddWords(Ones(Vector512.Load(rows) ^ _query, low, high), Ones(Vector512.Load(rows + 8) ^ _query, low, high));
    }

    /// <summary>Any other width: whole vectors of eight words and a masked rest, which reads beyond the row.</summary>
    public readonly struct AnyWords(ulong* query, int words) : IEightRows
    {
        private readonly ulong* _query = query;
        private readonly Vector512<ulong> _mask = Vector512.LessThan(Vector512<ulong>.Indices, Vector512.Create((ulong)(words & 7)));
        private readonly Vector512<ulong> _rest = Rest(query, words);

        public int Words => words;

        // Seven words at most; with three words or more a row, that is three rows.
        public int Beyond => 3;

        public Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high)
        {
            Vector512<ulong> first = AddPairs(Two(rows, low, high), Two(rows + (2 * words), low, high));
            Vector512<ulong> second = AddPairs(Two(rows + (4 * words), low, high), Two(rows + (6 * words), low, high));
            return AddPairs(first, second);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<ulong> Two(ulong* rows, Vector512<byte> low, Vector512<byte> high)
        {
            Vector512<ulong> a = Row(rows, low, high), b = Row(rows + words, low, high);
            return Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<ulong> Row(ulong* row, Vector512<byte> low, Vector512<byte> high)
        {
            Vector512<ulong> sum = (words & 7) == 0 ? Vector512<ulong>.Zero : SumOfWords(Ones((Vector512.Load(row + (words & ~7)) ^ _rest) & _mask, low, high));
            for (int i = 0; i + 8 <= words; i += 8)
            {
                sum += SumOfWords(Ones(Vector512.Load(row + i) ^ Vector512.Load(_query + i), low, high));
            }

            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<ulong> AddPairs(Vector512<ulong> a, Vector512<ulong> b) => Avx512F.Shuffle4x128(a, b, 0x88) + Avx512F.Shuffle4x128(a, b, 0xDD);

        private static Vector512<ulong> Rest(ulong* query, int words)
        {
            ulong* rest = stackalloc ulong[8];
            new Span<ulong>(rest, 8).Clear();
            new ReadOnlySpan<ulong>(query + (words & ~7), words & 7).CopyTo(new Span<ulong>(rest, 8));
            return Vector512.Load(rest);
        }
    }
}
