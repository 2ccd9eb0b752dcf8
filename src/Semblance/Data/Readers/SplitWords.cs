using System.Text.RegularExpressions;

namespace Semblance.Data.Readers;

/// <summary>The split that a file's name tells: <c>Inaturalist_train_set1.txt</c> is about <c>train</c>.</summary>
internal static partial class SplitWords
{
    private static readonly string[] Words = ["train", "val", "test", "query", "gallery", "database"];

    /// <summary>The split; empty where the name has none of the words.</summary>
    public static string Of(string file) => Letters().Matches(Path.GetFileNameWithoutExtension(file))
        .Select(match => match.Value.ToLowerInvariant())
        .FirstOrDefault(Words.Contains) ?? "";

    /// <summary>The files of a folder whose names tell a split, one for each, in the order of the splits.</summary>
    /// <exception cref="InvalidDataException">Two files tell the same.</exception>
    public static (string File, string Split)[] FilesOf(string folder, string extension)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }
        (string File, string Split)[] files = [.. Directory.GetFiles(folder, $"*{extension}").Order(StringComparer.Ordinal)
            .Select(file => (file, Of(file)))
            .Where(file => file.Item2.Length > 0)
            .OrderBy(file => Array.IndexOf(Words, file.Item2))];
        for (int i = 1; i < files.Length; i++)
        {
            if (files[i].Split == files[i - 1].Split)
            {
                throw new InvalidDataException($"{files[i - 1].File} and {files[i].File} are both about split {files[i].Split} by their names. Move one away, or name one as the data set.");
            }
        }
        return files;
    }

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Letters();
}
