using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Semblance.Serving.Http;

/// <summary>Reads the parameters of a query, strictly.</summary>
internal static class QueryText
{
    /// <summary>Refuses parameters that an operation does not have, and those that come twice though they count once.</summary>
    public static void Check(Operation operation, IQueryCollection query)
    {
        foreach ((string name, StringValues values) in query)
        {
            QueryParameter? known = operation.Query.FirstOrDefault(parameter => parameter.Name == name);
            if (known is null)
            {
                throw new ArgumentException(operation.Query.Count == 0
                    ? $"the query has {Shown(name)}; {operation.Method} {operation.Path} takes no query. Leave it out."
                    : $"the query has {Shown(name)}, which {operation.Method} {operation.Path} does not know; it takes {string.Join(", ", operation.Query.Select(parameter => parameter.Name))}. Correct the name or leave it out.");
            }
            if (!known.Many && values.Count > 1)
            {
                throw new ArgumentException($"the query has {name} {values.Count} times; give it once.");
            }
        }
    }

    /// <summary>A text that must be there.</summary>
    public static string Required(IQueryCollection query, string name) =>
        query.TryGetValue(name, out StringValues values) && values.ToString() is { Length: > 0 } text ? text : throw new ArgumentException($"the query has no {name}; add ?{name}= and its value.");

    /// <summary>A whole number; null where there is none.</summary>
    public static int? Whole(IQueryCollection query, string name) =>
        !query.TryGetValue(name, out StringValues values) ? null
        : int.TryParse(values.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : throw new ArgumentException($"{name} is {Shown(values.ToString())}; a whole number is needed.");

    /// <summary>true or false; false where there is none.</summary>
    public static bool Truth(IQueryCollection query, string name) => query[name].ToString() switch
    {
        "" or "false" => false,
        "true" => true,
        string other => throw new ArgumentException($"{name} is {Shown(other)}; true or false is needed."),
    };

    /// <summary>All values of a parameter.</summary>
    public static IReadOnlyList<string> Many(IQueryCollection query, string name) => [.. query[name].Select(value => value ?? "")];

    private static string Shown(string text) => text.Length == 0 ? "nothing" : text.Length <= 40 ? text : text[..40] + "…";
}
