using System.Numerics;
using System.Runtime.CompilerServices;

namespace Semblance.Index.Kernels;

/// <summary>Population counts of whole words, eight rows before one branch: the sign of (distance - limit) of any of them.</summary>
internal sealed unsafe class PopcntKernel() : HammingKernel("popcnt")
{
    private const int Step = 8;

    private protected override void Measure(ReadOnlySpan<ulong> codes, ReadOnlySpan<ulong> query, Span<ushort> distances)
    {
        fixed (ulong* rows = codes, wanted = query)
        {
            switch (query.Length)
            {
                case 1: Measure<OneWord>(rows, wanted, 1, distances); break;
                case 2: Measure<TwoWords>(rows, wanted, 2, distances); break;
                case 4: Measure<FourWords>(rows, wanted, 4, distances); break;
                default: Measure<AnyWords>(rows, wanted, query.Length, distances); break;
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
                1 => Select<OneWord>(rows, wanted, 1, count, limit, near, out found),
                2 => Select<TwoWords>(rows, wanted, 2, count, limit, near, out found),
                4 => Select<FourWords>(rows, wanted, 4, count, limit, near, out found),
                _ => Select<AnyWords>(rows, wanted, query.Length, count, limit, near, out found),
            };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Measure<TRow>(ulong* codes, ulong* query, int words, Span<ushort> distances)
        where TRow : struct, IRow
    {
        for (int row = 0; row < distances.Length; row++)
        {
            distances[row] = (ushort)TRow.Distance(codes + ((nint)row * words), query, words);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Select<TRow>(ulong* codes, ulong* query, int words, int count, int limit, Span<Neighbour> near, out int found)
        where TRow : struct, IRow
    {
        found = 0;
        int row = 0;
        for (; row + Step <= count; row += Step)
        {
            ulong* at = codes + ((nint)row * words);
            int a = TRow.Distance(at, query, words) - limit, b = TRow.Distance(at + words, query, words) - limit;
            int c = TRow.Distance(at + (2 * words), query, words) - limit, d = TRow.Distance(at + (3 * words), query, words) - limit;
            int e = TRow.Distance(at + (4 * words), query, words) - limit, f = TRow.Distance(at + (5 * words), query, words) - limit;
            int g = TRow.Distance(at + (6 * words), query, words) - limit, h = TRow.Distance(at + (7 * words), query, words) - limit;
            if ((a | b | c | d | e | f | g | h) < 0)
            {
                if (found + Step > near.Length)
                {
                    return row;
                }

                Rows.Select(codes, query, words, row, row + Step, limit, near, ref found);
            }
        }

        return Rows.Select(codes, query, words, row, count, limit, near, ref found);
    }

    /// <summary>The distance of codes of some width.</summary>
    private interface IRow
    {
        static abstract int Distance(ulong* row, ulong* query, int words);
    }

    private readonly struct OneWord : IRow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Distance(ulong* row, ulong* query, int words) => BitOperations.PopCount(row[0] ^ query[0]);
    }

    private readonly struct TwoWords : IRow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Distance(ulong* row, ulong* query, int words) => BitOperations.PopCount(row[0] ^ query[0]) + BitOperations.PopCount(row[1] ^ query[1]);
    }

    private readonly struct FourWords : IRow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Distance(ulong* row, ulong* query, int words) => TwoWords.Distance(row, query, 2) + TwoWords.Distance(row + 2, query + 2, 2);
    }

    private readonly struct AnyWords : IRow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Distance(ulong* row, ulong* query, int words) => Rows.Distance(row, query, words);
    }
}
