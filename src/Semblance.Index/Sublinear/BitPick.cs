using System.Numerics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Index.Sublinear;

/// <summary>Chosen bits of a code, at most 64, packed side by side in ascending order of their positions.</summary>
internal sealed class BitPick
{
    private readonly Part[] _parts;

    /// <param name="positions">Positions of the bits, ascending, none twice.</param>
    public BitPick(ReadOnlySpan<int> positions)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(positions.Length, 64);
        Positions = positions.ToArray();
        var parts = new List<Part>();
        for (int i = 0; i < positions.Length; i++)
        {
            int word = positions[i] >> 6;
            if (parts.Count == 0 || parts[^1].Word != word)
            {
                parts.Add(new Part(word, 0, i));
            }

            parts[^1] = parts[^1] with { Mask = parts[^1].Mask | (1UL << (positions[i] & 63)) };
        }

        _parts = [.. parts];
    }

    /// <summary>Positions of the bits, ascending.</summary>
    public int[] Positions { get; }

    /// <summary>Number of bits.</summary>
    public int Bits => Positions.Length;

    /// <summary>The bits of a code.</summary>
    public ulong Of(ReadOnlySpan<ulong> code)
    {
        ulong bits = 0;
        foreach (Part part in _parts)
        {
            bits |= Extract(code[part.Word], part.Mask) << part.Shift;
        }

        return bits;
    }

    /// <summary>In how many of the bits two codes differ.</summary>
    public int Distance(ReadOnlySpan<ulong> one, ReadOnlySpan<ulong> other)
    {
        int distance = 0;
        foreach (Part part in _parts)
        {
            distance += BitOperations.PopCount((one[part.Word] ^ other[part.Word]) & part.Mask);
        }

        return distance;
    }

    /// <summary>The bits of a word under a mask, side by side.</summary>
    internal static ulong ExtractPlain(ulong word, ulong mask)
    {
        ulong bits = 0;
        for (int i = 0; mask != 0; i++, mask &= mask - 1)
        {
            bits |= ((word >> BitOperations.TrailingZeroCount(mask)) & 1) << i;
        }

        return bits;
    }

    private static ulong Extract(ulong word, ulong mask) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitExtract(word, mask) : ExtractPlain(word, mask);

    /// <summary>The picked bits of one word.</summary>
    private readonly record struct Part(int Word, ulong Mask, int Shift);
}
