using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>Ones of parts of bytes from tables in registers, summed over the bytes of a word; 32 rows before one branch.</summary>
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
        Vector512<byte> low = LowTable, high = HighTable;
        int row = 0;
        nint group = (nint)Group * wanted.Words;
        ulong* at = codes;
        for (; row + Step + wanted.Beyond <= distances.Length; row += Step, at += 4 * group)
        {
            Vector512<uint> first = Vector512.Narrow(wanted.Distances(at, low, high), wanted.Distances(at + group, low, high));
            Vector512<uint> second = Vector512.Narrow(wanted.Distances(at + (2 * group), low, high), wanted.Distances(at + (3 * group), low, high));
            Vector512.Narrow(first, second).CopyTo(distances[row..]);
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

            Take(codes + ((nint)row * wanted.Words), wanted, row, limit, near, ref found);
            row += Step;
        }

        return Rows.Select(codes, query, wanted.Words, row, count, limit, near, ref found);
    }

    /// <summary>The first row of the first 32 that have a near one among them, or of those left over at the end.</summary>
    /// <remarks>
    /// Without a call in its loop, and never part of its caller's, which has some: no vector register would live through one (half the speed). Optimised at
    /// once, since a search may be its only call.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int FirstNear<TRows>(ulong* codes, TRows wanted, int row, int count, int limit)
        where TRows : struct, IEightRows
    {
        Vector512<byte> low = LowTable, high = HighTable;
        nint group = (nint)Group * wanted.Words;
        ulong* at = codes + ((nint)row * wanted.Words);
        Vector512<ulong> bound = Vector512.Create((ulong)limit);
        for (; row + Step + wanted.Beyond <= count; row += Step, at += 4 * group)
        {
            Vector512<ulong> a = wanted.Distances(at, low, high), b = wanted.Distances(at + group, low, high), c = wanted.Distances(at + (2 * group), low, high), d = wanted.Distances(at + (3 * group), low, high);

            // Distances fit 16 bits, of which there is a cheaper minimum than of 64.
            Vector512<ulong> least = Vector512.Min(Vector512.Min(a.AsUInt16(), b.AsUInt16()), Vector512.Min(c.AsUInt16(), d.AsUInt16())).AsUInt64();
            if (Vector512.LessThanAny(least, bound))
            {
                break;
            }
        }

        return row;
    }

    /// <summary>Adds the near ones of 32 rows to those found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Take<TRows>(ulong* at, TRows wanted, int row, int limit, Span<Neighbour> near, ref int found)
        where TRows : struct, IEightRows
    {
        Vector512<byte> low = LowTable, high = HighTable;
        Vector512<ulong> bound = Vector512.Create((ulong)limit);
        ulong* distances = stackalloc ulong[Group];
        for (int last = row + Step; row < last; row += Group, at += (nint)Group * wanted.Words)
        {
            Vector512<ulong> measured = wanted.Distances(at, low, high);
            uint nearer = (uint)Vector512.LessThan(measured, bound).ExtractMostSignificantBits();
            measured.Store(distances);
            for (; nearer != 0; nearer &= nearer - 1)
            {
                int place = BitOperations.TrailingZeroCount(nearer);
                near[found++] = new Neighbour(row + place, (int)distances[place]);
            }
        }
    }

    /// <summary>The tables that <see cref="Ones"/> looks up; made before a loop, so that they stay in registers.</summary>
    /// <remarks>
    /// With VBMI a table has 64 entries and an index ignores what is above its six bits: one table for the low six bits of a byte and one for its high
    /// two, and nothing has to be masked (a quarter fewer instructions). Without it, a table of 16 entries for half bytes and the mask of a half.
    /// </remarks>
    private static Vector512<byte> LowTable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Vector128<byte> four = Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
            Vector256<byte> five = Vector256.Create(four, four + Vector128<byte>.One);
            return Avx512Vbmi.IsSupported ? Vector512.Create(five, five + Vector256<byte>.One) : Vector512.Create(Vector256.Create(four, four), Vector256.Create(four, four));
        }
    }

    private static Vector512<byte> HighTable => Avx512Vbmi.IsSupported ? Vector512.Create(0x02_01_01_00).AsByte() : Vector512.Create((byte)0x0F);

    /// <summary>Counts the ones of each byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Ones(Vector512<ulong> words, Vector512<byte> low, Vector512<byte> high)
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

    /// <summary>Measures eight rows of some width at a time.</summary>
    private interface IEightRows
    {
        /// <summary>Words of a row.</summary>
        int Words { get; }

        /// <summary>Rows behind the eight that must be readable.</summary>
        int Beyond { get; }

        /// <summary>Distances of eight rows, in order.</summary>
        Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high);
    }

    private readonly struct OneWord(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Create(query[0]);

        public int Words => 1;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high) => SumOfWords(Ones(Vector512.Load(rows) ^ _query, low, high));
    }

    private readonly struct TwoWords(ulong* query) : IEightRows
    {
        private readonly Vector512<ulong> _query = Vector512.Create(Vector256.Create(Vector128.Load(query), Vector128.Load(query)), Vector256.Create(Vector128.Load(query), Vector128.Load(query)));

        public int Words => 2;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Distances(ulong* rows, Vector512<byte> low, Vector512<byte> high) =>
            Avx512F.PermuteVar8x64(SumOfWords(AddWords(Ones(Vector512.Load(rows) ^ _query, low, high), Ones(Vector512.Load(rows + 8) ^ _query, low, high))), Vector512.Create(0UL, 2, 4, 6, 1, 3, 5, 7));
    }

    private readonly struct FourWords(ulong* query) : IEightRows
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

    private readonly struct EightWords(ulong* query) : IEightRows
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
    private readonly struct AnyWords(ulong* query, int words) : IEightRows
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
