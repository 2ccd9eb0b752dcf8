using System.Globalization;
using System.Text;
using Semblance.IO;

namespace Semblance.Curriculum;

/// <summary>One sample of a <see cref="SubsetTable"/>.</summary>
/// <param name="Id">Who it is: unique in the table.</param>
/// <param name="Label">Its class's name or number.</param>
/// <param name="Subset">0 for the cleanest, ascending with noise.</param>
/// <param name="Density">The number that the subset follows from; larger is cleaner.</param>
public readonly record struct SubsetRow(string Id, string Label, int Subset, double Density);

/// <summary>The table "id label subset density" in a file: how clean every sample is, for people, other programs and the staged training.</summary>
/// <remarks>UTF-8 text, a header line, one line a sample, tabs between. Ids and labels hold neither tabs nor line breaks. Numbers are written so that reading gives the same bits.</remarks>
public static class SubsetTable
{
    private const string Header = "id\tlabel\tsubset\tdensity";

    /// <summary>Writes a table; the file is whole or stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Its samples.</param>
    /// <exception cref="ArgumentException">An id is empty or twice there, an id or a label holds a tab or a line break, a subset is below 0, or a density is not finite.</exception>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<SubsetRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Check(rows);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(Header);
            foreach (SubsetRow row in rows)
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Id}\t{row.Label}\t{row.Subset}\t{row.Density:R}"));
            }
        });
    }

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is missing, or a line is not what it should be; the message names the line.</exception>
    public static IReadOnlyList<SubsetRow> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is not there; a table of subsets is needed. 'semblance curriculum' writes one.");
        }

        var rows = new List<SubsetRow>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        int line = 0;
        foreach (string text in File.ReadLines(path))
        {
            if (++line == 1)
            {
                if (text != Header)
                {
                    throw Wrong(path, line, $"the header is '{text}'; '{Header.Replace("\t", "<tab>", StringComparison.Ordinal)}' is needed");
                }
            }
            else
            {
                SubsetRow row = ReadRow(path, line, text);
                rows.Add(ids.Add(row.Id) ? row : throw Wrong(path, line, $"the id '{row.Id}' is there a second time; every id stands once"));
            }
        }

        return line > 0 ? rows : throw Wrong(path, 1, "the file is empty; a header is needed");
    }

    private static SubsetRow ReadRow(string path, int line, string text)
    {
        string[] fields = text.Split('\t');
        if (fields.Length != 4)
        {
            throw Wrong(path, line, $"{fields.Length} fields; id, label, subset and density with tabs between are needed");
        }

        if (fields[0].Length == 0)
        {
            throw Wrong(path, line, "the id is empty");
        }

        if (!int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out int subset))
        {
            throw Wrong(path, line, $"the subset is '{fields[2]}'; a whole number from 0 on is needed");
        }

        return double.TryParse(fields[3], NumberStyles.Float, CultureInfo.InvariantCulture, out double density) && double.IsFinite(density)
            ? new SubsetRow(fields[0], fields[1], subset, density)
            : throw Wrong(path, line, $"the density is '{fields[3]}'; a finite number is needed");
    }

    private static void Check(IReadOnlyList<SubsetRow> rows)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (SubsetRow row in rows)
        {
            string? fault = row switch
            {
                { Id: null or "" } => "has no id",
                { Label: null } => "has no label",
                _ when row.Id.AsSpan().ContainsAny("\t\r\n") || row.Label.AsSpan().ContainsAny("\t\r\n") => "has a tab or a line break in its id or label",
                { Subset: < 0 } => $"is in subset {row.Subset}; subsets count from 0",
                _ when !double.IsFinite(row.Density) => "has a density that is not finite",
                _ => ids.Add(row.Id) ? null : "is there twice",
            };
            if (fault is not null)
            {
                throw new ArgumentException($"The sample '{row.Id}' {fault}.", nameof(rows));
            }
        }
    }

    private static InvalidDataException Wrong(string path, int line, string what) => new($"{path}, line {line}: {what}. Repair the line or write the table anew with 'semblance curriculum'.");
}
