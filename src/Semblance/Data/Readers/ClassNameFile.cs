namespace Semblance.Data.Readers;

/// <summary>A text file of class names, one a line; the line is the index.</summary>
internal static class ClassNameFile
{
    public static string[] Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message}", exception);
        }
        string[] names = [.. lines.Select(line => line.Trim())];
        while (names is [.., ""])
        {
            names = names[..^1];
        }
        Demand(path, names);
        return names;
    }

    private static void Demand(string path, string[] names)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i].Length == 0)
            {
                throw new InvalidDataException($"{path}, line {i + 1} is blank; every line is one class name. Remove the line, or name the class.");
            }
            if (!seen.TryAdd(names[i], i + 1))
            {
                throw new InvalidDataException($"{path}, line {i + 1}: class \"{names[i]}\" was already named in line {seen[names[i]]}. Give each class its own name.");
            }
        }
        if (names.Length == 0)
        {
            throw new InvalidDataException($"{path} is empty; one class name per line is needed.");
        }
    }
}
