using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Semblance.Index.Files;

/// <summary>The rows of a table of codes, under its header; see <see cref="CsvCodesFile"/>.</summary>
internal sealed class CsvCodesTable
{
    private static readonly string[] Columns = ["id", "code", "bits", "tags", "payload"];

    private readonly CsvRecords _records;
    private readonly int _columns;
    private readonly int _id;
    private readonly int _code;
    private readonly int _tags;
    private readonly int _payload;
    private readonly bool _hexadecimal;
    private int _bits;

    /// <summary>Reads the header.</summary>
    public CsvCodesTable(CsvRecords records, int? bits)
    {
        (_records, _bits) = (records, bits ?? 0);
        string[] header = records.Read() ?? throw records.Fault("it is empty; a first line that names the columns is needed: id and code (or bits), perhaps tags and payload.");
        string[] names = [.. header.Select(name => name.Trim().ToLowerInvariant())];
        foreach (string name in names)
        {
            if (!Columns.Contains(name) || names.Count(other => other == name) > 1)
            {
                throw records.Fault($"the column \"{name}\" is unknown or stands twice. The first line names id and code (or bits), perhaps tags and payload, and nothing else.");
            }
        }

        int Place(string name) => Array.IndexOf(names, name);
        (_columns, _id, _tags, _payload) = (names.Length, Place("id"), Place("tags"), Place("payload"));
        _hexadecimal = Place("code") >= 0;
        _code = Math.Max(Place("code"), Place("bits"));
        if (_id < 0 || _code < 0 || (_hexadecimal && Place("bits") >= 0))
        {
            throw records.Fault($"it names the columns {string.Join(", ", names)}; id and either code (hexadecimal) or bits (0 and 1) are needed.");
        }
    }

    /// <summary>The next rows; null at the end.</summary>
    public CsvRows? Read(int rows)
    {
        List<CsvItem> items = [];
        List<ulong> words = [];
        while (items.Count < rows && _records.Read() is { } cells)
        {
            if (cells.Length != _columns)
            {
                throw _records.Fault($"{cells.Length} cells, where the first line names {_columns} columns. Put a cell that has a comma in quotes.");
            }

            items.Add(ItemOf(cells));
            AddCode(cells[_code].Trim(), words);
        }

        return items.Count == 0 ? null : new CsvRows(new Codes(_bits, [.. words]), items);
    }

    private CsvItem ItemOf(string[] cells)
    {
        if (cells[_id].Length == 0)
        {
            throw _records.Fault("its id is empty. Give every code a name.");
        }

        string? payload = _payload < 0 || cells[_payload].Length == 0 ? null : cells[_payload];
        if (payload is not null && !IsJson(payload))
        {
            throw _records.Fault("its payload is no JSON. Put text in quotes, which double in a table: \"\"\"like this\"\"\".");
        }

        return new CsvItem(cells[_id], _tags < 0 ? [] : CsvTags.Parse(cells[_tags]), payload);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using JsonDocument parsed = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void AddCode(string text, List<ulong> words)
    {
        if (_hexadecimal && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            text = text[2..];
        }

        int length = _hexadecimal ? Codes.BytesFor(_bits) * 2 : _bits;
        if (_bits == 0)
        {
            length = text.Length;
            _bits = _hexadecimal ? text.Length * 4 : text.Length;
        }

        if (text.Length != length || _bits is < 1 or > Codes.MaxBits || (_hexadecimal && length % 2 != 0))
        {
            throw _records.Fault(string.Create(CultureInfo.InvariantCulture, $"its code has {text.Length} {(_hexadecimal ? "hexadecimal digits, two a byte" : "bits")}; codes of {(_bits is > 0 and <= Codes.MaxBits ? _bits : $"1 to {Codes.MaxBits}")} bits are needed."));
        }

        Span<ulong> code = stackalloc ulong[Codes.WordsFor(_bits)];
        code.Clear();
        if (_hexadecimal ? !FromHexadecimal(text, code) : !FromBits(text, code))
        {
            throw _records.Fault($"its code \"{(text.Length > 40 ? text[..40] + "..." : text)}\" has {(_hexadecimal ? "characters other than hexadecimal digits. Use the column bits for 0 and 1" : "characters other than 0 and 1. Use the column code for hexadecimal")}.");
        }

        if ((_bits & 63) != 0 && (code[^1] & (ulong.MaxValue << (_bits & 63))) != 0)
        {
            throw _records.Fault($"its code has ones above its {_bits} bits; those must be zero. Check the number of bits.");
        }

        words.AddRange(code);
    }

    private static bool FromHexadecimal(string text, Span<ulong> code) =>
        Convert.FromHexString(text, MemoryMarshal.AsBytes(code), out _, out _) == OperationStatus.Done;

    private static bool FromBits(string text, Span<ulong> code)
    {
        for (int bit = 0; bit < text.Length; bit++)
        {
            if (text[bit] is not ('0' or '1'))
            {
                return false;
            }

            code[bit >> 6] |= (ulong)(text[bit] - '0') << (bit & 63);
        }

        return true;
    }
}

/// <summary>Tags in one cell of a table.</summary>
internal static class CsvTags
{
    /// <summary>The tags of a cell, without empty ones.</summary>
    public static IReadOnlyList<string> Parse(string cell)
    {
        if (cell.Length == 0)
        {
            return [];
        }

        List<string> tags = [];
        StringBuilder tag = new();
        for (int i = 0; i <= cell.Length; i++)
        {
            if (i == cell.Length || cell[i] == ';')
            {
                tags.Add(tag.ToString().Trim());
                tag.Clear();
            }
            else
            {
                i += cell[i] == '\\' && i + 1 < cell.Length ? 1 : 0;
                tag.Append(cell[i]);
            }
        }

        return [.. tags.Where(one => one.Length > 0)];
    }

    /// <summary>Tags as one cell.</summary>
    public static string Join(IReadOnlyList<string> tags) =>
        string.Join(';', tags.Select(tag => tag.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)));
}
