using System.Buffers.Binary;
using System.Collections;
using System.Runtime.InteropServices;
using Semblance.Index;

namespace Semblance.Serving.Postgres;

/// <summary>Codes as values of PostgreSQL's <c>bit(n)</c>: bit j of a code is character j of the bit string, from the left.</summary>
/// <remarks>
/// So <c>get_bit(code, j)</c> is bit j. A code's bytes have bit j in bit j mod 8 of byte j / 8; the server's binary form has the first bit of a string highest in its first byte. Each byte is
/// therefore turned round, and their order stays.
/// </remarks>
internal static class BitStrings
{
    /// <summary>A code as a parameter.</summary>
    public static BitArray ToBits(ReadOnlySpan<ulong> code, int bits)
    {
        byte[] bytes = new byte[Codes.BytesFor(bits)];
        MemoryMarshal.AsBytes(code)[..bytes.Length].CopyTo(bytes);
        return new BitArray(bytes) { Length = bits };
    }

    /// <summary>A code from a column.</summary>
    public static ulong[] ToWords(BitArray bits)
    {
        byte[] bytes = new byte[Codes.BytesFor(bits.Length)];
        bits.CopyTo(bytes, 0);
        ulong[] words = new ulong[Codes.WordsFor(bits.Length)];
        bytes.CopyTo(MemoryMarshal.AsBytes(words.AsSpan()));
        return words;
    }

    /// <summary>Writes the bytes of a code as the server has them.</summary>
    /// <param name="code">Words of the code.</param>
    /// <param name="destination">As many bytes as the code takes.</param>
    public static void Write(ReadOnlySpan<ulong> code, Span<byte> destination)
    {
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        for (int word = 0; word < code.Length; word++)
        {
            Span<byte> rest = destination[(word * sizeof(ulong))..];
            if (rest.Length >= sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(rest, TurnBytes(code[word]));
            }
            else
            {
                BinaryPrimitives.WriteUInt64LittleEndian(last, TurnBytes(code[word]));
                last[..rest.Length].CopyTo(rest);
            }
        }
    }

    /// <summary>Turns the bits of each byte round.</summary>
    internal static ulong TurnBytes(ulong word)
    {
        word = ((word >> 1) & 0x5555555555555555) | ((word & 0x5555555555555555) << 1);
        word = ((word >> 2) & 0x3333333333333333) | ((word & 0x3333333333333333) << 2);
        return ((word >> 4) & 0x0F0F0F0F0F0F0F0F) | ((word & 0x0F0F0F0F0F0F0F0F) << 4);
    }
}
