using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Kernels;

/// <summary>One table of a multi-index as a probe reads it.</summary>
/// <param name="offsets">Where each bucket begins, and where the last one ends.</param>
/// <param name="entries">Entries in the order of their buckets, with 64 bytes behind the last.</param>
/// <param name="entryBytes">Bytes of an entry.</param>
/// <param name="count">Number of entries.</param>
/// <param name="fingerprint">The bits of an entry that hold the fingerprint.</param>
internal readonly ref struct BucketTable(ReadOnlySpan<uint> offsets, ReadOnlySpan<byte> entries, int entryBytes, uint count, ulong fingerprint)
{
    public readonly ReadOnlySpan<uint> Offsets = offsets;
    public readonly ReadOnlySpan<byte> Entries = entries;
    public readonly int EntryBytes = entryBytes;
    public readonly uint Count = count;
    public readonly ulong Fingerprint = fingerprint;
}

/// <summary>What a probe looks for.</summary>
/// <param name="Key">The key of the query: its exclusive or with a mask is the number of a bucket.</param>
/// <param name="Fingerprint">The fingerprint of the query, where an entry has its own.</param>
/// <param name="Limit">The largest distance of fingerprints that survives.</param>
internal readonly record struct ProbeQuery(uint Key, ulong Fingerprint, int Limit);

/// <summary>Where a probe goes on.</summary>
/// <param name="Mask">The next mask among those of the call.</param>
/// <param name="Entry">Entries of its bucket that have been read.</param>
internal record struct ProbePosition(int Mask, uint Entry);

/// <summary>Reads buckets of a table and keeps the entries whose fingerprints are near enough.</summary>
/// <remarks>
/// A bucket is two dependent reads from memory at random: its offsets, then its entries. So buckets are located a group ahead of the group that is compared:
/// offsets are asked for <see cref="OffsetsAhead"/> buckets before they are read, entries a group before.
/// </remarks>
internal static unsafe class BucketProbe
{
    /// <summary>Masks that one call takes at most.</summary>
    public const int MostMasks = 256;

    /// <summary>Room that a call needs for survivors.</summary>
    public const int LeastRoom = 8;

    private const int OffsetsAhead = 16;
    private const int Group = 16;

    private static readonly Vector512<byte>[] Widening = [.. Enumerable.Range(1, 8).Select(Widen)];

    /// <summary>Whether eight entries at a time can be compared here.</summary>
    public static bool IsVectorised { get; } = Avx512BW.IsSupported && Avx512Vbmi.IsSupported && Bmi2.IsSupported;

    /// <summary>Reads buckets until all are done or the room for survivors is nearly full.</summary>
    /// <param name="table">The table.</param>
    /// <param name="masks">Exclusive ors of the key with the numbers of the buckets; at most <see cref="MostMasks"/>.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="position">Where to begin; receives where to go on.</param>
    /// <param name="survivors">Receives entries; at least <see cref="LeastRoom"/>.</param>
    /// <param name="read">Is raised by the number of entries that were read.</param>
    /// <param name="vectorised">Whether to compare eight at a time.</param>
    /// <returns>Number of survivors; -1 where the offsets of one of the next buckets are damaged, the first of which is then at <paramref name="position"/>.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Read(in BucketTable table, ReadOnlySpan<uint> masks, in ProbeQuery query, ref ProbePosition position, Span<ulong> survivors, ref long read, bool vectorised)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(masks.Length, MostMasks);
        ulong* ranges = stackalloc ulong[MostMasks];
        fixed (uint* offsets = table.Offsets)
        fixed (byte* entries = table.Entries)
        fixed (uint* mask = masks)
        fixed (ulong* kept = survivors)
        {
            for (int i = position.Mask; i < Math.Min(position.Mask + OffsetsAhead, masks.Length); i++)
            {
                Prefetch(offsets + (mask[i] ^ query.Key));
            }

            int found = 0;
            int located = position.Mask;
            while (position.Mask < masks.Length && survivors.Length - found >= LeastRoom)
            {
                int wanted = Math.Min(position.Mask + (2 * Group), masks.Length);
                if (!Locate(offsets, entries, table.EntryBytes, table.Count, mask, masks.Length, query.Key, located, wanted, ranges))
                {
                    position = new ProbePosition(Damaged(ranges, located, table.Count), 0);
                    return -1;
                }

                located = wanted;
                int end = Math.Min(position.Mask + Group, masks.Length);
                found += vectorised
                    ? CompareEight(entries, table.EntryBytes, table.Fingerprint, query, ranges, end, ref position, kept + found, survivors.Length - found, ref read)
                    : CompareOne(entries, table.EntryBytes, table.Fingerprint, query, ranges, end, ref position, kept + found, survivors.Length - found, ref read);
            }

            return found;
        }
    }

    /// <summary>Asks for a word that will be read soon.</summary>
    public static void AskFor(ReadOnlySpan<ulong> words, int at) => Prefetch(Unsafe.AsPointer(ref Unsafe.AsRef(in words[at])));

    /// <summary>Looks up where buckets begin (low half of a range) and end, and asks for their entries; false where one is damaged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Locate(uint* offsets, byte* entries, long width, uint count, uint* masks, int length, uint key, int start, int end, ulong* ranges)
    {
        bool sound = true;
        for (int i = start; i < end; i++)
        {
            Prefetch(offsets + (masks[Math.Min(i + OffsetsAhead, length - 1)] ^ key));
            uint* bucket = offsets + (masks[i] ^ key);
            uint first = bucket[0];
            uint last = bucket[1];
            sound &= first <= last & last <= count;

            // Damaged offsets may name any address; asking for it does no harm.
            Prefetch(entries + (first * width));
            Prefetch(entries + (last * width) - 1);
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
    private static int CompareEight(byte* entries, long width, ulong fingerprint, in ProbeQuery query, ulong* ranges, int end, ref ProbePosition position, ulong* survivors, int room, ref long read)
    {
        Vector512<ulong> wanted = Vector512.Create(query.Fingerprint);
        Vector512<ulong> mask = Vector512.Create(fingerprint);
        Vector512<long> most = Vector512.Create((long)query.Limit);
        Vector512<byte> widen = Widening[width - 1];
        int found = 0;
        int i = position.Mask;
        uint skip = position.Entry;
        long passed = 0;
        for (; i < end; i++)
        {
            uint first = (uint)ranges[i] + skip;
            long left = (long)(ranges[i] >> 32) - first;
            byte* entry = entries + (first * width);
            passed += left;
            while (true)
            {
                // An empty bucket is compared too, with no lane that counts: cheaper than a branch that is hard to foresee.
                Vector512<ulong> values = Avx512Vbmi.PermuteVar64x8(Vector512.Load(entry), widen).AsUInt64();
                Vector512<long> distances = OnesOfWords(((values ^ wanted) & mask).AsByte()).AsInt64();
                uint near = (uint)Vector512.LessThanOrEqual(distances, most).ExtractMostSignificantBits() & Bmi2.ZeroHighBits(0xFF, (uint)Math.Min(left, 8));
                if (near != 0)
                {
                    found += Keep(entry, width, near, survivors + found);
                }

                left -= 8;
                if (left <= 0)
                {
                    break;
                }

                entry += 8 * width;
                if (room - found < LeastRoom)
                {
                    position = new ProbePosition(i, (uint)((ranges[i] >> 32) - (uint)ranges[i] - (ulong)left));
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

    private static int Keep(byte* entry, long width, uint near, ulong* survivors)
    {
        int found = 0;
        for (; near != 0; near &= near - 1)
        {
            survivors[found++] = Unsafe.ReadUnaligned<ulong>(entry + (BitOperations.TrailingZeroCount(near) * width));
        }

        return found;
    }

    private static int CompareOne(byte* entries, long width, ulong fingerprint, in ProbeQuery query, ulong* ranges, int end, ref ProbePosition position, ulong* survivors, int room, ref long read)
    {
        int found = 0;
        int i = position.Mask;
        uint skip = position.Entry;
        for (; i < end && room - found >= LeastRoom; i++)
        {
            long first = (uint)ranges[i] + skip;
            long last = Math.Min((long)(ranges[i] >> 32), first + room - found);
            for (long at = first; at < last; at++)
            {
                ulong entry = Unsafe.ReadUnaligned<ulong>(entries + (at * width));
                survivors[found] = entry;
                found += BitOperations.PopCount((entry ^ query.Fingerprint) & fingerprint) <= query.Limit ? 1 : 0;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> OnesOfWords(Vector512<byte> bits)
    {
        Vector512<byte> nibble = Vector512.Create((byte)0x0F);
        Vector512<byte> ones = Vector512.Create(0x0302_0201_0201_0100UL, 0x0403_0302_0302_0201UL, 0x0302_0201_0201_0100UL, 0x0403_0302_0302_0201UL, 0x0302_0201_0201_0100UL, 0x0403_0302_0302_0201UL, 0x0302_0201_0201_0100UL, 0x0403_0302_0302_0201UL).AsByte();
        Vector512<byte> low = Avx512BW.Shuffle(ones, bits & nibble);
        Vector512<byte> high = Avx512BW.Shuffle(ones, (bits.AsUInt16() >>> 4).AsByte() & nibble);
        return Avx512BW.SumAbsoluteDifferences(low + high, Vector512<byte>.Zero).AsUInt64();
    }

    /// <summary>Which byte of 64 goes where, so that eight entries of some bytes become words; their high bytes hold what follows, which the mask removes.</summary>
    private static Vector512<byte> Widen(int width)
    {
        byte* order = stackalloc byte[64];
        for (int i = 0; i < 64; i++)
        {
            order[i] = (byte)Math.Min(((i >> 3) * width) + (i & 7), 63);
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
}
