using System.Numerics;
using System.Text.Json;

namespace Semblance.Losses.Hashing;

/// <summary>The best separation that binary codes can give to a number of classes: where the hashing-guided hinge stops pushing classes apart.</summary>
/// <param name="Bits">K, the bits of a code.</param>
/// <param name="Classes">C, the number of classes.</param>
/// <param name="Dimension">k = ceil(log2 C), the dimension of a linear code with a word for every class.</param>
/// <param name="MinimumDistance">d, the largest known minimum distance of a binary linear [K, k] code.</param>
/// <param name="Approximate">Whether d is a lower bound by construction, outside the table of best known codes.</param>
/// <remarks>
/// Two code words at Hamming distance d have the cosine 1 - 2d/K, so that all classes together can have pairwise cosine at most zeta (HHF, Xu et al., 2021).
/// The table holds d for K up to 256 and k up to 20. Longer codes join tabulated ones side by side, d(K1 + K2, k) >= d(K1, k) + d(K2, k), at the
/// best split, or add idle bits; more classes take the Gilbert-Varshamov bound.
/// </remarks>
public readonly record struct InflectionPoint(int Bits, int Classes, int Dimension, int MinimumDistance, bool Approximate)
{
    private const int TableBits = 256;
    private const int TableDimension = 20;
    private static readonly Lazy<int[][]> Table = new(ReadTable);

    /// <summary>zeta = 1 - 2d/K, within [-1, 1).</summary>
    public double Zeta => 1 - (2.0 * MinimumDistance / Bits);

    /// <summary>The inflection point for codes of so many bits and so many classes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no bit, fewer than two classes, or more classes than the bits can tell apart.</exception>
    public static InflectionPoint For(int bits, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        if (classes < 2)
        {
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "The inflection point separates classes; at least 2 are needed.");
        }

        int dimension = 32 - BitOperations.LeadingZeroCount((uint)(classes - 1));
        if (dimension > bits)
        {
            throw new ArgumentOutOfRangeException(nameof(classes), classes, $"{bits} bits cannot hold {classes} classes; {dimension} bits are needed at least. Use longer codes.");
        }

        bool tabulated = bits <= TableBits && dimension <= TableDimension;
        int distance = tabulated ? Table.Value[bits][dimension - 1] : dimension <= TableDimension ? Juxtaposed(bits, dimension) : GilbertVarshamov(bits, dimension);
        return new InflectionPoint(bits, classes, dimension, distance, !tabulated);
    }

    /// <summary>The largest d that the Griesmer bound allows a binary linear [bits, dimension] code: sum of ceil(d / 2^i), i below dimension, at most bits.</summary>
    internal static int Griesmer(int bits, int dimension)
    {
        int distance = 0;
        while (Enumerable.Range(0, dimension).Sum(i => ((distance + 1L) + (1L << i) - 1) >> i) <= bits)
        {
            distance++;
        }

        return distance;
    }

    /// <summary>The largest d with sum of binomials (bits - 1 over i), i up to d - 2, below 2^(bits - dimension).</summary>
    internal static int GilbertVarshamov(int bits, int dimension)
    {
        BigInteger room = BigInteger.One << (bits - dimension);
        BigInteger term = BigInteger.One;
        BigInteger sum = BigInteger.One;
        int distance = 1;
        while (distance < bits && sum < room)
        {
            distance++;
            term = term * (bits - distance + 1) / (distance - 1);
            sum += term;
        }

        return distance;
    }

    private static int Juxtaposed(int bits, int dimension)
    {
        var best = new int[bits + 1];
        for (int length = dimension; length <= bits; length++)
        {
            best[length] = length <= TableBits ? Table.Value[length][dimension - 1] : best[length - 1];
            for (int part = dimension; part <= Math.Min(TableBits, length - dimension) && length > TableBits; part++)
            {
                best[length] = Math.Max(best[length], best[part] + best[length - part]);
            }
        }

        return best[bits];
    }

    private static int[][] ReadTable()
    {
        using Stream stream = typeof(InflectionPoint).Assembly.GetManifestResourceStream("Semblance.Losses.hhf-code-distances.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        var table = new int[TableBits + 1][];
        foreach (JsonProperty row in document.RootElement.GetProperty("distances").EnumerateObject())
        {
            table[int.Parse(row.Name, System.Globalization.CultureInfo.InvariantCulture)] = [.. row.Value.EnumerateArray().Select(distance => distance.GetInt32())];
        }

        return table;
    }
}
