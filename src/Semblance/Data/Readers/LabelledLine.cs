using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>A line of a list: a path, white space, and the number of a class.</summary>
/// <param name="Path">The path, with '/' between folders.</param>
/// <param name="Label">The number as it stands in the list of classes.</param>
internal readonly record struct LabelledLine(string Path, string Label)
{
    /// <summary>Cuts a line; what is wrong with it is a problem and gives null.</summary>
    /// <param name="line">The line.</param>
    /// <param name="classes">How many classes there are; labels count from 0.</param>
    /// <param name="listed">Where they are listed, for messages.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static LabelledLine? Cut(TextLine line, int classes, string listed, Problems problems)
    {
        int end = line.Text.LastIndexOfAny([' ', '\t']);
        string label = line.Text[(end + 1)..];
        if (end < 0)
        {
            problems.Add($"{line.Place}: \"{line.Text}\" was found; a path, a space and the number of a class are needed. Correct the line.");
            return null;
        }
        if (!int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number >= classes)
        {
            problems.Add($"{line.Place}: class \"{label}\" is not in {listed}; numbers from 0 to {classes - 1} are needed. Correct the number.");
            return null;
        }
        return new(line.Text[..end].TrimEnd().Replace('\\', '/'), number.ToString(CultureInfo.InvariantCulture));
    }
}
