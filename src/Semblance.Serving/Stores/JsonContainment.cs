using System.Text.Json;

namespace Semblance.Serving.Stores;

/// <summary>Whether one JSON value contains another, by the rules of PostgreSQL's <c>jsonb @&gt;</c>, so that local and database searches agree.</summary>
/// <remarks>
/// An object contains an object whose every member it has with a value that contains the member's; an array contains an array whose every element is contained in one of its own,
/// whatever order and number; an array also contains a single string, number, boolean or null that is one of its elements, at the top level only. Numbers are compared by value, exactly;
/// of members of one name the last counts. A value that jsonb cannot hold contains nothing and is contained in nothing.
/// Source: PostgreSQL 15 documentation, section 8.14.3.
/// </remarks>
public static class JsonContainment
{
    /// <summary>Whether a value contains another.</summary>
    public static bool Contains(JsonElement outer, JsonElement inner) => IsComparable(outer) && IsComparable(inner)
        && (Within(outer, inner) || (outer.ValueKind == JsonValueKind.Array && IsScalar(inner) && outer.EnumerateArray().Any(element => Within(element, inner))));

    /// <summary>Whether jsonb can hold a value: it takes no text with U+0000 or with half of a surrogate pair, and no number beyond the range of numeric.</summary>
    public static bool IsComparable(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(member => IsText(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8PropertyName(member)) && IsComparable(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(IsComparable),
        JsonValueKind.String => IsText(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value)),
        JsonValueKind.Number => JsonNumber.Parse(value.GetRawText()) is not null,
        _ => true,
    };

    private static bool Within(JsonElement outer, JsonElement inner) => (outer.ValueKind, inner.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.Object) => inner.EnumerateObject().All(member => outer.TryGetProperty(member.Name, out JsonElement own) && Within(own, inner.GetProperty(member.Name))),
        (JsonValueKind.Array, JsonValueKind.Array) => inner.EnumerateArray().All(wanted => outer.EnumerateArray().Any(element => Within(element, wanted))),
        (JsonValueKind.Number, JsonValueKind.Number) => JsonNumber.Parse(outer.GetRawText()) == JsonNumber.Parse(inner.GetRawText()),
        (JsonValueKind.String, JsonValueKind.String) => outer.ValueEquals(inner.GetString()),
        (var left, var right) => left == right && IsScalar(outer),
    };

    private static bool IsScalar(JsonElement value) => value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);

    /// <summary>Whether the escapes of a text give characters that a text may have; unescaped ones do.</summary>
    private static bool IsText(ReadOnlySpan<byte> raw)
    {
        bool high = false;
        for (int i = 0; i < raw.Length; i++)
        {
            int unit = raw[i] == '\\' && raw[i + 1] == 'u' ? Convert.ToInt32(System.Text.Encoding.ASCII.GetString(raw.Slice(i + 2, 4)), 16) : -1;
            if (unit == 0 || high != (unit is >= 0xDC00 and <= 0xDFFF))
            {
                return false;
            }
            high = unit is >= 0xD800 and <= 0xDBFF;
            i += unit >= 0 ? 5 : raw[i] == '\\' ? 1 : 0;
        }
        return !high;
    }
}
