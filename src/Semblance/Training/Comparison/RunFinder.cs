using System.IO.Enumeration;

namespace Semblance.Training.Comparison;

/// <summary>Finds the folders of runs that a command line names.</summary>
public static class RunFinder
{
    private const int Deepest = 3;

    /// <summary>Run folders below what is named, each once.</summary>
    /// <param name="names">Folders of runs, folders that hold such folders, or patterns with <c>*</c> and <c>?</c>.</param>
    /// <exception cref="InvalidDataException">A name leads to no run.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        List<string> found = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string run in names.SelectMany(Below))
        {
            if (seen.Add(Path.GetFullPath(run)))
            {
                found.Add(run);
            }
        }
        return found;
    }

    private static string[] Below(string name)
    {
        if (!Directory.Exists(name) && name.AsSpan().ContainsAny('*', '?'))
        {
            string[] matching = [.. Matching(name).SelectMany(folder => RunsIn(folder, Deepest))];
            return matching.Length > 0 ? matching : throw new InvalidDataException($"{name} matches no folder of a run. Give folders that 'semblance train' wrote.");
        }
        if (!Directory.Exists(name))
        {
            throw new InvalidDataException($"{name} is not there, or is no folder. Give the folder of a run, or a folder that holds some.");
        }
        string[] runs = [.. RunsIn(name, Deepest)];
        return runs.Length > 0 ? runs : throw new InvalidDataException($"{name} holds no run: there is no recipe.yaml in it nor in a folder below it. Give folders that 'semblance train' wrote.");
    }

    private static IEnumerable<string> RunsIn(string folder, int depth)
    {
        if (File.Exists(Path.Combine(folder, "recipe.yaml")))
        {
            return [folder];
        }
        return depth == 0 ? [] : Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).SelectMany(inner => RunsIn(inner, depth - 1));
    }

    /// <summary>Folders that a pattern stands for, in the order of their names.</summary>
    private static IEnumerable<string> Matching(string pattern)
    {
        string root = Path.GetPathRoot(pattern) ?? "";
        IEnumerable<string> folders = [root];
        foreach (string part in pattern[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
        {
            folders = part.AsSpan().ContainsAny('*', '?')
                ? folders.Where(folder => Directory.Exists(folder.Length == 0 ? "." : folder)).SelectMany(folder => Children(folder).Where(child => FileSystemName.MatchesSimpleExpression(part, Path.GetFileName(child), ignoreCase: false)))
                : folders.Select(folder => Path.Combine(folder, part));
        }
        return folders.Where(Directory.Exists);
    }

    private static IEnumerable<string> Children(string folder) =>
        Directory.EnumerateDirectories(folder.Length == 0 ? "." : folder).Select(child => Path.Combine(folder, Path.GetFileName(child))).Order(StringComparer.Ordinal);
}
