namespace Semblance.Data.LongTails;

/// <summary>The generator that numpy's legacy functions draw from (MT19937, Matsumoto and Nishimura, 1998), number by number.</summary>
/// <remarks>
/// Only for choices that others published with it: <c>numpy.random.seed(s)</c> and then <c>numpy.random.shuffle</c>. Everything of our own draws from <see cref="SeededRandom"/>.
/// </remarks>
internal sealed class LegacyRandom
{
    private const int Words = 624;
    private const int Apart = 397;

    private readonly uint[] _state = new uint[Words];
    private int _next = Words;

    /// <summary>The generator after <c>numpy.random.seed</c>.</summary>
    /// <param name="seed">The seed.</param>
    public LegacyRandom(uint seed)
    {
        _state[0] = seed;
        for (int i = 1; i < Words; i++)
        {
            _state[i] = (1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
        }
    }

    /// <summary>The next 32 bits.</summary>
    public uint Next()
    {
        if (_next == Words)
        {
            Renew();
        }
        uint bits = _state[_next++];
        bits ^= bits >> 11;
        bits ^= (bits << 7) & 0x9D2C5680u;
        bits ^= (bits << 15) & 0xEFC60000u;
        return bits ^ (bits >> 18);
    }

    /// <summary>Puts items in the order of <c>numpy.random.shuffle</c>: from the last to the second, each changes places with one at or before it.</summary>
    public void Shuffle(Span<int> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = UpTo(last);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>A number from 0 to a largest one, by refusing those above it.</summary>
    private int UpTo(int largest)
    {
        uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount((uint)largest);
        uint drawn = Next() & mask;
        while (drawn > largest)
        {
            drawn = Next() & mask;
        }
        return (int)drawn;
    }

    private void Renew()
    {
        for (int i = 0; i < Words; i++)
        {
            uint mixed = (_state[i] & 0x80000000u) | (_state[(i + 1) % Words] & 0x7FFFFFFFu);
            uint twisted = (mixed >> 1) ^ ((mixed & 1) * 0x9908B0DFu);
            _state[i] = _state[(i + Apart) % Words] ^ twisted;
        }
        _next = 0;
    }
}
