using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>One table of a multi-index as a probe reads it.</summary>
/// <param name="offsets">Where each part of each bucket begins, and where the last one ends.</param>
/// <param name="fingerprints">Fingerprints in the order of their buckets, with 64 bytes behind the last.</param>
/// <param name="fingerprintBytes">Bytes of a fingerprint, 0 to 4.</param>
/// <param name="count">Number of entries.</param>
/// <param name="partBits">Every bucket has two to the power of this parts.</param>
internal readonly ref struct BucketTable(ReadOnlySpan<uint> offsets, ReadOnlySpan<byte> fingerprints, int fingerprintBytes, uint count, int partBits)
{
    public readonly ReadOnlySpan<uint> Offsets = offsets;
    public readonly ReadOnlySpan<byte> Fingerprints = fingerprints;
    public readonly int FingerprintBytes = fingerprintBytes;
    public readonly uint Count = count;
    public readonly int PartBits = partBits;
}

/// <summary>What a probe looks for.</summary>
/// <param name="Key">The key of the query: its exclusive or with a mask is the number of a bucket.</param>
/// <param name="Fingerprint">The fingerprint of the query.</param>
/// <param name="Limit">The largest distance of fingerprints that survives.</param>
/// <param name="Parts">The parts of each bucket that are read.</param>
internal readonly record struct ProbeQuery(uint Key, uint Fingerprint, int Limit, PartRun Parts);

/// <summary>Neighbouring parts of a bucket.</summary>
/// <param name="First">The first part.</param>
/// <param name="End">The part behind the last.</param>
internal readonly record struct PartRun(int First, int End);

/// <summary>Where a probe goes on.</summary>
/// <param name="Mask">The next mask among those of the call.</param>
/// <param name="Entry">Entries of its bucket that have been read.</param>
internal record struct ProbePosition(int Mask, uint Entry);

/// <summary>Reads buckets of a table and keeps the positions whose fingerprints are near enough.</summary>
/// <remarks>
/// A bucket is two dependent reads from memory at random: its offsets, then its fingerprints. So buckets are located a group ahead of the group that is compared:
/// offsets are asked for <see cref="OffsetsAhead"/> buckets before they are read, fingerprints a group before.
/// </remarks>
internal static unsafe class BucketProbe
{
    /// <summary>Masks that one call takes at most.</summary>
    public const int MostMasks = 256;

    /// <summary>Room that a call needs for survivors.</summary>
    public const int LeastRoom = Lanes;

    private const int Lanes = 16;
    private const int OffsetsAhead = 16;
    private const int Group = 8;
    private const int Line = 64;

    // The processor foresees the rest of a long run by itself.
    private const long MostAskedFor = 16 * Line;

    private static readonly Vector512<byte>[] Widening = [.. Enumerable.Range(0, 5).Select(Widen)];

    /// <summary>Whether 16 fingerprints at a time can be compared here.</summary>
    public static bool IsVectorised { get; } = Avx512BW.IsSupported && Avx512Vbmi.IsSupported && Bmi2.IsSupported;

    /// <summary>Reads buckets until all are done or the room for survivors is nearly full.</summary>
    /// <param name="table">The table.</param>
    /// <param name="masks">Exclusive ors of the key with the numbers of the buckets; at most <see cref="MostMasks"/>.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="position">Where to begin; receives where to go on.</param>
    /// <param name="survivors">Receives positions; at least <see cref="LeastRoom"/>.</param>
    /// <param name="distances">Receives the distances of their fingerprints; as many.</param>
    /// <param name="read">Is raised by the number of fingerprints that were read.</param>
    /// <param name="vectorised">Whether to compare 16 at a time.</param>
    /// <returns>Number of survivors; -1 where the offsets of one of the next buckets are damaged, the first of which is then at <paramref name="position"/>.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Read(in BucketTable table, ReadOnlySpan<uint> masks, in ProbeQuery query, ref ProbePosition position, Span<int> survivors, Span<int> distances, ref long read, bool vectorised)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(masks.Length, MostMasks);
        ulong* ranges = stackalloc ulong[MostMasks];
        fixed (uint* offsets = table.Offsets)
        fixed (byte* fingerprints = table.Fingerprints)
        fixed (uint* mask = masks)
        fixed (int* kept = survivors, away = distances)
        {
            for (int i = position.Mask; i < Math.Min(position.Mask + OffsetsAhead, masks.Length); i++)
            {
                Prefetch(offsets + query.Parts.First + ((long)(mask[i] ^ query.Key) << table.PartBits));
            }

            int found = 0;
            int located = position.Mask;
            while (position.Mask < masks.Length && survivors.Length - found >= LeastRoom)
            {
                int wanted = Math.Min(position.Mask + (2 * Group), masks.Length);
                if (!Locate(table, offsets, fingerprints, mask, masks.Length, query, located, wanted, ranges))
                {
                    position = new ProbePosition(Damaged(ranges, located, table.Count), 0);
                    return -1;
                }

                located = wanted;
                int end = Math.Min(position.Mask + Group, masks.Length);
                found += vectorised
                    ? CompareWide(fingerprints, table.FingerprintBytes, query, ranges, end, ref position, kept + found, away + found, survivors.Length - found, ref read)
                    : CompareOne(fingerprints, table.FingerprintBytes, query, ranges, end, ref position, kept + found, away + found, survivors.Length - found, ref read);
            }

            return found;
        }
    }

    /// <summary>Asks for a value that will be read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AskFor<T>(ReadOnlySpan<T> values, int at)
        where T : unmanaged => Prefetch(Unsafe.AsPointer(ref Unsafe.AsRef(in values[at])));

    /// <summary>Looks up where buckets begin (low half of a range) and end, and asks for their fingerprints; false where one is damaged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Locate(in BucketTable table, uint* offsets, byte* fingerprints, uint* masks, int length, in ProbeQuery query, int start, int end, ulong* ranges)
    {
        (uint key, uint count, long width, int partBits) = (query.Key, table.Count, table.FingerprintBytes, table.PartBits);
        int parts = query.Parts.End - query.Parts.First;
        offsets += query.Parts.First;
        bool sound = true;
        for (int i = start; i < end; i++)
        {
            Prefetch(offsets + ((long)(masks[Math.Min(i + OffsetsAhead, length - 1)] ^ key) << partBits));
            uint* bucket = offsets + ((long)(masks[i] ^ key) << partBits);
            uint first = bucket[0];
            uint last = bucket[parts];
            sound &= first <= last & last <= count;

            // Damaged offsets may name any address; asking for it does no harm.
            byte* begin = fingerprints + (first * width);
            long bytes = (last - (long)first) * width;
            for (long at = 0; at < Math.Min(bytes, MostAskedFor); at += Line)
            {
                PrefetchFar(begin + at);
            }

            PrefetchFar(begin + bytes - 1);
            ranges[i] = first | ((ulong)last << 32);
        }

        return sound;
    }

    private static int Damaged(ulong* ranges, int start, uint count)
    {
        int i = start;
        while ((uint)ranges[i] <= ranges[i] >> 32 && ranges[i] >> 32 <= count)
        {
            i++;
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CompareWide(byte* fingerprints, long width, in ProbeQuery query, ulong* ranges, int end, ref ProbePosition position, int* survivors, int* away, int room, ref long read)
    {
        Vector512<uint> wanted = Vector512.Create(query.Fingerprint);
        Vector512<uint> mask = Vector512.Create(PackedNumbers.MaskOf((int)width));
        Vector512<int> most = Vector512.Create(query.Limit);
        Vector512<int> lanes = Vector512<int>.Indices;
        Vector512<byte> low = EightRows.LowTable, high = EightRows.HighTable, widen = Widening[width];
        int found = 0;
        int i = position.Mask;
        uint skip = position.Entry;
        long passed = 0;
        for (; i < end; i++)
        {
            uint first = (uint)ranges[i] + skip;
            long left = (long)(ranges[i] >> 32) - first;
            passed += left;
            while (true)
            {
                // An empty bucket is compared too, with no lane that counts: cheaper than a branch that is hard to foresee.
                Vector512<uint> values = Avx512Vbmi.PermuteVar64x8(Vector512.Load(fingerprints + (first * width)), widen).AsUInt32();
                Vector512<byte> ones = EightRows.Ones(((values ^ wanted) & mask).AsUInt64(), low, high);
                Vector512<int> distances = Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(ones, Vector512<sbyte>.One), Vector512<short>.One);
                Vector512<int> near = Vector512.LessThanOrEqual(distances, most) & Vector512.GreaterThan(Vector512.Create((int)Math.Min(left, Lanes)), lanes);
                Avx512F.Compress(Vector512<int>.Zero, near, Vector512.Create((int)first) + lanes).Store(survivors + found);
                Avx512F.Compress(Vector512<int>.Zero, near, distances).Store(away + found);
                found += BitOperations.PopCount(near.ExtractMostSignificantBits());
                left -= Lanes;
                if (left <= 0)
                {
                    break;
                }

                first += Lanes;
                if (room - found < LeastRoom)
                {
                    position = new ProbePosition(i, first - (uint)ranges[i]);
                    read += passed - left;
                    return found;
                }
            }

            skip = 0;
            if (room - found < LeastRoom)
            {
                i++;
                break;
            }
        }

        read += passed;
        position = new ProbePosition(i, 0);
        return found;
    }

    private static int CompareOne(byte* fingerprints, long width, in ProbeQuery query, ulong* ranges, int end, ref ProbePosition position, int* survivors, int* away, int room, ref long read)
    {
        uint mask = PackedNumbers.MaskOf((int)width);
        int found = 0;
        int i = position.Mask;
        uint skip = position.Entry;
        for (; i < end && room - found >= LeastRoom; i++)
        {
            long first = (uint)ranges[i] + skip;
            long last = Math.Min((long)(ranges[i] >> 32), first + room - found);
            for (long at = first; at < last; at++)
            {
                survivors[found] = (int)at;
                away[found] = BitOperations.PopCount((Unsafe.ReadUnaligned<uint>(fingerprints + (at * width)) ^ query.Fingerprint) & mask);
                found += away[found] <= query.Limit ? 1 : 0;
            }

            read += last - first;
            skip = 0;
            if (last < (long)(ranges[i] >> 32))
            {
                position = new ProbePosition(i, (uint)(last - (uint)ranges[i]));
                return found;
            }
        }

        position = new ProbePosition(i, skip);
        return found;
    }

    /// <summary>Which byte of 64 goes where, so that 16 fingerprints of some bytes become numbers of four; their high bytes hold what follows, which a mask removes.</summary>
    private static Vector512<byte> Widen(int width)
    {
        byte* order = stackalloc byte[64];
        for (int i = 0; i < 64; i++)
        {
            order[i] = (byte)Math.Min(((i >> 2) * width) + (i & 3), 63);
        }

        return Vector512.Load(order);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>Asks for what is more than the nearest cache can await.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchFar(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }
}
