using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>Compares many queries with 512 codes at a time, bit plane by bit plane ("four Russians").</summary>
/// <remarks>
/// <para>
/// In a block each bit of the codes is a plane of 512 bits. For three planes and a query's three bits, the sum of differing bits is a plane of ones and
/// a plane of twos; all eight are tabulated once a block, and a query then adds up one entry of each table with carry-save adders, of which one is two
/// instructions for 512 codes.
/// </para>
/// <para>
/// Only "nearer than the limit?" is asked. The counter of L bits starts at 2^L - limit, so that a code is too far exactly if a carry of weight 2^L
/// occurs; such carries are or-ed and never added. Codes without one get their exact distance from the row.
/// </para>
/// <para>
/// A word of 64 bits is 21 tables and a single plane: 22 planes of ones make 11 carries, with 21 planes of twos 32, and these halve evenly at each
/// further level. That is why the sums go by words and need no rest, whatever the width.
/// </para>
/// </remarks>
internal sealed unsafe class PlaneBlock
{
    /// <summary>Codes of a block.</summary>
    public const int Rows = BitPlanes.Rows;

    private const int Tables = 21;
    private const int EntryBytes = 2 * BitPlanes.PlaneBytes;
    private const int TableBytes = 8 * EntryBytes;
    private const int WordBytes = (Tables * TableBytes) + EntryBytes;

    // Offsets of a word: one a table and one for the single plane; the stride keeps them in as few cache lines as it goes.
    private const int Stride = Tables + 1;
    private const int FewestLevels = 3;
    private const int MostLevels = 17;

    private readonly int _words;
    private readonly int _queries;
    private readonly byte* _planes;
    private readonly byte* _tables;
    private readonly byte* _constants;
    private readonly Vector512<byte>* _far;
    private readonly Vector512<byte>* _higher;
    private readonly ushort[] _offsets;
    private readonly int[] _bias;
    private readonly int[] _level;

    // The queries of each level, and where in its level each is.
    private readonly int[]?[] _queriesOf = new int[MostLevels + 1][];
    private readonly int[] _countOf = new int[MostLevels + 1];
    private readonly int[] _place;
    private readonly byte[] _memory;
    private int _wanting;

    /// <summary>A block for some queries.</summary>
    public PlaneBlock(Codes queries)
    {
        _words = queries.WordsPerCode;
        _queries = queries.Count;
        long[] sizes = [(long)64 * BitPlanes.PlaneBytes, (long)_words * WordBytes, 2 * BitPlanes.PlaneBytes, (long)_queries * BitPlanes.PlaneBytes, MostLevels * BitPlanes.PlaneBytes];
        _memory = GC.AllocateUninitializedArray<byte>(checked((int)(sizes.Sum() + BitPlanes.PlaneBytes)), pinned: true);
        byte* at = (byte*)(((nint)Unsafe.AsPointer(ref _memory[0]) + BitPlanes.PlaneBytes - 1) & -BitPlanes.PlaneBytes);
        _planes = at;
        _tables = _planes + sizes[0];
        _constants = _tables + sizes[1];
        _far = (Vector512<byte>*)(_constants + sizes[2]);
        _higher = _far + _queries;
        Vector512<byte>.Zero.Store(_constants);
        Vector512<byte>.AllBitsSet.Store(_constants + BitPlanes.PlaneBytes);
        (_bias, _level, _place) = (new int[_queries], new int[_queries], new int[_queries]);
        _offsets = Offsets(queries);
    }

    /// <summary>Whether this processor can.</summary>
    public static bool IsSupported => Avx512BW.IsSupported;

    /// <summary>Whether a query is left that wants anything.</summary>
    public bool IsWanted => _wanting > 0;

    /// <summary>Says how near codes must be to a query from now on: nearer than <paramref name="limit"/>, and with 0 it wants no more.</summary>
    public void SetLimit(int query, int limit)
    {
        int level = limit == 0 ? 0 : Math.Max(FewestLevels, BitOperations.Log2((uint)Math.Max(limit - 1, 1)) + 1);
        _bias[query] = (1 << level) - limit;
        if (_level[query] != level)
        {
            Move(query, level);
        }
    }

    /// <summary>Takes the next 512 codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(ReadOnlySpan<ulong> codes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(codes.Length, Rows * _words);
        fixed (ulong* rows = codes)
        {
            for (int word = 0; word < _words; word++)
            {
                BitPlanes.Transpose(rows + word, _words, _planes);
                Tabulate(_planes, _tables + ((nint)word * WordBytes));
            }
        }
    }

    /// <summary>Finds the queries that have codes of the block nearer than their limits.</summary>
    /// <param name="near">Receives the queries; room for all.</param>
    public int Pass(Span<int> near)
    {
        int found = 0;
        for (int level = FewestLevels; level <= MostLevels; level++)
        {
            ReadOnlySpan<int> own = _queriesOf[level].AsSpan(0, _countOf[level]);
            if (own.IsEmpty)
            {
                continue;
            }

            found += level switch
            {
                3 => Pass<Three>(level, own, near, found),
                4 => Pass<Four>(level, own, near, found),
                5 => Pass<Five>(level, own, near, found),
                6 => Pass<Six>(level, own, near, found),
                _ => Pass<Many>(level, own, near, found),
            };
        }

        return found;
    }

    /// <summary>Which codes are near to the query that came at some place out of <see cref="Pass"/>: bit r mod 64 of word r / 64.</summary>
    public void Near(int place, Span<ulong> rows) => (~_far[place]).AsUInt64().CopyTo(rows);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Pass<TLevels>(int levels, ReadOnlySpan<int> queries, Span<int> near, int found)
        where TLevels : struct, ILevels
    {
        int before = found;
        fixed (ushort* offsets = _offsets)
        {
            foreach (int query in queries)
            {
                Vector512<byte> far = Far<TLevels>(offsets + ((nint)query * _words * Stride), _bias[query], levels);
                if (far != Vector512<byte>.AllBitsSet)
                {
                    _far[found] = far;
                    near[found++] = query;
                }
            }
        }

        return found - before;
    }

    /// <summary>The codes whose distance reaches the limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<byte> Far<TLevels>(ushort* at, int bias, int levels)
        where TLevels : struct, ILevels
    {
        Vector512<byte> far = Vector512<byte>.Zero;
        Vector512<byte> ones = Bit(bias, 0), twos = Bit(bias, 1), fours = Bit(bias, 2), eights = Bit(bias, 3), sixteens = Bit(bias, 4), thirtyTwos = Bit(bias, 5);
        if (TLevels.Count > 6)
        {
            for (int level = 6; level < levels; level++)
            {
                _higher[level] = Bit(bias, level);
            }
        }

        byte* table = _tables;
        for (int word = 0; word < _words; word++, table += WordBytes, at += Stride)
        {
            // With long codes, and a limit that is small beside them, the first words may settle it.
            if (word > 0 && far == Vector512<byte>.AllBitsSet)
            {
                break;
            }

            AddEightTables(table, at, ref ones, ref twos, ref fours, out Vector512<byte> a, out Vector512<byte> b, out Vector512<byte> c);
            AddEightTables(table + (8 * TableBytes), at + 8, ref ones, ref twos, ref fours, out Vector512<byte> d, out Vector512<byte> e, out Vector512<byte> f);
            AddFiveTables(table + (16 * TableBytes), at + 16, ref ones, ref twos, ref fours, out Vector512<byte> g, out Vector512<byte> h);
            if (TLevels.Count == 3)
            {
                far = Or(Or(Or(Or(far, a, b), c, d), e, f), g, h);
                continue;
            }

            (a, c, e, g) = (Add(ref eights, a, b), Add(ref eights, c, d), Add(ref eights, e, f), Add(ref eights, g, h));
            if (TLevels.Count == 4)
            {
                far = Or(Or(far, a, c), e, g);
                continue;
            }

            (a, e) = (Add(ref sixteens, a, c), Add(ref sixteens, e, g));
            if (TLevels.Count == 5)
            {
                far = Or(far, a, e);
                continue;
            }

            a = Add(ref thirtyTwos, a, e);
            far |= TLevels.Count == 6 ? a : AddHigher(a, levels);
        }

        return far;
    }

    /// <summary>Adds eight tables: 16 planes of twos with the carries of the ones are 12, and these are six of fours and three of eights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddEightTables(byte* table, ushort* at, ref Vector512<byte> ones, ref Vector512<byte> twos, ref Vector512<byte> fours, out Vector512<byte> a, out Vector512<byte> b, out Vector512<byte> c)
    {
        Vector512<byte> first = AddFourTables(table, at, ref ones, ref twos, out Vector512<byte> d, out Vector512<byte> e);
        Vector512<byte> second = AddFourTables(table + (4 * TableBytes), at + 4, ref ones, ref twos, out Vector512<byte> f, out Vector512<byte> g);
        a = Add(ref fours, first, d);
        b = Add(ref fours, e, second);
        c = Add(ref fours, f, g);
    }

    /// <summary>Adds four tables: four planes of ones and four of twos are three of fours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> AddFourTables(byte* table, ushort* at, ref Vector512<byte> ones, ref Vector512<byte> twos, out Vector512<byte> b, out Vector512<byte> c)
    {
        byte* p = table + at[0], q = table + TableBytes + at[1], r = table + (2 * TableBytes) + at[2], s = table + (3 * TableBytes) + at[3];
        Vector512<byte> carry = Add(ref ones, Ones(p), Ones(q)), other = Add(ref ones, Ones(r), Ones(s));
        b = Add(ref twos, Twos(p), Twos(q));
        c = Add(ref twos, Twos(r), Twos(s));
        return Add(ref twos, carry, other);
    }

    /// <summary>Adds the last five tables of a word and the single plane behind them: eight planes of twos, two of eights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFiveTables(byte* table, ushort* at, ref Vector512<byte> ones, ref Vector512<byte> twos, ref Vector512<byte> fours, out Vector512<byte> a, out Vector512<byte> b)
    {
        Vector512<byte> first = AddFourTables(table, at, ref ones, ref twos, out Vector512<byte> d, out Vector512<byte> e);
        byte* p = table + (4 * TableBytes) + at[4], single = table + (5 * TableBytes) + at[5];
        Vector512<byte> carry = Add(ref ones, Ones(p), Ones(single));
        a = Add(ref fours, first, d);
        b = Add(ref fours, e, Add(ref twos, Twos(p), carry));
    }

    /// <summary>Adds a plane of weight 64 to the counters that do not fit the registers.</summary>
    private Vector512<byte> AddHigher(Vector512<byte> carry, int levels)
    {
        for (int level = 6; level < levels; level++)
        {
            Vector512<byte> sum = _higher[level];
            _higher[level] = sum ^ carry;
            carry &= sum;
        }

        return carry;
    }

    /// <summary>Adds two planes to a counter of the same weight.</summary>
    /// <returns>The carries, of twice the weight.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Add(ref Vector512<byte> sum, Vector512<byte> a, Vector512<byte> b)
    {
        Vector512<byte> carry = Avx512F.TernaryLogic(sum, a, b, 0xE8);
        sum = Avx512F.TernaryLogic(sum, a, b, 0x96);
        return carry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Or(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c) => Avx512F.TernaryLogic(a, b, c, 0xFE);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Ones(byte* entry) => Vector512.LoadAligned(entry);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Twos(byte* entry) => Vector512.LoadAligned(entry + BitPlanes.PlaneBytes);

    /// <summary>A bit of a number for every code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<byte> Bit(int number, int bit) => Vector512.LoadAligned(_constants + (((number >> bit) & 1) * BitPlanes.PlaneBytes));

    /// <summary>Writes the tables of a word: for each three planes and each of the eight patterns of a query's bits, the ones and twos of the sum of what differs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tabulate(byte* planes, byte* tables)
    {
        for (int table = 0; table < Tables; table++, planes += 3 * BitPlanes.PlaneBytes, tables += TableBytes)
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

    /// <summary>Where a query's entries are, from the start of each table.</summary>
    private static ushort[] Offsets(Codes queries)
    {
        ushort[] offsets = new ushort[checked(queries.Count * queries.WordsPerCode * Stride)];
        int at = 0;
        foreach (ulong word in queries.Words)
        {
            ulong bits = word;
            for (int table = 0; table < Tables; table++, bits >>= 3)
            {
                offsets[at++] = (ushort)((int)(bits & 7) * EntryBytes);
            }

            offsets[at++] = (ushort)((int)bits * BitPlanes.PlaneBytes);
        }

        return offsets;
    }

    /// <summary>Moves a query to another level; the last of its old level takes its place there.</summary>
    private void Move(int query, int level)
    {
        int old = _level[query];
        if (old != 0)
        {
            int last = _queriesOf[old]![--_countOf[old]];
            (_queriesOf[old]![_place[query]], _place[last]) = (last, _place[query]);
            _wanting--;
        }

        _level[query] = level;
        if (level != 0)
        {
            int[] queries = _queriesOf[level] ??= new int[_queries];
            _place[query] = _countOf[level];
            queries[_countOf[level]++] = query;
            _wanting++;
        }
    }

    /// <summary>How many levels the counter has, known when the loop is compiled.</summary>
    private interface ILevels
    {
        static abstract int Count { get; }
    }

    private readonly struct Three : ILevels
    {
        public static int Count => 3;
    }

    private readonly struct Four : ILevels
    {
        public static int Count => 4;
    }

    private readonly struct Five : ILevels
    {
        public static int Count => 5;
    }

    private readonly struct Six : ILevels
    {
        public static int Count => 6;
    }

    private readonly struct Many : ILevels
    {
        public static int Count => 7;
    }
}
