using System.Globalization;
using System.Text.Json;

namespace Semblance.Serving.Stores;

/// <summary>Whether one JSON value contains another, by the rules of PostgreSQL's <c>jsonb @&gt;</c>, so that local and database searches agree.</summary>
/// <remarks>
/// An object contains an object whose every member it has with a value that contains the member's; an array contains an array whose every element is contained in one of its own,
/// whatever order and number; an array also contains a single string, number, boolean or null that is one of its elements, at the top level only. Numbers are compared by value.
/// Source: PostgreSQL 15 documentation, section 8.14.3.
/// </remarks>
public static class JsonContainment
{
    /// <summary>Whether a value contains another.</summary>
    public static bool Contains(JsonElement outer, JsonElement inner) =>
        Within(outer, inner) || (outer.ValueKind == JsonValueKind.Array && IsScalar(inner) && outer.EnumerateArray().Any(element => Within(element, inner)));

    private static bool Within(JsonElement outer, JsonElement inner) => (outer.ValueKind, inner.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.Object) => inner.EnumerateObject().All(member => outer.TryGetProperty(member.Name, out JsonElement own) && Within(own, member.Value)),
        (JsonValueKind.Array, JsonValueKind.Array) => inner.EnumerateArray().All(wanted => outer.EnumerateArray().Any(element => Within(element, wanted))),
        (JsonValueKind.Number, JsonValueKind.Number) => SameNumber(outer, inner),
        (JsonValueKind.String, JsonValueKind.String) => outer.ValueEquals(inner.GetString()),
        (var left, var right) => left == right && IsScalar(outer),
    };

    private static bool IsScalar(JsonElement value) => value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);

    private static bool SameNumber(JsonElement left, JsonElement right) =>
        left.TryGetDecimal(out decimal a) && right.TryGetDecimal(out decimal b) && (a != 0 || b != 0 || left.GetRawText() == right.GetRawText())
            ? a == b
            : double.Parse(left.GetRawText(), CultureInfo.InvariantCulture).Equals(double.Parse(right.GetRawText(), CultureInfo.InvariantCulture));
}
