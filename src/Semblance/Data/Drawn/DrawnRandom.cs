namespace Semblance.Data.Drawn;

/// <summary>A stream of random numbers of its own for every picture, so that pictures can be drawn in any order (SplitMix64).</summary>
internal sealed class DrawnRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The stream of one picture of one class of one set.</summary>
    public static DrawnRandom For(int seed, int category, int picture)
    {
        ulong set = new DrawnRandom((uint)seed).Next();
        ulong kind = new DrawnRandom(set ^ (uint)category).Next();
        return new(new DrawnRandom(kind ^ (uint)picture).Next());
    }

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1L << 53));

    public double Between(double low, double high) => low + ((high - low) * Share());

    public int Below(int count) => (int)(Next() % (uint)count);

    public bool Chance(double probability) => Share() < probability;

    /// <summary>Near to normal, mean 0, variance 1: the centred sum of four uniform numbers.</summary>
    public double Bell() => (Share() + Share() + Share() + Share() - 2) * 1.7320508075688772;

    public Vec Direction()
    {
        while (true)
        {
            Vec v = new(Between(-1, 1), Between(-1, 1), Between(-1, 1));
            if (v.Length() is > 0.1 and < 1)
            {
                return v.Unit();
            }
        }
    }
}
