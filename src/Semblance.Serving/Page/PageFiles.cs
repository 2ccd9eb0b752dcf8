using System.Reflection;

namespace Semblance.Serving.Page;

/// <summary>The files of the page; the assembly carries them.</summary>
internal static class PageFiles
{
    /// <summary>The file that is the page.</summary>
    public const string Index = "index.html";

    private const string Prefix = "page/";

    /// <summary>All files; none where the page was not built.</summary>
    public static IReadOnlyList<PageFile> All { get; } = [.. Names().Select(name => new PageFile(name[Prefix.Length..].Replace('\\', '/'), Read(name)))];

    private static IEnumerable<string> Names() => Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));

    private static Assembly Assembly => typeof(PageFiles).Assembly;

    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
