namespace Semblance.IO;

/// <summary>Names of files below a folder, the same on every system.</summary>
public static class RelativeName
{
    /// <summary>The path of a file from a folder, with <c>/</c> between its parts. A backslash is a part's own character where the system allows it there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="file">A file below it.</param>
    public static string Of(string folder, string file) => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
}
