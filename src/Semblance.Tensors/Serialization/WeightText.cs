using System.Globalization;
using System.Text;

namespace Semblance.Tensors.Serialization;

/// <summary>Words of the messages about weight files.</summary>
internal static class WeightText
{
    /// <summary>A shape as [64, 3, 7, 7]; [] is a single number.</summary>
    public static string Shape(ReadOnlySpan<long> shape)
    {
        StringBuilder text = new("[");
        for (int i = 0; i < shape.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(shape[i].ToString(CultureInfo.InvariantCulture));
        }
        return text.Append(']').ToString();
    }

    /// <summary>A name out of a file that may hold anything: one line, printable, not longer than a line.</summary>
    public static string Printable(string name)
    {
        StringBuilder text = new(Math.Min(name.Length, 103));
        foreach (char letter in name.AsSpan(0, Math.Min(name.Length, 100)))
        {
            text.Append(char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter);
        }
        return name.Length > 100 ? text.Append("...").ToString() : text.ToString();
    }

    /// <summary>The exception for a file that is not what it should be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What was found, what is needed, what to do; whole sentences.</param>
    public static InvalidDataException Bad(string path, string problem) => new($"{path}: {problem}");
}
