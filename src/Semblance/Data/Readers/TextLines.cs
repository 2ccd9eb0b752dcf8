using System.Text;

namespace Semblance.Data.Readers;

/// <summary>A line of a text file that is not blank.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Text">Without white space at its ends.</param>
internal readonly record struct TextLine(Place Place, string Text)
{
    private static readonly char[] White = [' ', '\t'];

    /// <summary>The values between spaces and tabs.</summary>
    public string[] Values() => Text.Split(White, StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Reads text files a line at a time; blank lines are passed over.</summary>
internal static class TextLines
{
    public static IEnumerable<TextLine> Read(string path)
    {
        using StreamReader reader = Guard(path, () => new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        for (int number = 1; Guard(path, reader.ReadLine) is { } text; number++)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return new(new(path, number), text.Trim());
            }
        }
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"{path} is not text in UTF-8. Save it as UTF-8.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
