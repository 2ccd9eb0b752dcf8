using System.Globalization;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace Semblance.Training;

/// <summary>Limits of a number, each of which may be missing.</summary>
internal readonly record struct Bounds(double Min, double Max, double Above, double Below)
{
    /// <summary>A number within the limits; null for anything else.</summary>
    public double? Read(YamlNode node) => YamlValues.Number(node) is { } value && value >= Min && value <= Max && value > Above && value < Below ? value : null;
}

/// <summary>The words in which the kinds of values are named, in faults and in the reference alike.</summary>
internal static class Phrases
{
    public static string OrNull(string type) => $"{type} or null";

    public static string Int(int min, int max) => (min, max) switch
    {
        (int.MinValue, int.MaxValue) => "a whole number",
        (_, int.MaxValue) => $"a whole number of at least {Text(min)}",
        (int.MinValue, _) => $"a whole number of at most {Text(max)}",
        _ => $"a whole number from {Text(min)} to {Text(max)}",
    };

    public static string Number(Bounds bounds)
    {
        if (double.IsFinite(bounds.Min) && double.IsFinite(bounds.Max))
        {
            return $"a number from {Text(bounds.Min)} to {Text(bounds.Max)}";
        }
        string[] limits =
        [
            .. Limit("of at least", bounds.Min),
            .. Limit("above", bounds.Above),
            .. Limit("at most", bounds.Max),
            .. Limit("below", bounds.Below),
        ];
        return limits.Length == 0 ? "a number" : $"a number {string.Join(" and ", limits)}";
    }

    public static string List(string item, int? count)
    {
        string items = item.Replace("a number", "numbers", StringComparison.Ordinal).Replace("a whole number", "whole numbers", StringComparison.Ordinal);
        return count is { } exactly ? $"a list of {Text(exactly)} {items}" : $"a list of {items}";
    }

    public static string OneOf(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length switch { 0 => "a registered name", 1 => all[0], _ => $"{string.Join(", ", all[..^1])} or {all[^1]}" };
    }

    /// <summary>A sentence that names the valid name nearest to a wrong one, with a space before it; empty where none is near.</summary>
    public static string Nearest(YamlNode node, IEnumerable<string> names) =>
        YamlValues.Text(node) is { } wrong && NearestName.Of(wrong, names) is { } near ? $" Nearest is {near}." : "";

    /// <summary>The name of an enumeration's value in recipes: <c>OneCycle</c> is <c>one-cycle</c>.</summary>
    public static string Kebab<T>(T value)
        where T : struct, Enum
    {
        StringBuilder name = new();
        foreach (char letter in value.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
            {
                name.Append('-');
            }
            name.Append(char.ToLowerInvariant(letter));
        }
        return name.ToString();
    }

    private static string[] Limit(string word, double limit) => double.IsInfinity(limit) ? [] : [$"{word} {Text(limit)}"];

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
