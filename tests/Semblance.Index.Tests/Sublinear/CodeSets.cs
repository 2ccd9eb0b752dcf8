using Semblance.Index;

namespace Semblance.Tests.Index.Sublinear;

/// <summary>Codes of the kinds that make a search in tables easy, hard or pointless.</summary>
internal static class CodeSets
{
    public static readonly string[] Kinds = ["uniform", "clustered", "equal", "ten", "dead", "correlated"];

    public static Codes Make(string kind, int bits, int rows, int seed = 1)
    {
        var random = new Random(seed);
        return kind switch
        {
            "uniform" => From(bits, rows, (row, bit) => random.Next(2) == 0),
            "clustered" => Near(bits, rows, centres: Math.Max(1, rows / 40), flip: 0.06, random),
            "equal" => From(bits, rows, (row, bit) => bit % 3 == 0),
            "ten" => Near(bits, rows, centres: 10, flip: 0, random),
            "dead" => From(bits, rows, (row, bit) => bit % 4 == 0 && random.Next(2) == 0),
            "correlated" => Correlated(bits, rows, random),
            _ => throw new ArgumentException(kind),
        };
    }

    /// <summary>Some codes of a set, and some with a few bits changed.</summary>
    public static Codes Queries(Codes codes, int count, int seed = 7)
    {
        var random = new Random(seed);
        return From(codes.Bits, count, (query, bit) =>
        {
            bool value = codes.Count == 0 ? random.Next(2) == 0 : codes.Bit((int)((long)query * codes.Count / count), bit);
            return value ^ (query % 3 != 0 && random.Next(codes.Bits) < query % 3 * 4);
        });
    }

    private static Codes Near(int bits, int rows, int centres, double flip, Random random)
    {
        Codes middle = From(bits, centres, (row, bit) => random.Next(2) == 0);
        int centre = 0;
        return From(bits, rows, (row, bit) =>
        {
            centre = bit == 0 ? random.Next(centres) : centre;
            return middle.Bit(centre, bit) ^ random.NextDouble() < flip;
        });
    }

    /// <summary>Neighbouring bits change together, four at a time.</summary>
    private static Codes Correlated(int bits, int rows, Random random)
    {
        bool last = false;
        return From(bits, rows, (row, bit) => last = bit % 4 == 0 || random.Next(50) == 0 ? random.Next(2) == 0 : last);
    }

    private static Codes From(int bits, int rows, Func<int, int, bool> value)
    {
        var words = new ulong[rows * Codes.WordsFor(bits)];
        for (int row = 0; row < rows; row++)
        {
            for (int bit = 0; bit < bits; bit++)
            {
                words[(row * Codes.WordsFor(bits)) + (bit >> 6)] |= value(row, bit) ? 1UL << (bit & 63) : 0;
            }
        }

        return new Codes(bits, words);
    }
}
