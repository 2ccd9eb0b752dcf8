using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>Ones of half bytes from a table in a register, summed over the bytes of a word; 32 rows before one branch.</summary>
/// <remarks>
/// .NET has no population count of vectors. For codes out of memory it would gain nothing: there this kernel waits for memory (bench/README.md).
/// Where a code has several words, the bytes of several codes are added across before they are summed, so that one sum serves eight codes.
/// </remarks>
internal sealed unsafe class Avx512Kernel() : HammingKernel("avx512")
{
    private const int Group = 8;
    private const int Step = 4 * Group;

    internal override bool HasPlanes => PlaneBlock.IsSupported;

    private protected override void Measure(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances)
    {
        fixed (ulong* rows = codes, wanted = query)
        {
            switch (query.Length)
            {
                case 1: Measure(rows, wanted, new OneWord(wanted), distances); break;
                case 2: Measure(rows, wanted, new TwoWords(wanted), distances); break;
                case 4: Measure(rows, wanted, new FourWords(wanted), distances); break;
                case 8: Measure(rows, wanted, new EightWords(wanted), distances); break;
                default: Measure(rows, wanted, new AnyWords(wanted, query.Length), distances); break;
            }
        }
    }

    private protected override int SelectNear(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, int limit, Span<Neighbour> near, out int found)
    {
        int count = codes.Length / query.Length;
        fixed (ulong* rows = codes, wanted = query)
        {
            return query.Length switch
            {
                1 => Select(rows, wanted, new OneWord(wanted), count, limit, near, out found),
                2 => Select(rows, wanted, new TwoWords(wanted), count, limit, near, out found),
                4 => Select(rows, wanted, new FourWords(wanted), count, limit, near, out found),
                8 => Select(rows, wanted, new EightWords(wanted), count, limit, near, out found),
                _ => Select(rows, wanted, new AnyWords(wanted, query.Length), count, limit, near, out found),
            };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Measure<TRows>(ulong* codes, ulong* query, TRows wanted, Span<ushort> distances)
        where TRows : struct, IEightRows
    {
        OnesOfBytes ones = new();
        int row = 0;
        nint group = (nint)Group * wanted.Words;
        ulong* at = codes;
        for (; row + Step + wanted.Beyond <= distances.Length; row += Step, at += 4 * group)
        {
            Vector512<uint> low = Vector512.Narrow(wanted.Distances(at, ones), wanted.Distances(at + group, ones));
            Vector512<uint> high = Vector512.Narrow(wanted.Distances(at + (2 * group), ones), wanted.Distances(at + (3 * group), ones));
            Vector512.Narrow(low, high).CopyTo(distances[row..]);
        }

        Rows.Measure(codes, query, wanted.Words, row, distances);
    }

    private static int Select<TRows>(ulong* codes, ulong* query, TRows wanted, int count, int limit, Span<Neighbour> near, out int found)
        where TRows : struct, IEightRows
    {
        found = 0;
        int row = 0;
        while ((row = FirstNear(codes, wanted, row, count, limit)) + Step + wanted.Beyond <= count)
        {
            if (found + Step > near.Length)
            {
                return row;
            }

            row = Rows.Select(codes, query, wanted.Words, row, row + Step, limit, near, ref found);
        }

        return Rows.Select(codes, query, wanted.Words, row, count, limit, near, ref found);
    }

    /// <summary>The first row of the first 32 that have a near one among them, or of those left over at the end.</summary>
    /// <remarks>Without a call in its loop: no vector register would live through one. Optimised at once, since a search may be its only call.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FirstNear<TRows>(ulong* codes, TRows wanted, int row, int count, int limit)
        where TRows : struct, IEightRows
    {
        OnesOfBytes ones = new();
        nint group = (nint)Group * wanted.Words;
        ulong* at = codes + ((nint)row * wanted.Words);
        Vector512<ulong> bound = Vector512.Create((ulong)limit);
        for (; row + Step + wanted.Beyond <= count; row += Step, at += 4 * group)
        {
            Vector512<ulong> a = wanted.Distances(at, ones), b = wanted.Distances(at + group, ones), c = wanted.Distances(at + (2 * group), ones), d = wanted.Distances(at + (3 * group), ones);

            // Distances fit 16 bits, of which there is a cheaper minimum than of 64.
            Vector512<ulong> least = Vector512.Min(Vector512.Min(a.AsUInt16(), b.AsUInt16()), Vector512.Min(c.AsUInt16(), d.AsUInt16())).AsUInt64();
            if (Vector512.LessThanAny(least, bound))
            {
                break;
            }
        }

        return row;
    }

    /// <summary>Counts the ones of each byte of an exclusive or.</summary>
    /// <remarks>Made before a loop, so that its vectors stay in registers.</remarks>
    private readonly struct OnesOfBytes()
    {
        private readonly Vector512<byte> _ones = Table();
        private readonly Vector512<byte> _nibble = Vector512.Create((byte)0x0F);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<byte> Of(Vector512<ulong> words, Vector512<ulong> query)
        {
            // Exclusive or and mask are one instruction.
            Vector512<byte> low = Avx512F.TernaryLogic(words.AsByte(), query.AsByte(), _nibble, 0x28);
            Vector512<byte> high = Avx512F.TernaryLogic((words.AsUInt16() >>> 4).AsByte(), (query.AsUInt16() >>> 4).AsByte(), _nibble, 0x28);
            return Avx512BW.Shuffle(_ones, low) + Avx512BW.Shuffle(_ones, high);
        }

        private static Vector512<byte> Table()
        {
            Vector128<byte> quarter = Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
            Vector256<byte> half = Vector256.Create(quarter, quarter);
            return Vector512.Create(half, half);
        }
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

    /// <summary>Measures eight rows of some width at a time.</summary>
    private interface IEightRows
    {
        /// <summary>Words of a row.</summary>
        int Words { get; }

        /// <summary>Rows behind the eight that must be readable.</summary>
        int Beyond { get; }

        /// <summary>Distances of eight rows, in order.</summary>
        Vector512<ulong> Distances(ulong* rows, OnesOfBytes ones);
    }

    private readonly struct OneWord(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Create(query[0]);

        public int Words => 1;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, OnesOfBytes ones) => SumOfWords(ones.Of(Vector512.Load(rows), _query));
    }

    private readonly struct TwoWords(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Create(Vector256.Create(Vector128.Load(query), Vector128.Load(query)), Vector256.Create(Vector128.Load(query), Vector128.Load(query)));

        public int Words => 2;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, OnesOfBytes ones) =>
            Avx512F.PermuteVar8x64(SumOfWords(AddWords(ones.Of(Vector512.Load(rows), _query), ones.Of(Vector512.Load(rows + 8), _query))), Vector512.Create(0UL, 2, 4, 6, 1, 3, 5, 7));
    }

    private readonly struct FourWords(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Create(Vector256.Load(query), Vector256.Load(query));

        public int Words => 4;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, OnesOfBytes ones)
        {
            Vector512<byte> first = AddWords(ones.Of(Vector512.Load(rows), _query), ones.Of(Vector512.Load(rows + 8), _query));
            Vector512<byte> second = AddWords(ones.Of(Vector512.Load(rows + 16), _query), ones.Of(Vector512.Load(rows + 24), _query));
            return Avx512F.Permute4x64(SumOfWords(AddPairs(first, second)), 0xD8);
        }
    }

    private readonly struct EightWords(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Load(query);

        public int Words => 8;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, OnesOfBytes ones)
        {
            Vector512<byte> first = AddPairs(Two(rows, ones), Two(rows + 16, ones));
            Vector512<byte> second = AddPairs(Two(rows + 32, ones), Two(rows + 48, ones));
            return SumOfWords(AddPairs(first, second));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<byte> Two(ulong* rows, OnesOfBytes ones) => AddWords(ones.Of(Vector512.Load(rows), _query), ones.Of(Vector512.Load(rows + 8), _query));
    }

    /// <summary>Any other width: whole vectors of eight words and a masked rest, which reads beyond the row.</summary>
    private readonly struct AnyWords(ulong* query, int words) : IEightRows
    {
        private readonly ulong* _query = query;
        private readonly Vector512<ulong> _mask = Vector512.LessThan(Vector512<ulong>.Indices, Vector512.Create((ulong)(words & 7)));
        private readonly Vector512<ulong> _rest = Rest(query, words);

        public int Words => words;

        // Seven words at most; with three words or more a row, that is three rows.
        public int Beyond => 3;

        public Vector512<ulong> Distances(ulong* rows, OnesOfBytes ones)
        {
            Vector512<ulong> first = AddPairs(Two(rows, ones), Two(rows + (2 * words), ones));
            Vector512<ulong> second = AddPairs(Two(rows + (4 * words), ones), Two(rows + (6 * words), ones));
            return AddPairs(first, second);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<ulong> Two(ulong* rows, OnesOfBytes ones)
        {
            Vector512<ulong> a = Row(rows, ones), b = Row(rows + words, ones);
            return Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<ulong> Row(ulong* row, OnesOfBytes ones)
        {
            Vector512<ulong> sum = (words & 7) == 0 ? Vector512<ulong>.Zero : SumOfWords(ones.Of(Vector512.Load(row + (words & ~7)) & _mask, _rest));
            for (int i = 0; i + 8 <= words; i += 8)
            {
                sum += SumOfWords(ones.Of(Vector512.Load(row + i), Vector512.Load(_query + i)));
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
