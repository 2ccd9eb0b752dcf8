using Semblance.Index;

namespace Semblance.Tests.Index;

/// <summary>Codes for tests, from a seed.</summary>
internal static class RandomCodes
{
    public static float[] Outputs(int seed, int rows, int bits)
    {
        var random = new Random(seed);
        var outputs = new float[rows * bits];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = random.NextSingle() - 0.5f;
        }

        return outputs;
    }

    public static Codes Make(int seed, int rows, int bits) => Codes.FromSigns(Outputs(seed, rows, bits), bits);

    /// <summary>Codes of which many are equal or nearly so: every row is a copy of one of a few, with some bits turned over.</summary>
    public static Codes WithCopies(Random random, int rows, int bits)
    {
        int words = Codes.WordsFor(bits);
        ulong[] originals = new ulong[30 * words], packed = new ulong[rows * words];
        for (int i = 0; i < originals.Length; i++)
        {
            originals[i] = (i + 1) % words == 0 && (bits & 63) != 0 ? (ulong)random.NextInt64() & ((1UL << (bits & 63)) - 1) : ((ulong)random.NextInt64() << 1) ^ (ulong)random.NextInt64();
        }

        for (int row = 0; row < rows; row++)
        {
            originals.AsSpan(random.Next(30) * words, words).CopyTo(packed.AsSpan(row * words));
            for (int turns = random.Next(0, 4); turns > 0; turns--)
            {
                int bit = random.Next(bits);
                packed[(row * words) + (bit >> 6)] ^= 1UL << (bit & 63);
            }
        }

        return new Codes(bits, packed);
    }
}
