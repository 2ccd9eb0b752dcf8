using System.Text.RegularExpressions;

namespace Semblance;

/// <summary>Messages of exceptions, as those read them who know no parameters of ours.</summary>
public static partial class UserMessage
{
    /// <summary>A message without the name of a parameter, and with the value that .NET puts on a line of its own only where the sentence does not name it.</summary>
    public static string Of(string message) => Additions().Replace(message, addition =>
        addition.Groups["value"] is { Success: true, Value: string value } && !Names(message[..addition.Index], value) ? $" Found: {value}." : "");

    private static bool Names(string sentence, string value) => Regex.IsMatch(sentence, $@"(?<![\w.]){Regex.Escape(value)}(?!\w)");

    [GeneratedRegex(@" \(Parameter '\w+'\)(\r?\nActual value was (?<value>\S+)\.(?=\s|$))?")]
    private static partial Regex Additions();
}
