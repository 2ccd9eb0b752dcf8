using System.Numerics;
using System.Runtime.InteropServices;

namespace Semblance.Index;

/// <summary>Binary codes, packed: <see cref="Count"/> rows of <see cref="Bits"/> bits.</summary>
/// <remarks>
/// Bit j of a row is bit j mod 64 of its word j / 64. Rows follow each other; a row begins at a word of its own and its unused high bits are zero,
/// so that the Hamming distance of two rows is the number of ones in the exclusive or of their words.
/// As bytes a row takes ceil(bits / 8) bytes with bit j in bit j mod 8 of byte j / 8 (NumPy's <c>packbits(..., bitorder="little")</c>).
/// </remarks>
public sealed class Codes
{
    /// <summary>The longest code that is accepted.</summary>
    public const int MaxBits = 65_535;

    private readonly Column<ulong> _words;

    /// <summary>Wraps packed words; the array is not copied.</summary>
    /// <param name="bits">Bits of a code, 1 to <see cref="MaxBits"/>.</param>
    /// <param name="words">ceil(bits / 64) words a row, row after row, unused bits zero.</param>
    /// <exception cref="ArgumentException">The number of words is not a whole number of rows, or an unused bit is set.</exception>
    public Codes(int bits, ulong[] words)
    {
        ArgumentNullException.ThrowIfNull(words);
        RequireBits(bits);
        if (words.Length % WordsFor(bits) != 0)
        {
            throw new ArgumentException($"{words.Length} words were given; codes of {bits} bits take {WordsFor(bits)} words each. Give whole rows.", nameof(words));
        }

        (Bits, WordsPerCode, _words) = (bits, WordsFor(bits), new Column<ulong>(words));
        Count = words.Length / WordsPerCode;
        RequireUnusedBitsZero();
    }

    /// <summary>Wraps a column that is known to hold whole rows with unused bits zero.</summary>
    internal Codes(int bits, Column<ulong> words)
    {
        (Bits, WordsPerCode, _words) = (bits, WordsFor(bits), words);
        Count = words.Length / WordsPerCode;
    }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>Number of codes.</summary>
    public int Count { get; }

    /// <summary>64-bit words of a code.</summary>
    public int WordsPerCode { get; }

    /// <summary>Bytes of a code in <see cref="ToBytes"/> and in files.</summary>
    public int BytesPerCode => BytesFor(Bits);

    /// <summary>All words, row after row.</summary>
    public ReadOnlySpan<ulong> Words => _words.All;

    /// <summary>The words of one code.</summary>
    public ReadOnlySpan<ulong> this[int row] => _words.Slice(row * WordsPerCode, WordsPerCode);

    /// <summary>The words of some codes, row after row.</summary>
    internal ReadOnlySpan<ulong> WordsOf(int start, int count) => _words.Slice(start * WordsPerCode, count * WordsPerCode);

    /// <summary>Whether parts of a mapped file have yet to be checked.</summary>
    internal bool NeedsChecks => _words.NeedsChecks;

    /// <summary>All words, not checked: where they lie, for those who ask for memory ahead.</summary>
    internal ReadOnlySpan<ulong> UncheckedWords => _words.Unchecked;

    /// <summary>Words that a code of so many bits takes.</summary>
    public static int WordsFor(int bits) => (bits + 63) / 64;

    /// <summary>Bytes that a code of so many bits takes in a file.</summary>
    public static int BytesFor(int bits) => (bits + 7) / 8;

    /// <summary>Binarizes real outputs: x >= 0 (also -0.0) gives 1, x &lt; 0 gives 0.</summary>
    /// <param name="outputs">Rows of <paramref name="bits"/> values, row-major.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <exception cref="ArgumentException">Not a whole number of rows, or a value is NaN.</exception>
    public static Codes FromSigns(ReadOnlySpan<float> outputs, int bits) => Binarize(outputs, bits);

    /// <inheritdoc cref="FromSigns(ReadOnlySpan{float}, int)"/>
    public static Codes FromSigns(ReadOnlySpan<double> outputs, int bits) => Binarize(outputs, bits);

    /// <summary>Reads packed bytes, ceil(bits / 8) a row.</summary>
    /// <exception cref="ArgumentException">Not a whole number of rows, or an unused bit is set.</exception>
    public static Codes FromBytes(ReadOnlySpan<byte> packed, int bits)
    {
        RequireBits(bits);
        int bytes = BytesFor(bits);
        if (packed.Length % bytes != 0)
        {
            throw new ArgumentException($"{packed.Length} bytes were given; codes of {bits} bits take {bytes} bytes each. Give whole rows.", nameof(packed));
        }

        int count = packed.Length / bytes;
        int words = WordsFor(bits);
        var result = new ulong[(long)count * words];
        for (int row = 0; row < count; row++)
        {
            packed.Slice(row * bytes, bytes).CopyTo(MemoryMarshal.AsBytes(result.AsSpan(row * words, words)));
        }

        return new Codes(bits, result);
    }

    /// <summary>The codes as packed bytes, <see cref="BytesPerCode"/> a row.</summary>
    public byte[] ToBytes()
    {
        var result = new byte[(long)Count * BytesPerCode];
        CopyBytes(0, Count, result);
        return result;
    }

    /// <summary>Writes some rows as packed bytes.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="destination">At least <paramref name="count"/> times <see cref="BytesPerCode"/> bytes.</param>
    public void CopyBytes(int start, int count, Span<byte> destination)
    {
        for (int i = 0; i < count; i++)
        {
            MemoryMarshal.AsBytes(this[start + i])[..BytesPerCode].CopyTo(destination.Slice(i * BytesPerCode, BytesPerCode));
        }
    }

    /// <summary>One bit of one code.</summary>
    public bool Bit(int row, int bit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bit, Bits);
        return ((this[row][bit >> 6] >> (bit & 63)) & 1) != 0;
    }

    /// <summary>A copy of the rows from <paramref name="start"/> on.</summary>
    public Codes Slice(int start, int count) => new(Bits, WordsOf(start, count).ToArray());

    /// <summary>Some of the rows, not copied.</summary>
    internal Codes View(int start, int count) => new(Bits, _words.View(start * WordsPerCode, count * WordsPerCode));

    /// <summary>A copy of the named rows, in the given order.</summary>
    public Codes Rows(ReadOnlySpan<int> rows)
    {
        var result = new ulong[(long)rows.Length * WordsPerCode];
        for (int i = 0; i < rows.Length; i++)
        {
            this[rows[i]].CopyTo(result.AsSpan(i * WordsPerCode));
        }

        return new Codes(Bits, result);
    }

    /// <summary>Joins collections of equally long codes.</summary>
    public static Codes Concatenate(IReadOnlyList<Codes> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        int bits = parts[0].Bits;
        foreach (Codes part in parts)
        {
            RequireSameBits(bits, part.Bits);
        }

        var result = new ulong[parts.Sum(part => (long)part._words.Length)];
        int written = 0;
        foreach (Codes part in parts)
        {
            part.Words.CopyTo(result.AsSpan(written));
            written += part._words.Length;
        }

        return new Codes(bits, result);
    }

    /// <summary>Number of bits in which a row differs from a code of the same length.</summary>
    public int Distance(int row, ReadOnlySpan<ulong> other)
    {
        ReadOnlySpan<ulong> words = this[row];
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Length, words.Length);
        int distance = 0;
        for (int i = 0; i < words.Length; i++)
        {
            distance += BitOperations.PopCount(words[i] ^ other[i]);
        }

        return distance;
    }

    internal static void RequireSameBits(int expected, int found)
    {
        if (expected != found)
        {
            throw new ArgumentException($"codes of {found} bits meet codes of {expected} bits; both must have the same length. Encode them with the same model.");
        }
    }

    internal static void RequireBits(int bits)
    {
        if (bits is < 1 or > MaxBits)
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, $"A code has 1 to {MaxBits} bits.");
        }
    }

    private static Codes Binarize<T>(ReadOnlySpan<T> outputs, int bits)
        where T : IFloatingPoint<T>
    {
        RequireBits(bits);
        if (outputs.Length % bits != 0)
        {
            throw new ArgumentException($"{outputs.Length} outputs were given; codes of {bits} bits need {bits} outputs each. Give whole rows.", nameof(outputs));
        }

        int words = WordsFor(bits);
        var result = new ulong[(long)(outputs.Length / bits) * words];
        for (int row = 0; row < outputs.Length / bits; row++)
        {
            PackSigns(outputs.Slice(row * bits, bits), result.AsSpan(row * words, words), row);
        }

        return new Codes(bits, result);
    }

    private static void PackSigns<T>(ReadOnlySpan<T> values, Span<ulong> code, int row)
        where T : IFloatingPoint<T>
    {
        for (int j = 0; j < values.Length; j++)
        {
            if (values[j] >= T.Zero)
            {
                code[j >> 6] |= 1UL << (j & 63);
            }
            else if (T.IsNaN(values[j]))
            {
                throw new ArgumentException($"output {j} of row {row} is NaN; a bit needs a number. Look for a diverged model or a broken image.", nameof(values));
            }
        }
    }

    private void RequireUnusedBitsZero()
    {
        int used = Bits & 63;
        if (used == 0)
        {
            return;
        }

        ulong unused = ulong.MaxValue << used;
        for (int row = 0; row < Count; row++)
        {
            if ((this[row][^1] & unused) != 0)
            {
                throw new ArgumentException($"code {row} has ones above its {Bits} bits; unused bits must be zero. Check the number of bits.");
            }
        }
    }
}
