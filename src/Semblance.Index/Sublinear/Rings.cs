using System.Numerics;

namespace Semblance.Index.Sublinear;

/// <summary>The buckets at a given Hamming distance of a key: those whose number differs from it in so many bits.</summary>
/// <remarks>They come in ascending order of the exclusive or, so that neighbours in memory follow each other where they can.</remarks>
internal static class Rings
{
    private const int LargestKept = 1 << 16;
    private const int LongestKey = 31;

    private static readonly double[] Sizes = MakeSizes();

    // Two threads may make the same ring; either serves.
    private static readonly uint[]?[] Kept = new uint[(LongestKey + 1) * (LongestKey + 1)][];

    /// <summary>Number of buckets at a distance: bits over radius.</summary>
    public static double Size(int bits, int radius) => Sizes[(bits * (LongestKey + 1)) + radius];

    /// <summary>The next buckets of a ring, as exclusive ors of their numbers with the key in the middle.</summary>
    /// <param name="bits">Bits of a key, at most 31.</param>
    /// <param name="radius">The distance, at most <paramref name="bits"/>.</param>
    /// <param name="place">0 at the beginning; receives where to go on.</param>
    /// <param name="room">Where they may be written; no more come at a time.</param>
    /// <returns>Masks; none after the last.</returns>
    public static ReadOnlySpan<uint> Next(int bits, int radius, scoped ref uint place, Span<uint> room)
    {
        if (Size(bits, radius) > LargestKept)
        {
            return room[..Enumerate(bits, radius, ref place, room)];
        }

        uint[] ring = Kept[(bits * (LongestKey + 1)) + radius] ??= MakeRing(bits, radius);
        int start = (int)place;
        int count = Math.Min(room.Length, ring.Length - start);
        place += (uint)count;
        return ring.AsSpan(start, count);
    }

    private static uint[] MakeRing(int bits, int radius)
    {
        var masks = new uint[(int)Size(bits, radius)];
        uint place = 0;
        Enumerate(bits, radius, ref place, masks);
        return masks;
    }

    /// <summary>Goes from a number to the next larger one with as many ones.</summary>
    private static int Enumerate(int bits, int radius, ref uint place, Span<uint> masks)
    {
        // The place is the next exclusive or, plus one so that 0 can mean the beginning.
        ulong mask = place == 0 ? (1UL << radius) - 1 : place - 1UL;
        int count = 0;
        while (count < masks.Length && mask < 1UL << bits)
        {
            masks[count++] = (uint)mask;
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

    /// <summary>Pascal's triangle.</summary>
    private static double[] MakeSizes()
    {
        var sizes = new double[(LongestKey + 1) * (LongestKey + 1)];
        for (int bits = 0; bits <= LongestKey; bits++)
        {
            sizes[bits * (LongestKey + 1)] = 1;
            for (int radius = 1; radius <= bits; radius++)
            {
                sizes[(bits * (LongestKey + 1)) + radius] = sizes[((bits - 1) * (LongestKey + 1)) + radius - 1] + sizes[((bits - 1) * (LongestKey + 1)) + radius];
            }
        }

        return sizes;
    }
}
