using System.Globalization;
using Semblance.Data.Readers;

namespace Semblance.Data.Pairs;

/// <summary>A line of a list of pairs.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="First">Path of an image, perhaps without an extension.</param>
/// <param name="Second">Path of the other.</param>
/// <param name="Same">Whether both show the same.</param>
/// <param name="Fold">The fold; -1 where the list has none.</param>
internal readonly record struct PairLine(Place Place, string First, string Second, bool Same, int Fold);

/// <summary>Reads lists of pairs in the forms in which they are kept.</summary>
internal static class PairLines
{
    private const int NoFold = -1;

    public static List<PairLine> Read(string file, Problems problems)
    {
        List<PairLine> lines = file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? ReadTable(file, problems) : ReadText(file, problems);
        foreach (PairLine line in lines.Where(line => line.First == line.Second))
        {
            problems.Add($"{line.Place}: {line.First} is paired with itself. Name another image.");
        }
        if (lines.Any(line => line.Fold == NoFold) && lines.FirstOrDefault(line => line.Fold != NoFold) is { Place.List: not null } folded)
        {
            problems.Add($"{folded.Place}: the line has a fold, others have none. Give every line a fold, or none.");
        }
        return lines;
    }

    private static List<PairLine> ReadText(string file, Problems problems)
    {
        using IEnumerator<TextLine> lines = TextLines.Read(file).GetEnumerator();
        if (!lines.MoveNext())
        {
            throw new InvalidDataException($"{file} is empty; one line for each pair is needed.");
        }
        int?[] counts = [.. lines.Current.Values().Select(Number)];
        return counts.Length <= 2 && counts.All(count => count > 0) ? ReadFaces(lines, counts, problems) : ReadPaths(lines, problems);
    }

    /// <summary>The lists of LFW: in each fold first the pairs of one person, then those of two.</summary>
    private static List<PairLine> ReadFaces(IEnumerator<TextLine> lines, int?[] counts, Problems problems)
    {
        Place header = lines.Current.Place;
        (int folds, int each) = counts is [{ } first, { } second] ? (first, second) : (1, counts[0]!.Value);
        List<PairLine> read = [];
        long row = 0;
        for (; lines.MoveNext(); row++)
        {
            bool same = row / each % 2 == 0;
            if (Face(lines.Current, same, (int)(row / (2L * each)), problems) is { } line)
            {
                read.Add(line);
            }
        }
        if (row != 2L * folds * each)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{header}: {folds} folds of {each} pairs of either kind are promised, {2L * folds * each} lines; {row} follow. Copy the list again, or correct the numbers."));
        }
        // A list of one fold was made to be dealt.
        return folds > 1 ? read : [.. read.Select(line => line with { Fold = NoFold })];
    }

    private static PairLine? Face(TextLine line, bool same, int fold, Problems problems)
    {
        string[] values = line.Values();
        if (same && values is [{ } name, { } a, { } b] && Number(a) is { } first && Number(b) is { } second)
        {
            return new(line.Place, Photo(name, first), Photo(name, second), true, fold);
        }
        if (!same && values is [{ } left, { } c, { } right, { } d] && Number(c) is { } third && Number(d) is { } fourth && left != right)
        {
            return new(line.Place, Photo(left, third), Photo(right, fourth), false, fold);
        }
        string needed = same ? "a name and two numbers (a pair of one person)" : "a name, a number, another name and a number (a pair of two people)";
        problems.Add($"{line.Place}: \"{line.Text.Replace('\t', ' ')}\" was found; {needed} is needed there. Correct the line, or the numbers in line 1.");
        return null;
    }

    private static string Photo(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}/{name}_{number:D4}");

    private static List<PairLine> ReadPaths(IEnumerator<TextLine> lines, Problems problems)
    {
        List<PairLine> read = [];
        do
        {
            string[] values = lines.Current.Values();
            int? fold = values.Length == 4 ? Number(values[3]) : NoFold;
            if (values.Length is 3 or 4 && Flag(values[2]) is { } same && fold is { } known)
            {
                read.Add(new(lines.Current.Place, values[0], values[1], same, known));
            }
            else
            {
                problems.Add($"{lines.Current.Place}: \"{lines.Current.Text.Replace('\t', ' ')}\" was found; two paths, 1 (same) or 0 and perhaps the number of a fold are needed. Correct the line.");
            }
        }
        while (lines.MoveNext());
        return read;
    }

    private static List<PairLine> ReadTable(string file, Problems problems)
    {
        CsvTable table = CsvTable.Read(file, problems);
        (int a, int b, int same, int fold) = (table.Find("a"), table.Find("b"), table.Find("same"), table.Find("fold"));
        if (a < 0 || b < 0 || same < 0)
        {
            throw new InvalidDataException($"{table.At(1)}: the columns are {table.ColumnList}; a, b and same are needed, and perhaps fold. Rename them.");
        }
        List<PairLine> read = [];
        foreach (CsvRow row in table.Rows)
        {
            Place place = new(file, row.Line);
            int? number = fold < 0 ? NoFold : Number(row.Values[fold].Trim());
            if (Flag(row.Values[same].Trim()) is { } flag && number is { } known)
            {
                read.Add(new(place, row.Values[a].Trim(), row.Values[b].Trim(), flag, known));
            }
            else
            {
                problems.Add($"{place}: same is \"{row.Values[same].Trim()}\"{(fold < 0 ? "" : $" and fold \"{row.Values[fold].Trim()}\"")}; 1 or 0 is needed{(fold < 0 ? "" : ", and a whole number")}. Correct the line.");
            }
        }
        return read;
    }

    private static bool? Flag(string text) => text.ToUpperInvariant() switch { "1" or "TRUE" => true, "0" or "FALSE" => false, _ => null };

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
