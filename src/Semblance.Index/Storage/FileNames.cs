using System.Globalization;

namespace Semblance.Index.Storage;

/// <summary>Names of the files of an index.</summary>
internal static class FileNames
{
    public const string Manifest = "MANIFEST";
    public const string NewManifest = "MANIFEST.new";
    public const string Lock = "LOCK";

    public static string Segment(long number) => Numbered(number, "segment");

    public static string Deleted(long number) => Numbered(number, "deleted");

    public static string Log(long number) => Numbered(number, "log");

    /// <summary>Whether a name is one that an index gives to its numbered files.</summary>
    public static bool IsNumbered(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && name[(dot + 1)..] is ("segment" or "deleted" or "log") && name[..dot].All(char.IsAsciiDigit);
    }

    private static string Numbered(long number, string kind) => string.Create(CultureInfo.InvariantCulture, $"{number}.{kind}");
}
