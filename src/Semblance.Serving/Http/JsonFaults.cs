using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Semblance.Serving.Http;

/// <summary>Says what is wrong with JSON in words that name no types of ours.</summary>
internal static partial class JsonFaults
{
    /// <summary>The sentence for a caller.</summary>
    /// <param name="fault">What the reader said.</param>
    /// <param name="type">What was to be read.</param>
    public static string Explain(JsonException fault, JsonTypeInfo type)
    {
        string place = fault.Path is { Length: > 1 } path ? path[1..].TrimStart('.') : "";
        string at = place.Length > 0 ? $" at {Shortened(place)}" : "";
        return fault.Message switch
        {
            _ when fault.Message.Contains("does not contain any JSON tokens", StringComparison.Ordinal) => $"the body is empty; send a JSON object with {Members(type)}.",
            _ when fault.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal) => $"the body has a member{at} that is not known{Known(place, type)}. Correct its name or leave it out.",
            _ when fault.Message.Contains("missing required properties", StringComparison.Ordinal) => $"the body lacks {string.Join(" and ", Missing().Matches(fault.Message).Skip(1).Select(match => match.Groups[1].Value))}{at}. Add it.",
            _ when fault.Message.Contains("Duplicate property", StringComparison.Ordinal) => $"the body has a member twice{at}; which of the two counts cannot be told. Give every member once.",
            _ when fault.Message.Contains("could not be converted", StringComparison.Ordinal) || fault.Message.Contains("doesn't allow null", StringComparison.Ordinal) => $"the body has a value of the wrong kind{at}{Needed(place, type)}.",
            _ => $"the body is not JSON: line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}{at}. Send one JSON object with {Members(type)}.",
        };
    }

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Missing();

    private static string Known(string place, JsonTypeInfo type) => place.Contains('.', StringComparison.Ordinal) ? "" : $"; known are {Members(type)}";

    private static string Needed(string place, JsonTypeInfo type) => type.Properties.FirstOrDefault(property => property.Name == place) is not { } member ? ""
        : $"; {Words(member.PropertyType)} is needed";

    private static string Members(JsonTypeInfo type) => string.Join(", ", type.Properties.Select(property => property.Name));

    private static string Words(Type type)
    {
        Type kind = Nullable.GetUnderlyingType(type) ?? type;
        return kind == typeof(string) ? "a text"
            : kind == typeof(int) ? "a whole number"
            : kind == typeof(double) ? "a number"
            : kind == typeof(bool) ? "true or false"
            : typeof(System.Collections.IEnumerable).IsAssignableFrom(kind) ? "a list"
            : "an object";
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
