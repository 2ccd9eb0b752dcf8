using System.IO.Enumeration;

namespace Semblance.Training;

/// <summary>How recipes name many things at once: by a beginning such as <c>backbone.</c>, or a pattern in which <c>*</c> is any letters.</summary>
internal static class NamePattern
{
    public static bool Matches(string pattern, string name) => pattern.Contains('*', StringComparison.Ordinal)
        ? FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), name, ignoreCase: false)
        : name.StartsWith(pattern, StringComparison.Ordinal);

    /// <summary>Whether a whole name is meant, or all of a pattern.</summary>
    public static bool IsFull(string pattern, string name) => pattern.Contains('*', StringComparison.Ordinal) ? Matches(pattern, name) : pattern == name;
}
