using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Semblance.Index;

namespace Semblance.Bench.Hamming;

/// <summary>Codes for measuring: uniform, or in clusters as the signs of a random projection of a mixture of normal distributions would be.</summary>
/// <remarks>
/// In a cluster of spread s a bit differs from the centre's with probability Phi(-|m| / s), where m is normal and drawn once for each bit of each
/// cluster, and s is uniform from 0.1 to 0.6. The same seed gives the same codes; queries are drawn from the same clusters.
/// </remarks>
internal sealed class DrawnCodes
{
    private readonly int _bits;
    private readonly int _words;
    private readonly ulong[]? _centres;
    private readonly byte[] _turns = [];

    private DrawnCodes(int bits, int clusters)
    {
        (_bits, _words) = (bits, Codes.WordsFor(bits));
        if (clusters == 0)
        {
            return;
        }
        SeededRandom random = new(1234, bits);
        _centres = [.. Enumerable.Range(0, clusters * _words).Select(_ => random.NextBits())];
        // Of 256 bytes, how many turn the bit over; none of those above the last bit.
        _turns = new byte[clusters * _words * 64];
        for (int cluster = 0; cluster < clusters; cluster++)
        {
            double spread = random.Between(0.1, 0.6);
            for (int bit = 0; bit < bits; bit++)
            {
                _turns[(cluster * _words * 64) + bit] = (byte)Math.Round(256 * Tail(Math.Abs(random.NextNormal()) / spread));
            }
        }
    }

    public static DrawnCodes Uniform(int bits) => new(bits, 0);

    /// <summary>100,000 clusters of codes of up to 64 bits, 10,000 of longer ones.</summary>
    public static DrawnCodes Clustered(int bits) => new(bits, bits <= 64 ? 100_000 : 10_000);

    public Codes Draw(int count, int seed)
    {
        SeededRandom random = new(seed, _bits);
        ulong[] words = new ulong[(long)count * _words];
        ulong last = (_bits & 63) == 0 ? ulong.MaxValue : (1UL << (_bits & 63)) - 1;
        Span<ulong> noise = stackalloc ulong[8];
        for (int row = 0; row < count; row++)
        {
            int cluster = _centres is null ? 0 : random.Below(_centres.Length / _words);
            for (int word = 0; word < _words; word++)
            {
                int at = (cluster * _words) + word;
                words[(row * _words) + word] = (_centres is null ? random.NextBits() : _centres[at] ^ Turned(ref random, noise, _turns.AsSpan(at * 64, 64)))
                    & (word == _words - 1 ? last : ulong.MaxValue);
            }
        }
        return new Codes(_bits, words);
    }

    private static ulong Turned(ref SeededRandom random, Span<ulong> noise, ReadOnlySpan<byte> turns)
    {
        foreach (ref ulong bits in noise)
        {
            bits = random.NextBits();
        }
        return Vector512.LessThan(Vector512.Create<byte>(MemoryMarshal.AsBytes(noise)), Vector512.Create(turns)).ExtractMostSignificantBits();
    }

    /// <summary>Probability of a normal number above x (Abramowitz and Stegun 26.2.17).</summary>
    private static double Tail(double x)
    {
        double t = 1 / (1 + (0.2316419 * x));
        return 0.3989422804014327 * Math.Exp(-x * x / 2) * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
    }
}
