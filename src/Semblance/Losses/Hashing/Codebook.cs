using System.Numerics;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>How the fixed codes of classes are found.</summary>
public enum CodebookKind
{
    /// <summary>Rows of [H; -H] for bits that are a power of two, then balanced random ones (CSQ); all balanced at other numbers of bits.</summary>
    Hadamard,

    /// <summary>Random, with exactly ⌊bits · p⌋ entries of -1 (DPN).</summary>
    Balanced,

    /// <summary>Random, every bit for itself (OrthoHash).</summary>
    Bernoulli,

    /// <summary>Signs of normal numbers (OrthoHash).</summary>
    Gaussian,

    /// <summary>Random candidates, taken where they are far from all codes before (OrthoHash).</summary>
    MaxMin,
}

/// <summary>One code of -1 and 1 a class, all different, the same for the same seed on every machine.</summary>
/// <remarks>
/// <para>Hadamard (CSQ, Yuan et al., CVPR 2020): rows of Sylvester's matrix differ in half of their bits, and in all from their opposites. What it cannot give is drawn balanced, up to 20 times, until
/// the smallest distance of two classes is above bits / 4 and the mean at least bits / 2; if none of the draws is so, the one with the largest smallest distance is taken.</para>
/// <para>Max-min (OrthoHash, Hoe et al., NeurIPS 2021): candidates must differ from every earlier code in 0.61 of the bits; after 10,000 failures in 0.01 less; below 0.2 it gives up.</para>
/// </remarks>
public sealed class Codebook
{
    private const int Draws = 20;
    private const int Patience = 10_000;
    private const int FirstPercent = 61;
    private const int LastPercent = 20;
    private const int WordBits = 64;

    private readonly int bits;
    private readonly List<ulong[]> codes = [];
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    private Codebook(int bits) => this.bits = bits;

    /// <summary>Number of codes.</summary>
    public int Count => codes.Count;

    /// <summary>Finds a code for every class.</summary>
    /// <param name="kind">How.</param>
    /// <param name="classes">At least 1.</param>
    /// <param name="bits">At least 1.</param>
    /// <param name="seed">From which random codes are drawn.</param>
    /// <param name="negative">p, the share of -1 in a balanced code; within (0, 1).</param>
    /// <exception cref="ArgumentException">There are fewer such codes than classes, or the search gave up.</exception>
    public static Codebook Find(CodebookKind kind, int classes, int bits, long seed, double negative = 0.5)
    {
        Require.AtLeast(classes, 1, nameof(classes));
        Require.AtLeast(bits, 1, nameof(bits));
        SeededRandom random = new(seed);
        switch (kind)
        {
            case CodebookKind.Hadamard:
                return Separated(classes, bits, ref random);
            case CodebookKind.MaxMin:
                return Spread(classes, bits, ref random);
            case CodebookKind.Balanced:
                Codebook balanced = new(bits);
                balanced.AddBalanced(classes, (int)(bits * negative), ref random);
                return balanced;
            default:
                Codebook free = new(bits);
                free.AddFree(classes, kind == CodebookKind.Gaussian, ref random);
                return free;
        }
    }

    /// <summary>Finds a code for every class of a data set, as long as the model's, from the seed of the term.</summary>
    /// <exception cref="ArgumentException">There are fewer such codes than classes, or the search gave up.</exception>
    public static Codebook For(CodebookKind kind, TermContext context, double negative = 0.5)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Find(kind, context.Classes, context.Dimensions, context.Seed, negative);
    }

    /// <summary>A bit in which two codes differ counts 1.</summary>
    public int Distance(int first, int second) => Distance(codes[first], codes[second]);

    /// <summary>The codes, classes × bits of -1 and 1.</summary>
    public double[] ToSigns()
    {
        double[] signs = new double[codes.Count * bits];
        for (int k = 0; k < signs.Length; k++)
        {
            signs[k] = IsNegative(codes[k / bits], k % bits) ? -1 : 1;
        }
        return signs;
    }

    /// <summary>The codes as a tensor, classes × bits.</summary>
    public Tensor ToTensor(DataType type, Device device) => Tensor.From(ToSigns(), codes.Count, bits).To(type).To(device);

    private static Codebook Separated(int classes, int bits, ref SeededRandom random)
    {
        Codebook? best = null;
        double bestNearest = -1;
        for (int draw = 0; draw < Draws; draw++)
        {
            Codebook drawn = new(bits);
            drawn.AddHadamard(Math.Min(classes, BitOperations.IsPow2(bits) ? 2 * bits : 0));
            if (drawn.Count == classes)
            {
                return drawn;
            }
            drawn.AddBalanced(classes, bits / 2, ref random);
            (double nearest, double mean) = drawn.Distances();
            if (nearest > bits / 4.0 && mean >= bits / 2.0)
            {
                return drawn;
            }
            (best, bestNearest) = nearest > bestNearest ? (drawn, nearest) : (best, bestNearest);
        }
        return best!;
    }

    private static Codebook Spread(int classes, int bits, ref SeededRandom random)
    {
        Codebook book = new(bits);
        book.RefuseMoreThan(BigInteger.One << bits, classes, "");
        int percent = FirstPercent, failures = 0;
        while (book.Count < classes)
        {
            ulong[] candidate = Free(bits, normal: true, ref random);
            if (book.codes.TrueForAll(code => Distance(code, candidate) * 100 >= percent * bits) && book.TryAdd(candidate))
            {
                continue;
            }
            if (++failures == Patience)
            {
                failures = 0;
                percent--;
            }
            if (percent < LastPercent)
            {
                throw new ArgumentException($"{book.Count} codes of {bits} bits were found that differ pairwise in {LastPercent} % of their bits; {classes} classes need as many codes. Use more bits, or another codebook.", nameof(classes));
            }
        }
        return book;
    }

    private void AddHadamard(int count)
    {
        for (int row = 0; row < count; row++)
        {
            ulong[] code = new ulong[Words(bits)];
            for (int bit = 0; bit < bits; bit++)
            {
                Set(code, bit, (BitOperations.PopCount((uint)((row % bits) & bit)) % 2 == 1) ^ (row >= bits));
            }
            TryAdd(code);
        }
    }

    private void AddBalanced(int count, int negatives, ref SeededRandom random)
    {
        int already = codes.Count(code => code.Sum(BitOperations.PopCount) == negatives);
        RefuseMoreThan(Combinations(bits, negatives) + Count - already, count, Count == 0 ? $" with {negatives} entries of -1" : $" that are rows of Hadamard's matrix or have {negatives} entries of -1");
        int[] order = [.. Enumerable.Range(0, bits)];
        while (Count < count)
        {
            random.Shuffle<int>(order);
            ulong[] code = new ulong[Words(bits)];
            foreach (int bit in order.AsSpan(0, negatives))
            {
                Set(code, bit, true);
            }
            TryAdd(code);
        }
    }

    private void AddFree(int count, bool normal, ref SeededRandom random)
    {
        RefuseMoreThan(BigInteger.One << bits, count, "");
        while (Count < count)
        {
            TryAdd(Free(bits, normal, ref random));
        }
    }

    private static ulong[] Free(int bits, bool normal, ref SeededRandom random)
    {
        ulong[] code = new ulong[Words(bits)];
        for (int bit = 0; bit < bits; bit++)
        {
            Set(code, bit, normal ? random.NextNormal() < 0 : random.Below(2) == 1);
        }
        return code;
    }

    private void RefuseMoreThan(BigInteger there, int classes, string which)
    {
        if (there < classes)
        {
            throw new ArgumentException($"there are {there} codes of {bits} bits{which}; {classes} classes need as many codes. Use more bits, or another codebook.", nameof(classes));
        }
    }

    private (double Nearest, double Mean) Distances()
    {
        long sum = 0, pairs = 0;
        int nearest = bits;
        for (int first = 0; first < codes.Count; first++)
        {
            for (int second = 0; second < first; second++)
            {
                int distance = Distance(codes[first], codes[second]);
                nearest = Math.Min(nearest, distance);
                sum += distance;
                pairs++;
            }
        }
        return (nearest, pairs == 0 ? bits : (double)sum / pairs);
    }

    private bool TryAdd(ulong[] code)
    {
        bool isNew = taken.Add(string.Join(',', code));
        if (isNew)
        {
            codes.Add(code);
        }
        return isNew;
    }

    private static BigInteger Combinations(int all, int chosen)
    {
        BigInteger number = BigInteger.One;
        for (int k = 1; k <= chosen; k++)
        {
            number = number * (all - chosen + k) / k;
        }
        return number;
    }

    private static int Distance(ulong[] first, ulong[] second)
    {
        int distance = 0;
        for (int word = 0; word < first.Length; word++)
        {
            distance += BitOperations.PopCount(first[word] ^ second[word]);
        }
        return distance;
    }

    private static int Words(int bits) => (bits + WordBits - 1) / WordBits;

    private static bool IsNegative(ulong[] code, int bit) => ((code[bit / WordBits] >> (bit % WordBits)) & 1) == 1;

    private static void Set(ulong[] code, int bit, bool negative) => code[bit / WordBits] |= negative ? 1UL << (bit % WordBits) : 0;
}
