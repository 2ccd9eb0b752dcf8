using System.Collections.Concurrent;
using System.Numerics;

namespace Semblance.Index.Sublinear;

/// <summary>The buckets at a given Hamming distance of a key: those whose number differs from it in so many bits.</summary>
/// <remarks>They come in ascending order of the exclusive or, so that neighbours in memory follow each other where they can.</remarks>
internal static class Rings
{
    private const int LargestKept = 1 << 16;
    private static readonly ConcurrentDictionary<(int Bits, int Radius), uint[]> Kept = new();

    /// <summary>Number of buckets at a distance: bits over radius.</summary>
    public static double Size(int bits, int radius)
    {
        double size = 1;
        for (int i = 1; i <= radius; i++)
        {
            size = size * (bits - radius + i) / i;
        }

        return Math.Round(size);
    }

    /// <summary>Writes the next buckets of a ring.</summary>
    /// <param name="key">The key in the middle.</param>
    /// <param name="bits">Bits of a key, at most 31.</param>
    /// <param name="radius">The distance, at most <paramref name="bits"/>.</param>
    /// <param name="place">0 at the beginning; receives where to go on.</param>
    /// <param name="buckets">Receives bucket numbers.</param>
    /// <returns>How many were written; 0 after the last.</returns>
    public static int Next(uint key, int bits, int radius, ref uint place, Span<uint> buckets)
    {
        double size = Size(bits, radius);
        if (size > LargestKept)
        {
            return Enumerate(key, bits, radius, ref place, buckets);
        }

        uint[] ring = Kept.GetOrAdd((bits, radius), MakeRing);
        int count = Math.Min(buckets.Length, ring.Length - (int)place);
        for (int i = 0; i < count; i++)
        {
            buckets[i] = ring[(int)place + i] ^ key;
        }

        place += (uint)count;
        return count;
    }

    private static uint[] MakeRing((int Bits, int Radius) ring)
    {
        var masks = new uint[(int)Size(ring.Bits, ring.Radius)];
        uint place = 0;
        Enumerate(0, ring.Bits, ring.Radius, ref place, masks);
        return masks;
    }

    /// <summary>Goes from a number to the next larger one with as many ones.</summary>
    private static int Enumerate(uint key, int bits, int radius, ref uint place, Span<uint> buckets)
    {
        // The place is the next exclusive or, plus one so that 0 can mean the beginning.
        ulong mask = place == 0 ? (1UL << radius) - 1 : place - 1UL;
        int count = 0;
        while (count < buckets.Length && mask < 1UL << bits)
        {
            buckets[count++] = (uint)mask ^ key;
            mask = radius == 0 ? 1UL << bits : Following(mask);
        }

        place = (uint)mask + 1;
        return count;
    }

    private static ulong Following(ulong mask)
    {
        ulong lowest = mask & (~mask + 1);
        ulong ripple = mask + lowest;
        return (((mask ^ ripple) >> 2) >> BitOperations.TrailingZeroCount(mask)) | ripple;
    }
}
