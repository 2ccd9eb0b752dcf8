using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>As <see cref="Avx512Kernel"/> with vectors of half the length: four rows in a group, 16 before one branch.</summary>
internal sealed unsafe class Avx2Kernel() : HammingKernel("avx2")
{
    private const int Group = 4;
    private const int Step = 4 * Group;

    private protected override void Measure(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances)
    {
        fixed (ulong* rows = codes, wanted = query)
        {
            switch (query.Length)
            {
                case 1: Measure(rows, wanted, new OneWord(wanted), distances); break;
                case 2: Measure(rows, wanted, new TwoWords(wanted), distances); break;
                case 4: Measure(rows, wanted, new FourWords(wanted), distances); break;
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
                _ => Select(rows, wanted, new AnyWords(wanted, query.Length), count, limit, near, out found),
            };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Measure<TRows>(ulong* codes, ulong* query, TRows wanted, Span<ushort> distances)
        where TRows : struct, IFourRows
    {
        OnesOfBytes ones = new();
        int row = 0;
        nint group = (nint)Group * wanted.Words;
        ulong* at = codes;
        for (; row + Step + wanted.Beyond <= distances.Length; row += Step, at += 4 * group)
        {
            Vector256<uint> low = Vector256.Narrow(wanted.Distances(at, ones), wanted.Distances(at + group, ones));
            Vector256<uint> high = Vector256.Narrow(wanted.Distances(at + (2 * group), ones), wanted.Distances(at + (3 * group), ones));
            Vector256.Narrow(low, high).CopyTo(distances[row..]);
        }

        Rows.Measure(codes, query, wanted.Words, row, distances);
    }

    private static int Select<TRows>(ulong* codes, ulong* query, TRows wanted, int count, int limit, Span<Neighbour> near, out int found)
        where TRows : struct, IFourRows
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

    /// <summary>The first row of the first 16 that have a near one among them, or of those left over at the end.</summary>
    /// <remarks>
    /// Without a call in its loop, and never part of its caller's, which has some: no vector register would live through one (half the speed). Optimised at
    /// once, since a search may be its only call.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int FirstNear<TRows>(ulong* codes, TRows wanted, int row, int count, int limit)
        where TRows : struct, IFourRows
    {
        OnesOfBytes ones = new();
        nint group = (nint)Group * wanted.Words;
        ulong* at = codes + ((nint)row * wanted.Words);
        // Signed, because AVX2 has no other comparison.
        Vector256<long> bound = Vector256.Create((long)limit);
        for (; row + Step + wanted.Beyond <= count; row += Step, at += 4 * group)
        {
            Vector256<ulong> a = wanted.Distances(at, ones), b = wanted.Distances(at + group, ones), c = wanted.Distances(at + (2 * group), ones), d = wanted.Distances(at + (3 * group), ones);

            // Distances fit 16 bits, of which there is a cheaper minimum than of 64.
            Vector256<long> least = Vector256.Min(Vector256.Min(a.AsUInt16(), b.AsUInt16()), Vector256.Min(c.AsUInt16(), d.AsUInt16())).AsInt64();
            if (Vector256.LessThanAny(least, bound))
            {
                break;
            }
        }

        return row;
    }

    /// <summary>Adds the near ones of 16 rows to those found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Take<TRows>(ulong* at, TRows wanted, int row, int limit, Span<Neighbour> near, ref int found)
        where TRows : struct, IFourRows
    {
        OnesOfBytes ones = new();
        Vector256<long> bound = Vector256.Create((long)limit);
        ulong* distances = stackalloc ulong[Group];
        for (int last = row + Step; row < last; row += Group, at += (nint)Group * wanted.Words)
        {
            Vector256<ulong> measured = wanted.Distances(at, ones);
            uint nearer = Vector256.LessThan(measured.AsInt64(), bound).ExtractMostSignificantBits();
            measured.Store(distances);
            for (; nearer != 0; nearer &= nearer - 1)
            {
                int place = BitOperations.TrailingZeroCount(nearer);
                near[found++] = new Neighbour(row + place, (int)distances[place]);
            }
        }
    }

    /// <summary>Counts the ones of each byte.</summary>
    /// <remarks>Made before a loop, so that its vectors stay in registers.</remarks>
    private readonly struct OnesOfBytes()
    {
        private readonly Vector256<byte> _ones = Table();
        private readonly Vector256<byte> _nibble = Vector256.Create((byte)0x0F);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<byte> Of(Vector256<ulong> words) =>
            Avx2.Shuffle(_ones, words.AsByte() & _nibble) + Avx2.Shuffle(_ones, (words.AsUInt16() >>> 4).AsByte() & _nibble);

        private static Vector256<byte> Table()
        {
            Vector128<byte> quarter = Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
            return Vector256.Create(quarter, quarter);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> SumOfWords(Vector256<byte> bytes) => Avx2.SumAbsoluteDifferences(bytes, Vector256<byte>.Zero).AsUInt64();

    /// <summary>Adds neighbouring words: word 2i of the result is from <paramref name="a"/>, word 2i + 1 from <paramref name="b"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> AddWords(Vector256<byte> a, Vector256<byte> b) =>
        (Avx2.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsByte() + Avx2.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsByte()).AsUInt64();

    /// <summary>Measures four rows of some width at a time.</summary>
    private interface IFourRows
    {
        /// <summary>Words of a row.</summary>
        int Words { get; }

        /// <summary>Rows behind the four that must be readable.</summary>
        int Beyond { get; }

        /// <summary>Distances of four rows, in order.</summary>
        Vector256<ulong> Distances(ulong* rows, OnesOfBytes ones);
    }

    private readonly struct OneWord(ulong* query) : IFourRows
    {
        private readonly Vector256<ulong> _query = Vector256.Create(query[0]);

        public int Words => 1;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<ulong> Distances(ulong* rows, OnesOfBytes ones) => SumOfWords(ones.Of(Vector256.Load(rows) ^ _query));
    }

    private readonly struct TwoWords(ulong* query) : IFourRows
    {
        private readonly Vector256<ulong> _query = Vector256.Create(Vector128.Load(query), Vector128.Load(query));

        public int Words => 2;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<ulong> Distances(ulong* rows, OnesOfBytes ones) =>
            Avx2.Permute4x64(SumOfWords(AddWords(ones.Of(Vector256.Load(rows) ^ _query), ones.Of(Vector256.Load(rows + 4) ^ _query)).AsByte()), 0xD8);
    }

    private readonly struct FourWords(ulong* query) : IFourRows
    {
        private readonly Vector256<ulong> _query = Vector256.Load(query);

        public int Words => 4;

        public int Beyond => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<ulong> Distances(ulong* rows, OnesOfBytes ones)
        {
            Vector256<ulong> first = AddWords(ones.Of(Vector256.Load(rows) ^ _query), ones.Of(Vector256.Load(rows + 4) ^ _query));
            Vector256<ulong> second = AddWords(ones.Of(Vector256.Load(rows + 8) ^ _query), ones.Of(Vector256.Load(rows + 12) ^ _query));
            return SumOfWords(Avx2.Permute2x128(first, second, 0x20).AsByte() + Avx2.Permute2x128(first, second, 0x31).AsByte());
        }
    }

    /// <summary>Any other width: whole vectors of four words and a masked rest, which reads beyond the row.</summary>
    private readonly struct AnyWords(ulong* query, int words) : IFourRows
    {
        private readonly ulong* _query = query;
        private readonly Vector256<ulong> _mask = Vector256.LessThan(Vector256<ulong>.Indices.AsInt64(), Vector256.Create((long)(words & 3))).AsUInt64();
        private readonly Vector256<ulong> _rest = Rest(query, words);

        public int Words => words;

        // Three words at most, and a row has as many.
        public int Beyond => 1;

        public Vector256<ulong> Distances(ulong* rows, OnesOfBytes ones)
        {
            Vector256<ulong> first = Two(rows, ones), second = Two(rows + (2 * words), ones);
            return Avx2.Permute2x128(first, second, 0x20) + Avx2.Permute2x128(first, second, 0x31);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<ulong> Two(ulong* rows, OnesOfBytes ones)
        {
            Vector256<ulong> a = Row(rows, ones), b = Row(rows + words, ones);
            return Avx2.UnpackLow(a, b) + Avx2.UnpackHigh(a, b);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<ulong> Row(ulong* row, OnesOfBytes ones)
        {
            Vector256<ulong> sum = (words & 3) == 0 ? Vector256<ulong>.Zero : SumOfWords(ones.Of((Vector256.Load(row + (words & ~3)) ^ _rest) & _mask));
            for (int i = 0; i + 4 <= words; i += 4)
            {
                sum += SumOfWords(ones.Of(Vector256.Load(row + i) ^ Vector256.Load(_query + i)));
            }

            return sum;
        }

        private static Vector256<ulong> Rest(ulong* query, int words)
        {
            ulong* rest = stackalloc ulong[4];
            new Span<ulong>(rest, 4).Clear();
            new ReadOnlySpan<ulong>(query + (words & ~3), words & 3).CopyTo(new Span<ulong>(rest, 4));
            return Vector256.Load(rest);
        }
    }
}
