using System.Runtime.Intrinsics;
using Semblance.Index;

namespace Semblance.Bench.Hamming;

/// <summary>Codes from a seed: uniform ones, and such as random projections of a Gaussian mixture have.</summary>
/// <remarks>
/// A cluster has for every bit a mean m of N(0, 1), and one spread s of 0.1 to 0.6; a code of it has the sign of m, flipped with probability
/// Phi(-|m| / s) in every bit. More codes begin with the same ones as fewer codes do, so that a larger data set has more codes a cluster.
/// </remarks>
internal sealed class SyntheticCodes
{
    private const int Lanes = 32;
    private readonly ushort[]? _thresholds;
    private readonly int _bits;
    private readonly int _clusters;

    private SyntheticCodes(int bits, int clusters, ushort[]? thresholds) => (_bits, _clusters, _thresholds) = (bits, clusters, thresholds);

    /// <summary>Every bit one or zero with equal chance.</summary>
    public static SyntheticCodes Uniform(int bits) => new(bits, 0, null);

    /// <summary>Codes in 100,000 clusters, longer ones than 64 bits in 10,000.</summary>
    public static SyntheticCodes Clustered(int bits)
    {
        int clusters = bits <= 64 ? 100_000 : 10_000;
        Stream random = new(0x5EED);
        int padded = (bits + 63) / 64 * 64;
        var thresholds = new ushort[(long)clusters * padded];
        for (int cluster = 0; cluster < clusters; cluster++)
        {
            double spread = 0.1 + (0.5 * random.Unit());
            for (int bit = 0; bit < bits; bit++)
            {
                thresholds[((long)cluster * padded) + bit] = (ushort)Math.Clamp(Math.Round(65_536 * Phi(random.Normal() / spread)), 0, 65_535);
            }
        }

        return new(bits, clusters, thresholds);
    }

    /// <summary>Codes of a stream of numbers: the data set and its queries have streams of their own.</summary>
    public Codes Draw(int count, int seed)
    {
        Stream random = new((ulong)seed);
        int words = Codes.WordsFor(_bits);
        var result = new ulong[(long)count * words];
        ulong last = ulong.MaxValue >> ((words * 64) - _bits);
        for (int row = 0; row < count; row++)
        {
            int cluster = _clusters == 0 ? 0 : (int)((UInt128)random.Next() * (ulong)_clusters >> 64);
            for (int word = 0; word < words; word++)
            {
                ulong value = _thresholds is null ? random.Next() : Word(random, _thresholds.AsSpan(((cluster * words) + word) * 64, 64));
                result[((long)row * words) + word] = word == words - 1 ? value & last : value;
            }
        }

        return new Codes(_bits, result);
    }

    private static ulong Word(Stream random, ReadOnlySpan<ushort> thresholds)
    {
        Span<ulong> chances = stackalloc ulong[16];
        foreach (ref ulong chance in chances)
        {
            chance = random.Next();
        }

        ulong low = Vector512.LessThan(Vector512.Create<ulong>(chances).AsUInt16(), Vector512.Create(thresholds)).ExtractMostSignificantBits();
        ulong high = Vector512.LessThan(Vector512.Create<ulong>(chances[8..]).AsUInt16(), Vector512.Create(thresholds[Lanes..])).ExtractMostSignificantBits();
        return low | (high << Lanes);
    }

    /// <summary>The share of a standard normal variable below x, to seven places (Abramowitz and Stegun 26.2.17).</summary>
    private static double Phi(double x)
    {
        double t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        double tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return x >= 0 ? 1 - tail : tail;
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).</summary>
    private sealed class Stream(ulong seed)
    {
        private ulong _state = seed;

        public ulong Next()
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }

        public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

        public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());
    }
}
