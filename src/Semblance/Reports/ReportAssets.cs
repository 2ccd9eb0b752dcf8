using System.Security.Cryptography;
using System.Text;

namespace Semblance.Reports;

/// <summary>The script and the style of the page, built from web/ and carried inside this assembly.</summary>
internal static class ReportAssets
{
    public static string Script { get; } = Load("report.js");

    public static string Style { get; } = Load("report.css");

    /// <summary>The hash by which a page's security policy allows exactly this text to run or to style.</summary>
    public static string HashOf(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Load(string name)
    {
        using Stream stream = typeof(ReportAssets).Assembly.GetManifestResourceStream("Semblance.Reports." + name)
            ?? throw new InvalidOperationException($"{name} is not inside {typeof(ReportAssets).Assembly.GetName().Name}; build it anew.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
