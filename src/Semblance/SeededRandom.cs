namespace Semblance;

/// <summary>Random numbers that depend on nothing but the seed: the same on every machine, in every version, for any number of threads.</summary>
/// <remarks>
/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). The generator is eight bytes and starts at no cost, so that every pass, step or item
/// can have its own: <c>new SeededRandom(seed, pass)</c> is independent of <c>new SeededRandom(seed, pass + 1)</c>.
/// </remarks>
public struct SeededRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15UL;

    private ulong _state;

    /// <summary>The generator of one stream of a seed.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="stream">Which of the seed's streams, such as the number of the pass or of the item.</param>
    /// <param name="substream">Which part of that stream.</param>
    public SeededRandom(long seed, long stream = 0, long substream = 0)
    {
        _state = Mix(Mix(Mix((ulong)seed) + (ulong)stream) + (ulong)substream);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        ulong bits = Mix(_state);
        _state += Step;
        return bits;
    }

    /// <summary>A whole number from 0 up to, not including, <paramref name="count"/>; each equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ulong range = (uint)count;
        ulong unbiased = ulong.MaxValue - (ulong.MaxValue % range);
        ulong bits = NextBits();
        while (bits >= unbiased)
        {
            bits = NextBits();
        }
        return (int)(bits % range);
    }

    /// <summary>A number from 0 up to, not including, 1, in steps of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from <paramref name="low"/> up to, not including, <paramref name="high"/>.</summary>
    public double Between(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>A number of the normal distribution with mean 0 and deviation 1 (Box and Muller, 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Puts the items in a random order; every order is equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value += Step;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
