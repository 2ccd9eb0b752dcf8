using System.Globalization;
using System.Text;

namespace Semblance.Index;

/// <summary>The id of an item: a 64-bit number, or a text of 1 to <see cref="MaxTextBytes"/> bytes of UTF-8.</summary>
/// <remarks>Numbers are ordered by value, texts by their UTF-8 bytes. An index holds ids of one kind.</remarks>
public readonly struct ItemId : IEquatable<ItemId>, IComparable<ItemId>
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int MaxTextBytes = 1024;

    internal static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly long _number;
    private readonly string? _text;

    /// <summary>A number.</summary>
    public ItemId(long number) => _number = number;

    /// <summary>A text.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or has half of a surrogate pair.</exception>
    public ItemId(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        int bytes = Utf8Length(text, "the id");
        if (bytes > MaxTextBytes)
        {
            throw new ArgumentException($"the id '{text[..40]}…' takes {bytes} bytes of UTF-8; an id takes at most {MaxTextBytes}. Use a shorter one.", nameof(text));
        }

        _text = text;
    }

    /// <summary>Whether it is a number or a text.</summary>
    public IdKind Kind => _text is null ? IdKind.Number : IdKind.Text;

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">It is a text.</exception>
    public long Number => _text is null ? _number : throw new InvalidOperationException($"the id '{_text}' is a text, not a number.");

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">It is a number.</exception>
    public string Text => _text ?? throw new InvalidOperationException($"the id {_number} is a number, not a text.");

    /// <summary>A number as an id.</summary>
    public static implicit operator ItemId(long number) => new(number);

    /// <summary>A text as an id.</summary>
    public static implicit operator ItemId(string text) => new(text);

    /// <summary>Whether two ids are the same.</summary>
    public static bool operator ==(ItemId left, ItemId right) => left.Equals(right);

    /// <summary>Whether two ids differ.</summary>
    public static bool operator !=(ItemId left, ItemId right) => !left.Equals(right);

    /// <summary>Whether the left one comes first.</summary>
    public static bool operator <(ItemId left, ItemId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the right one comes first.</summary>
    public static bool operator >(ItemId left, ItemId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the right one does not come first.</summary>
    public static bool operator <=(ItemId left, ItemId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one does not come first.</summary>
    public static bool operator >=(ItemId left, ItemId right) => left.CompareTo(right) >= 0;

    /// <summary>A number as an id.</summary>
    public static ItemId FromInt64(long number) => new(number);

    /// <summary>A text as an id.</summary>
    public static ItemId FromString(string text) => new(text);

    /// <inheritdoc/>
    public bool Equals(ItemId other) => _number == other._number && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ItemId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _text is null ? _number.GetHashCode() : string.GetHashCode(_text, StringComparison.Ordinal);

    /// <summary>Numbers by value, texts by their UTF-8 bytes; a number comes before a text.</summary>
    public int CompareTo(ItemId other) => (_text, other._text) switch
    {
        (null, null) => _number.CompareTo(other._number),
        (null, _) => -1,
        (_, null) => 1,
        _ => CompareAsUtf8(_text, other._text),
    };

    /// <summary>The number in decimal digits, or the text.</summary>
    public override string ToString() => _text ?? _number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The text that UTF-8 bytes stand for.</summary>
    internal static ItemId FromUtf8(ReadOnlySpan<byte> bytes) => new(StrictUtf8.GetString(bytes));

    internal static int Utf8Length(string text, string what)
    {
        try
        {
            return StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException($"{what} has half of a surrogate pair, which no UTF-8 text can hold. Repair the text.", nameof(text));
        }
    }

    // UTF-16 orders surrogates (code points from U+10000 on) before U+E000..U+FFFF; UTF-8 orders by code point.
    internal static int CompareAsUtf8(string left, string right)
    {
        int same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        (char a, char b) = (left[same], right[same]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) || a < 0xD800 || b < 0xD800 ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
