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

/// <summary>Where a probe goes on.</summary>
/// <param name="Bucket">The next bucket among those of the call.</param>
/// <param name="Entry">Entries of it that have been read.</param>
internal record struct ProbePosition(int Bucket, uint Entry);

/// <summary>Reads buckets of a table and keeps the entries whose fingerprints are near enough.</summary>
/// <remarks>
/// A bucket is two dependent reads from memory at random: its offsets, then its entries. Both are asked for ahead of time, the offsets of a bucket
/// <see cref="OffsetsAhead"/> buckets before it is read and its entries <see cref="EntriesAhead"/> before.
/// </remarks>
internal static unsafe class BucketProbe
{
    /// <summary>Room that a call needs for survivors: as much as one step may add.</summary>
    public const int LeastRoom = 8;

    private const int OffsetsAhead = 16;
    private const int EntriesAhead = 8;

    private static readonly Vector512<byte>[] Widening = [.. Enumerable.Range(1, 8).Select(Widen)];

    /// <summary>Whether eight entries at a time can be compared here.</summary>
    public static bool IsVectorised { get; } = Avx512BW.IsSupported && Avx512Vbmi.IsSupported;

    /// <summary>Reads buckets until all are done or the room for survivors is nearly full.</summary>
    /// <param name="table">The table.</param>
    /// <param name="buckets">Numbers of the buckets, each below the number of buckets.</param>
    /// <param name="position">Where to begin; receives where to go on.</param>
    /// <param name="wanted">The fingerprint of the query, where an entry has its own.</param>
    /// <param name="limit">The largest distance of fingerprints that survives.</param>
    /// <param name="survivors">Receives entries; at least <see cref="LeastRoom"/>.</param>
    /// <param name="read">Is raised by the number of entries that were read.</param>
    /// <param name="vectorised">Whether to compare eight at a time.</param>
    /// <returns>Number of survivors; -1 where the offsets of the bucket at <paramref name="position"/> are damaged.</returns>
    public static int Read(in BucketTable table, ReadOnlySpan<uint> buckets, ref ProbePosition position, ulong wanted, int limit, Span<ulong> survivors, ref long read, bool vectorised)
    {
        fixed (uint* offsets = table.Offsets)
        fixed (byte* entries = table.Entries)
        {
            return ReadPinned(offsets, entries, table, buckets, ref position, wanted, limit, survivors, ref read, vectorised);
        }
    }

    /// <summary>Asks for a word that will be read soon.</summary>
    public static void AskFor(ReadOnlySpan<ulong> words, int at) => Prefetch(Unsafe.AsPointer(ref Unsafe.AsRef(in words[at])));

    private static int ReadPinned(uint* offsets, byte* entries, in BucketTable table, ReadOnlySpan<uint> buckets, ref ProbePosition position, ulong wanted, int limit, Span<ulong> survivors, ref long read, bool vectorised)
    {
        int width = table.EntryBytes;
        int found = 0;
        int i = position.Bucket;
        Vector512<byte> widen = vectorised ? Widening[width - 1] : default;
        if (position.Entry == 0)
        {
            for (int ahead = i; ahead < Math.Min(i + OffsetsAhead, buckets.Length); ahead++)
            {
                Prefetch(offsets + buckets[ahead]);
            }
        }

        for (; i < buckets.Length; i++)
        {
            if (i + OffsetsAhead < buckets.Length)
            {
                Prefetch(offsets + buckets[i + OffsetsAhead]);
            }

            if (i + EntriesAhead < buckets.Length)
            {
                // Damaged offsets may name any address; a prefetch of it does no harm.
                uint* ahead = offsets + buckets[i + EntriesAhead];
                byte* first = entries + ((long)ahead[0] * width);
                Prefetch(first);
                Prefetch(entries + ((long)ahead[1] * width) - 1);
            }

            uint start = offsets[buckets[i]];
            uint end = offsets[buckets[i] + 1];
            if (start > end || end > table.Count)
            {
                position = new ProbePosition(i, 0);
                return -1;
            }

            uint from = start + position.Entry;
            uint to = (uint)Math.Min(end, from + (long)(survivors.Length - found));
            found += vectorised
                ? Compare8(entries, width, from, to, wanted, table.Fingerprint, limit, survivors[found..], widen)
                : Compare1(entries, width, from, to, wanted, table.Fingerprint, limit, survivors[found..]);
            read += to - from;
            if (to < end)
            {
                position = new ProbePosition(i, to - start);
                return found;
            }

            position.Entry = 0;
            if (survivors.Length - found < LeastRoom)
            {
                i++;
                break;
            }
        }

        position = new ProbePosition(i, 0);
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Compare8(byte* entries, int width, uint from, uint to, ulong wanted, ulong fingerprint, int limit, Span<ulong> survivors, Vector512<byte> widen)
    {
        Vector512<ulong> query = Vector512.Create(wanted);
        Vector512<ulong> mask = Vector512.Create(fingerprint);
        Vector512<long> most = Vector512.Create((long)limit);
        int found = 0;
        for (uint at = from; at < to; at += 8)
        {
            Vector512<byte> bytes = Vector512.Load(entries + ((long)at * width));
            if (width != 8)
            {
                bytes = Avx512Vbmi.PermuteVar64x8(bytes, widen);
            }

            Vector512<ulong> values = bytes.AsUInt64();
            Vector512<long> distances = OnesOfWords(((values ^ query) & mask).AsByte()).AsInt64();
            ulong near = Vector512.LessThanOrEqual(distances, most).ExtractMostSignificantBits();
            if (to - at < 8)
            {
                near &= (1UL << (int)(to - at)) - 1;
            }

            if (near != 0)
            {
                found += Keep(values, near, survivors[found..]);
            }
        }

        return found;
    }

    private static int Keep(Vector512<ulong> values, ulong near, Span<ulong> survivors)
    {
        ulong* lanes = stackalloc ulong[8];
        values.Store(lanes);
        int found = 0;
        for (; near != 0; near &= near - 1)
        {
            survivors[found++] = lanes[BitOperations.TrailingZeroCount(near)];
        }

        return found;
    }

    private static int Compare1(byte* entries, int width, uint from, uint to, ulong wanted, ulong fingerprint, int limit, Span<ulong> survivors)
    {
        int found = 0;
        for (uint at = from; at < to; at++)
        {
            ulong entry = Unsafe.ReadUnaligned<ulong>(entries + ((long)at * width));
            if (BitOperations.PopCount((entry ^ wanted) & fingerprint) <= limit)
            {
                survivors[found++] = entry;
            }
        }

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
