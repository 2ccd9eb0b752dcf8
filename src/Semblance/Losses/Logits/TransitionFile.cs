using System.Globalization;

namespace Semblance.Losses.Logits;

/// <summary>A matrix of label transitions as text: a line a true class, on it a number a label, between spaces, tabs or commas; empty lines and those that begin with # do not count.</summary>
internal static class TransitionFile
{
    private const int LongestFile = 1 << 28;
    private static readonly char[] Separators = [' ', '\t', ','];

    /// <summary>The numbers, row by row.</summary>
    /// <exception cref="InvalidDataException">The file is not there or is no matrix of so many classes.</exception>
    public static double[] Read(string path, int classes)
    {
        List<double> values = [];
        int rows = 0, number = 0;
        foreach (string line in Lines(path))
        {
            number++;
            if (line.AsSpan().Trim() is "" || line.TrimStart().StartsWith('#'))
            {
                continue;
            }
            string[] cells = line.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (cells.Length != classes)
            {
                throw new InvalidDataException($"{path}, line {number}: there are {cells.Length} numbers; {classes} classes need {classes}.");
            }
            values.AddRange(cells.Select(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && value >= 0
                ? value
                : throw new InvalidDataException($"{path}, line {number}: \"{cell}\" is no number of at least 0; write probabilities or counts.")));
            rows++;
        }
        return rows == classes ? [.. values] : throw new InvalidDataException($"{path} has {rows} rows; {classes} classes need {classes}, one for each true class in the order of the classes.");
    }

    private static string[] Lines(string path)
    {
        try
        {
            return new FileInfo(path).Length <= LongestFile
                ? File.ReadAllLines(path)
                : throw new InvalidDataException($"{path} has more than {LongestFile} bytes; a matrix of transitions is smaller. Give its path.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message} Give the path of a matrix of label transitions.", exception);
        }
    }
}
