using System.Numerics;

namespace Semblance.Curriculum;

/// <summary>Finds the number of a given rank among many without holding or sorting them: 16 bits of it a pass.</summary>
/// <remarks>Floats that are not negative order like their bit patterns. A pass counts the next 16 bits of the numbers that begin with what is known so far.</remarks>
/// <typeparam name="T">float (two passes) or double (four).</typeparam>
internal sealed class RadixRank<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Bits = 16;
    private static readonly int Passes = typeof(T) == typeof(float) ? 2 : 4;
    private long _rank;
    private ulong _known;

    /// <param name="rank">The rank, from 0.</param>
    public RadixRank(long rank)
    {
        _rank = rank;
    }

    /// <summary>How many passes have been made.</summary>
    public int Pass { get; private set; }

    /// <summary>Whether the number is found.</summary>
    public bool IsFound => Pass == Passes;

    /// <summary>The number, once it is found.</summary>
    public T Found => typeof(T) == typeof(float) ? T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)_known)) : T.CreateTruncating(BitConverter.UInt64BitsToDouble(_known));

    /// <summary>Counters of one pass, all 0.</summary>
    public static long[] Counters() => new long[1 << Bits];

    /// <summary>Counts a number, where it begins with what is known.</summary>
    public void Count(T value, long[] counters)
    {
        ulong bits = typeof(T) == typeof(float) ? BitConverter.SingleToUInt32Bits(float.CreateTruncating(value)) : BitConverter.DoubleToUInt64Bits(double.CreateTruncating(value));
        int later = Bits * (Passes - 1 - Pass);
        bits >>= later;
        if (Pass == 0 || bits >> Bits == _known)
        {
            counters[bits & ((1 << Bits) - 1)]++;
        }
    }

    /// <summary>Ends a pass.</summary>
    /// <param name="counters">The counts of all numbers.</param>
    public void Narrow(long[] counters)
    {
        int bucket = 0;
        for (; _rank >= counters[bucket]; bucket++)
        {
            _rank -= counters[bucket];
        }

        _known = (_known << Bits) | (uint)bucket;
        Pass++;
    }
}

/// <summary>Counts the distances of pairs for one pass of <see cref="RadixRank{T}"/>.</summary>
internal sealed class RadixVisitor<T>(RadixRank<T> rank) : ITileVisitor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The counts.</summary>
    public long[] Counters { get; } = RadixRank<T>.Counters();

    public void Visit(Tile<T> tile)
    {
        for (int row = 0; row < tile.Rows; row++)
        {
            foreach (T distance in tile.Row(row))
            {
                rank.Count(distance, Counters);
            }
        }
    }
}
