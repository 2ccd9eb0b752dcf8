using System.Globalization;
using System.Text;

namespace Semblance.Serving.Security;

/// <summary>Text that comes from outside, made fit to stand in a log, a message or a header.</summary>
public static class SafeText
{
    private const int Longest = 200;

    /// <summary>Text on one line: control characters, line ends and characters that turn the direction of writing become '?', and what is long is cut.</summary>
    /// <param name="text">What came from outside.</param>
    public static string Line(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }
        string head = text.Length <= Longest ? text : text[..Longest];
        if (text.Length <= Longest && !head.Any(IsUnfit))
        {
            return text;
        }
        StringBuilder line = new(head.Length + 3);
        foreach (char character in head)
        {
            line.Append(IsUnfit(character) ? '?' : character);
        }
        return text.Length <= Longest ? line.ToString() : line.Append("...").ToString();
    }

    /// <summary>A file name for a <c>Content-Disposition</c> header: letters, digits, dots, hyphens and underscores of ASCII; everything else becomes '_'.</summary>
    /// <param name="id">An item's id.</param>
    public static string FileName(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        string last = id[(id.LastIndexOfAny(['/', '\\']) + 1)..];
        string clean = string.Concat((last.Length <= 100 ? last : last[^100..]).Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' ? character : '_')).TrimStart('.');
        return clean.Length == 0 ? "image" : clean;
    }

    private static bool IsUnfit(char character) =>
        char.IsControl(character) || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
