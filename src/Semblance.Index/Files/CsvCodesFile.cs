using System.Text;

namespace Semblance.Index.Files;

/// <summary>What a table of codes says of one of them.</summary>
/// <param name="Id">Its name; never empty.</param>
/// <param name="Tags">Its tags; empty where there are none.</param>
/// <param name="Payload">What else is known of it, JSON; null where nothing is.</param>
public sealed record CsvItem(string Id, IReadOnlyList<string> Tags, string? Payload = null)
{
    /// <summary>An item of which only the name is known.</summary>
    public CsvItem(string id)
        : this(id, [])
    {
    }
}

/// <summary>Some rows of a table of codes.</summary>
/// <param name="Codes">The codes.</param>
/// <param name="Items">One item a code.</param>
public sealed record CsvRows(Codes Codes, IReadOnlyList<CsvItem> Items);

/// <summary>Reads and writes codes as tables of comma-separated values (RFC 4180, UTF-8).</summary>
/// <remarks>
/// The first line names the columns, in any order:
/// <code>
/// id       the name of the code
/// code     the code as hexadecimal: two digits a byte, the first byte first, bit j in bit j mod 8 of byte j / 8
/// bits     in place of code: 0 and 1, the first bit first
/// tags     optional: tags with semicolons between them; in a tag \; is a semicolon and \\ a backslash
/// payload  optional: JSON
/// </code>
/// </remarks>
public static class CsvCodesFile
{
    /// <summary>Reads a whole table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code; null for 8 a byte of the first code, or as many as its column <c>bits</c> has.</param>
    /// <exception cref="InvalidDataException">A column or a cell is wrong; the line is named.</exception>
    public static CsvRows Read(string path, int? bits = null)
    {
        List<CsvItem> items = [];
        List<Codes> parts = [];
        foreach (CsvRows part in ReadParts(path, bits))
        {
            items.AddRange(part.Items);
            parts.Add(part.Codes);
        }

        return parts.Count > 0 ? new CsvRows(Codes.Concatenate(parts), items)
            : bits is { } known ? new CsvRows(new Codes(known, []), items)
            : throw new InvalidDataException($"{path}: it has no codes, so that nothing says how long they are. Say how many bits they have.");
    }

    /// <summary>Reads a table part by part; memory is bounded by a part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code; null for 8 a byte of the first code, or as many as its column <c>bits</c> has.</param>
    /// <param name="rows">Rows of a part, but for the last.</param>
    /// <exception cref="InvalidDataException">A column or a cell is wrong; the line is named; thrown when the place is reached.</exception>
    public static IEnumerable<CsvRows> ReadParts(string path, int? bits = null, int rows = 1 << 15)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if (bits is { } asked)
        {
            Codes.RequireBits(asked);
        }

        return Parts();

        IEnumerable<CsvRows> Parts()
        {
            using StreamReader text = new(path, new UTF8Encoding(false, throwOnInvalidBytes: false), detectEncodingFromByteOrderMarks: true, 1 << 16);
            CsvCodesTable table = new(new CsvRecords(text, path), bits);
            while (table.Read(rows) is { } part)
            {
                yield return part;
            }
        }
    }

    /// <summary>Writes a table beside its place and renames it.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="rows">Codes of equal length with their items.</param>
    /// <exception cref="ArgumentException">An id is empty, or codes and items differ in number or length.</exception>
    public static void Write(string path, CsvRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using CsvCodesWriter writer = new(path, rows.Codes.Bits);
        writer.Append(rows);
        writer.Complete();
    }
}
