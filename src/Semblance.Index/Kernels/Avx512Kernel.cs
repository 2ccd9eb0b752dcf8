using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Semblance.Index.Kernels.EightRows;

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

    // A lower bound of distances serves limits to a quarter of the bits: half of them differ between codes that have nothing in common.
    private const int MostForBound = 16;

    // False alarms of a lower bound that it may cost in a run, and rows that pay for one more.
    private const int FreeAlarms = 4;
    private const int RowsPerAlarm = 512;

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
                1 => Select(rows, wanted, new OneWord(wanted), new OneWordAtLeast(wanted), Avx512Vbmi.IsSupported && limit <= MostForBound, count, limit, near, out found),
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
        where TRows : struct, IEightRows => Select(codes, query, wanted, wanted, atLeast: false, count, limit, near, out found);

    /// <summary>Looks for near rows by a cheaper lower bound of the distance, as long as it is seldom wrong: a false alarm costs as much as a few dozen rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Select<TRows, TBound>(ulong* codes, ulong* query, TRows wanted, TBound bound, bool atLeast, int count, int limit, Span<Neighbour> near, out int found)
        where TRows : struct, IEightRows
        where TBound : struct, IEightRows
    {
        found = 0;
        int row = 0;
        int falseAlarms = 0;
        while ((row = atLeast && falseAlarms <= FreeAlarms + (row / RowsPerAlarm) ? FirstNear(codes, bound, row, count, limit) : FirstNear(codes, wanted, row, count, limit)) + Step + wanted.Beyond <= count)
        {
            if (found + Step > near.Length)
            {
                return row;
            }

            int before = found;
            Take(codes + ((nint)row * wanted.Words), wanted, row, limit, near, ref found);
            row += Step;
            falseAlarms += found == before ? 1 : 0;
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
}
