using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Semblance.Index.Kernels.PlaneTables;

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

    private readonly int _words;
    private readonly PlaneQueries _queries;
    private readonly byte* _planes;
    private readonly byte* _tables;
    private readonly byte* _constants;
    private readonly Vector512<byte>* _far;
    private readonly Vector512<byte>* _higher;
    private readonly byte[] _memory;

    /// <summary>A block for some queries.</summary>
    public PlaneBlock(Codes queries)
    {
        _words = queries.WordsPerCode;
        _queries = new PlaneQueries(queries);
        long[] sizes = [(long)64 * BitPlanes.PlaneBytes, (long)_words * PlaneTables.WordBytes, 2 * BitPlanes.PlaneBytes, (long)queries.Count * BitPlanes.PlaneBytes, PlaneQueries.LastGroup * BitPlanes.PlaneBytes];
        _memory = GC.AllocateUninitializedArray<byte>(checked((int)(sizes.Sum() + BitPlanes.PlaneBytes)), pinned: true);
        byte* at = (byte*)(((nint)Unsafe.AsPointer(ref _memory[0]) + BitPlanes.PlaneBytes - 1) & -BitPlanes.PlaneBytes);
        _planes = at;
        _tables = _planes + sizes[0];
        _constants = _tables + sizes[1];
        _far = (Vector512<byte>*)(_constants + sizes[2]);
        _higher = _far + queries.Count;
        Vector512<byte>.Zero.Store(_constants);
        Vector512<byte>.AllBitsSet.Store(_constants + BitPlanes.PlaneBytes);
    }

    /// <summary>Whether this processor can.</summary>
    public static bool IsSupported => Avx512BW.IsSupported;

    /// <summary>Whether a query is left that wants anything.</summary>
    public bool IsWanted => _queries.Wanting > 0;

    /// <summary>Says how near codes must be to a query from now on: nearer than <paramref name="limit"/>, and with 0 it wants no more.</summary>
    public void SetLimit(int query, int limit) => _queries.SetLimit(query, limit);

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
                PlaneTables.Fill(_planes, _tables + ((nint)word * PlaneTables.WordBytes));
            }
        }
    }

    /// <summary>Finds the queries that have codes of the block nearer than their limits.</summary>
    /// <param name="near">Receives the queries; room for all.</param>
    public int Pass(Span<int> near)
    {
        int found = 0;
        for (int group = PlaneQueries.FirstGroup; group <= PlaneQueries.LastGroup; group++)
        {
            ReadOnlySpan<int> own = _queries.Of(group);
            if (own.IsEmpty)
            {
                continue;
            }

            int levels = PlaneQueries.LevelsOf(group);
            found += group switch
            {
                PlaneQueries.EarlyFour => Pass<EarlyFour>(levels, own, near, found),
                3 => Pass<Three>(levels, own, near, found),
                4 => Pass<Four>(levels, own, near, found),
                5 => Pass<Five>(levels, own, near, found),
                6 => Pass<Six>(levels, own, near, found),
                _ => Pass<Many>(levels, own, near, found),
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
        fixed (ushort* offsets = _queries.Offsets)
        {
            foreach (int query in queries)
            {
                Vector512<byte> far = Far<TLevels>(offsets + ((nint)query * _words * PlaneQueries.Stride), _queries.Bias[query], levels);
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
        for (int word = 0; word < _words; word++, table += PlaneTables.WordBytes, at += PlaneQueries.Stride)
        {
            // With long codes, and a limit that is small beside them, the first words may settle it.
            if (word > 0 && far == Vector512<byte>.AllBitsSet)
            {
                break;
            }

            AddEightTables(table, at, ref ones, ref twos, ref fours, out Vector512<byte> a, out Vector512<byte> b, out Vector512<byte> c);
            if (TLevels.Count == 3)
            {
                // A limit of eight or less: 36 bits mostly settle it, with the carry of the plane that is still to be added.
                Vector512<byte> third = AddFourTables(table + (8 * TableBytes), at + 8, ref ones, ref twos, out Vector512<byte> p, out Vector512<byte> q);
                far = Or(far, Or(a, b, c), Add(ref fours, third, p));
                if ((far | (fours & q)) == Vector512<byte>.AllBitsSet)
                {
                    return Vector512<byte>.AllBitsSet;
                }

                far |= AddRest(table, at, q, ref ones, ref twos, ref fours);
                continue;
            }

            AddEightTables(table + (8 * TableBytes), at + 8, ref ones, ref twos, ref fours, out Vector512<byte> d, out Vector512<byte> e, out Vector512<byte> f);
            (a, c, e) = (Add(ref eights, a, b), Add(ref eights, c, d), Add(ref eights, e, f));
            if (TLevels.Count == 4)
            {
                far = Or(far, a, c) | e;
                if (TLevels.IsEarly && far == Vector512<byte>.AllBitsSet)
                {
                    break;
                }
            }

            AddFiveTables(table + (16 * TableBytes), at + 16, ref ones, ref twos, ref fours, out Vector512<byte> g, out Vector512<byte> h);
            g = Add(ref eights, g, h);
            if (TLevels.Count == 4)
            {
                far |= g;
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

    /// <summary>Adds the last ten tables of a word to a counter of three levels, and gives its carries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> AddRest(byte* table, ushort* at, Vector512<byte> pending, ref Vector512<byte> ones, ref Vector512<byte> twos, ref Vector512<byte> fours)
    {
        Vector512<byte> fourth = AddFourTables(table + (12 * TableBytes), at + 12, ref ones, ref twos, out Vector512<byte> f, out Vector512<byte> g);
        Vector512<byte> far = Add(ref fours, pending, fourth) | Add(ref fours, f, g);
        AddFiveTables(table + (16 * TableBytes), at + 16, ref ones, ref twos, ref fours, out Vector512<byte> a, out Vector512<byte> b);
        return Or(far, a, b);
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

    /// <summary>A bit of a number for every code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<byte> Bit(int number, int bit) => Vector512.LoadAligned(_constants + (((number >> bit) & 1) * BitPlanes.PlaneBytes));

    /// <summary>How many levels the counter has, known when the loop is compiled.</summary>
    private interface ILevels
    {
        static abstract int Count { get; }

        /// <summary>Whether three quarters of a word mostly settle that all codes are too far.</summary>
        static virtual bool IsEarly => false;
    }

    private readonly struct EarlyFour : ILevels
    {
        public static int Count => 4;

        public static bool IsEarly => true;
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
