using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Http;

/// <summary>Ids and codes as texts.</summary>
internal static class ItemText
{
    /// <summary>An id as the store has them.</summary>
    /// <exception cref="ArgumentException">The store has numbers and it is none, or it is empty or too long.</exception>
    public static ItemId Id(ISearchStore store, string text) => Id(store.Ids, text);

    /// <summary>An id of a kind.</summary>
    /// <exception cref="ArgumentException">Numbers are needed and it is none, or it is empty or too long.</exception>
    public static ItemId Id(IdKind kind, string text) =>
        text.Length == 0 ? throw new ArgumentException($"the id is empty; give 1 to {ItemId.MaxTextBytes} bytes of text.")
        : kind == IdKind.Text ? new ItemId(text)
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? new ItemId(number)
        : throw new ArgumentException($"\"{text}\" is no whole number; the ids of this index are numbers.");

    /// <summary>Puts the words of a code where they belong.</summary>
    /// <exception cref="ArgumentException">It is no hexadecimal text, too short, too long, or has ones above its bits.</exception>
    public static void ReadCode(string text, int bits, Span<ulong> words, string name = "code")
    {
        ReadOnlySpan<char> digits = text.AsSpan(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? 2 : 0);
        int bytes = Codes.BytesFor(bits);
        if (digits.Length != 2 * bytes || Convert.FromHexString(digits, MemoryMarshal.AsBytes(words), out _, out _) != OperationStatus.Done)
        {
            throw new ArgumentException($"{name} {Shortened(text)} is no code of this index: codes of {bits} bits have {2 * bytes} hexadecimal digits.");
        }
        if ((bits & 63) != 0 && words[^1] >> (bits & 63) != 0)
        {
            throw new ArgumentException($"{name} {Shortened(text)} has ones above its {bits} bits; unused bits must be zero. Check the number of bits.");
        }
    }

    /// <summary>The words of a code.</summary>
    /// <exception cref="ArgumentException">It is no hexadecimal text, too short, too long, or has ones above its bits.</exception>
    public static ulong[] Code(string text, int bits, string name = "code")
    {
        ulong[] words = new ulong[Codes.WordsFor(bits)];
        ReadCode(text, bits, words, name);
        return words;
    }

    /// <summary>A code as a text.</summary>
    public static string Of(ReadOnlySpan<ulong> words, int bits) => Convert.ToHexStringLower(MemoryMarshal.AsBytes(words)[..Codes.BytesFor(bits)]);

    /// <summary>The error of an id that no item has.</summary>
    public static RefusedException Unknown(ItemId id) => new(Microsoft.AspNetCore.Http.StatusCodes.Status404NotFound, $"the index has no item {id}. GET /v1/items/list lists all ids.");

    private static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
