using System.Text;

namespace Semblance.Data.Readers;

/// <summary>A row of a table.</summary>
/// <param name="Line">Line number in the file, from 1.</param>
/// <param name="Values">As many as the header has columns.</param>
internal readonly record struct CsvRow(int Line, string[] Values);

/// <summary>A comma-separated file with a header; values may be in double quotes (RFC 4180).</summary>
internal sealed class CsvTable
{
    private CsvTable(string path, string[] columns, IReadOnlyList<CsvRow> rows) => (Path, Columns, Rows) = (path, columns, rows);

    public string Path { get; }

    public string[] Columns { get; }

    public IReadOnlyList<CsvRow> Rows { get; }

    /// <summary>Reads a file; a row that does not fit the header is a problem and is left out.</summary>
    public static CsvTable Read(string path, Problems problems)
    {
        string text = ReadText(path);
        CsvParser parser = new(text);
        List<CsvRow> rows = parser.Rows();
        if (parser.UnclosedQuote > 0)
        {
            problems.Add($"{path}, line {parser.UnclosedQuote}: a quote is opened and never closed. Close it.");
            rows.RemoveAll(row => row.Line == parser.UnclosedQuote);
        }
        if (rows.Count == 0)
        {
            throw new InvalidDataException($"{path} is empty; a header line and one line per image are needed.");
        }
        string[] columns = [.. rows[0].Values.Select(value => value.Trim())];
        rows.RemoveAt(0);
        rows.RemoveAll(row => !Fits(row, columns.Length, path, problems));
        return new(path, columns, rows);
    }

    /// <summary>The first of the given column names that the table has, without regard to case; -1 where it has none.</summary>
    public int Find(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            int at = Array.FindIndex(Columns, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (at >= 0)
            {
                return at;
            }
        }
        return -1;
    }

    /// <summary>The place of a line in messages.</summary>
    public string At(int line) => $"{Path}, line {line}";

    /// <summary>The columns, for messages.</summary>
    public string ColumnList => string.Join(", ", Columns.Select(column => $"\"{column}\""));

    private static bool Fits(CsvRow row, int columns, string path, Problems problems)
    {
        if (row.Values.Length != columns)
        {
            problems.Add($"{path}, line {row.Line}: {Count(row.Values.Length)}; the header has {columns} columns. Quote values that contain commas, or add what is missing.");
        }
        return row.Values.Length == columns;
    }

    private static string Count(int values) => values == 1 ? "1 value" : $"{values} values";

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"{path} is not text in UTF-8. Save it as UTF-8.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
