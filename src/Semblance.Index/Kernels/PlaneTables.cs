using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>The tables of a word of 512 codes, and the carry-save adders that sum up a query's entries in them.</summary>
internal static unsafe class PlaneTables
{
    /// <summary>Tables of three planes; a single plane follows them.</summary>
    public const int Count = 21;

    /// <summary>Bytes of an entry: a plane of ones and one of twos.</summary>
    public const int EntryBytes = 2 * BitPlanes.PlaneBytes;

    /// <summary>Bytes of a table.</summary>
    public const int TableBytes = 8 * EntryBytes;

    /// <summary>Bytes of all tables of a word and its single plane.</summary>
    public const int WordBytes = (Count * TableBytes) + EntryBytes;

    /// <summary>Writes the tables of a word: for each three planes and each of the eight patterns of a query's bits, the ones and twos of the sum of what differs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(byte* planes, byte* tables)
    {
        for (int table = 0; table < Count; table++, planes += 3 * BitPlanes.PlaneBytes, tables += TableBytes)
        {
            Vector512<byte> a = Vector512.LoadAligned(planes), b = Vector512.LoadAligned(planes + BitPlanes.PlaneBytes), c = Vector512.LoadAligned(planes + (2 * BitPlanes.PlaneBytes));

            // With the opposite bits the three differences are the opposite too: odd and even, most and few change places.
            Vector512<byte> odd = Avx512F.TernaryLogic(a, b, c, 0x96), even = ~odd;
            Vector512<byte> most = Avx512F.TernaryLogic(a, b, c, 0xE8), mostNotA = Avx512F.TernaryLogic(a, b, c, 0x8E);
            Vector512<byte> mostNotB = Avx512F.TernaryLogic(a, b, c, 0xB2), mostNotC = Avx512F.TernaryLogic(a, b, c, 0xD4);
            Write(tables, odd, most);
            Write(tables + EntryBytes, even, mostNotA);
            Write(tables + (2 * EntryBytes), even, mostNotB);
            Write(tables + (3 * EntryBytes), odd, ~mostNotC);
            Write(tables + (4 * EntryBytes), even, mostNotC);
            Write(tables + (5 * EntryBytes), odd, ~mostNotB);
            Write(tables + (6 * EntryBytes), odd, ~mostNotA);
            Write(tables + (7 * EntryBytes), even, ~most);
        }

        Vector512<byte> single = Vector512.LoadAligned(planes);
        Write(tables, single, ~single);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(byte* entry, Vector512<byte> ones, Vector512<byte> twos)
    {
        ones.StoreAligned(entry);
        twos.StoreAligned(entry + BitPlanes.PlaneBytes);
    }

    /// <summary>Adds eight tables: 16 planes of twos with the carries of the ones are 12, and these are six of fours and three of eights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddEightTables(byte* table, ushort* at, ref Vector512<byte> ones, ref Vector512<byte> twos, ref Vector512<byte> fours, out Vector512<byte> a, out Vector512<byte> b, out Vector512<byte> c)
    {
        Vector512<byte> first = AddFourTables(table, at, ref ones, ref twos, out Vector512<byte> d, out Vector512<byte> e);
        Vector512<byte> second = AddFourTables(table + (4 * TableBytes), at + 4, ref ones, ref twos, out Vector512<byte> f, out Vector512<byte> g);
        a = Add(ref fours, first, d);
        b = Add(ref fours, e, second);
        c = Add(ref fours, f, g);
    }

    /// <summary>Adds four tables: four planes of ones and four of twos are three of fours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddFourTables(byte* table, ushort* at, ref Vector512<byte> ones, ref Vector512<byte> twos, out Vector512<byte> b, out Vector512<byte> c)
    {
        byte* p = table + at[0], q = table + TableBytes + at[1], r = table + (2 * TableBytes) + at[2], s = table + (3 * TableBytes) + at[3];
        Vector512<byte> carry = Add(ref ones, Ones(p), Ones(q)), other = Add(ref ones, Ones(r), Ones(s));
        b = Add(ref twos, Twos(p), Twos(q));
        c = Add(ref twos, Twos(r), Twos(s));
        return Add(ref twos, carry, other);
    }

    /// <summary>Adds the last five tables of a word and the single plane behind them: eight planes of twos, two of eights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddFiveTables(byte* table, ushort* at, ref Vector512<byte> ones, ref Vector512<byte> twos, ref Vector512<byte> fours, out Vector512<byte> a, out Vector512<byte> b)
    {
        Vector512<byte> first = AddFourTables(table, at, ref ones, ref twos, out Vector512<byte> d, out Vector512<byte> e);
        byte* p = table + (4 * TableBytes) + at[4], single = table + (5 * TableBytes) + at[5];
        Vector512<byte> carry = Add(ref ones, Ones(p), Ones(single));
        a = Add(ref fours, first, d);
        b = Add(ref fours, e, Add(ref twos, Twos(p), carry));
    }

    /// <summary>Adds two planes to a counter of the same weight.</summary>
    /// <returns>The carries, of twice the weight.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add(ref Vector512<byte> sum, Vector512<byte> a, Vector512<byte> b)
    {
        Vector512<byte> carry = Avx512F.TernaryLogic(sum, a, b, 0xE8);
        sum = Avx512F.TernaryLogic(sum, a, b, 0x96);
        return carry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Or(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c) => Avx512F.TernaryLogic(a, b, c, 0xFE);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Ones(byte* entry) => Vector512.LoadAligned(entry);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Twos(byte* entry) => Vector512.LoadAligned(entry + BitPlanes.PlaneBytes);
}
