using System.Security.Cryptography;
using System.Text;

namespace Semblance.Serving.Images;

/// <summary>Where the image of an item may lie: never outside the image root, whatever its id says.</summary>
internal static class ImagePath
{
    /// <summary>Folder of uploaded images below the root.</summary>
    public const string Uploads = ".uploads";

    private const int MostLinks = 40;

    /// <summary>Whether an id is a relative path that stays below the folder that it starts from: no empty, hidden or upward part, no backslash, no control character.</summary>
    public static bool IsSafe(string id) =>
        id.Length is > 0 and <= 4096 && !id.Any(character => character == '\\' || char.IsControl(character)) && !Path.IsPathRooted(id)
        && (!OperatingSystem.IsWindows() || !id.Contains(':', StringComparison.Ordinal))
        && id.Split('/').All(part => part.Length is > 0 and <= 255 && part[0] != '.');

    /// <summary>The file that an id names, links followed.</summary>
    /// <param name="realRoot">The root, itself without links.</param>
    /// <param name="id">A safe id.</param>
    /// <returns>Null where nothing is there or a link leads out of the root.</returns>
    public static string? Resolve(string realRoot, string id) => RealPath(Path.Combine(realRoot, id)) is { } real && IsInside(realRoot, real) ? real : null;

    /// <summary>The file of the upload of an item.</summary>
    public static string OfUpload(string realRoot, string id)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
        return Path.Combine(realRoot, Uploads, hash[..2], hash);
    }

    /// <summary>A path without links; null where links go round in circles or lead nowhere.</summary>
    public static string? RealPath(string path)
    {
        Stack<string> rest = new();
        Push(rest, Path.GetFullPath(path));
        string real = Path.GetPathRoot(Path.GetFullPath(path))!;
        for (int links = 0; rest.TryPop(out string? part);)
        {
            string next = part == ".." ? Path.GetDirectoryName(real) ?? real : Path.Combine(real, part);
            FileSystemInfo info = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            if (info.LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks)
            {
                return null;
            }
            real = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : real;
            Push(rest, target);
        }
        return Path.Exists(real) ? real : null;
    }

    /// <summary>Whether a path lies below a folder.</summary>
    public static bool IsInside(string folder, string path) => path.StartsWith(folder.EndsWith(Path.DirectorySeparatorChar) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string part in path[(Path.GetPathRoot(path)?.Length ?? 0)..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse())
        {
            rest.Push(part);
        }
    }
}
