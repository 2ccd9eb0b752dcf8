using System.Text;

namespace Semblance.Index.Files;

/// <summary>Writes a table of codes part by part, beside its place, and renames it when it is complete; see <see cref="CsvCodesFile"/>.</summary>
/// <remarks>Codes of whole bytes are written as hexadecimal, others as 0 and 1, so that a reader sees how many bits they have.</remarks>
public sealed class CsvCodesWriter : IDisposable
{
    private static readonly char[] Special = [',', '"', '\r', '\n'];

    private readonly PartialFile _file;
    private readonly StreamWriter _text;
    private readonly int _bits;
    private bool _begun;
    private bool _tags;
    private bool _payload;

    /// <summary>Begins a table.</summary>
    /// <param name="path">The final path; it appears, or is replaced, only by <see cref="Complete"/>.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="tags">Whether there is a column of tags; null for whether the first part has some.</param>
    /// <param name="payload">Whether there is a column of payloads; null for whether the first part has some.</param>
    public CsvCodesWriter(string path, int bits, bool? tags = null, bool? payload = null)
    {
        Codes.RequireBits(bits);
        (_bits, Tags, Payload) = (bits, tags, payload);
        _file = new PartialFile(path);
        _text = new StreamWriter(_file.Stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
    }

    private bool? Tags { get; }

    private bool? Payload { get; }

    /// <summary>Appends rows.</summary>
    /// <exception cref="ArgumentException">An id is empty, codes and items differ in number or length, or tags or a payload come where there is no column for them.</exception>
    public void Append(CsvRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Codes.RequireSameBits(_bits, rows.Codes.Bits);
        if (rows.Codes.Count != rows.Items.Count)
        {
            throw new ArgumentException($"{rows.Codes.Count} codes came with {rows.Items.Count} items. Give one item a code.", nameof(rows));
        }

        Begin(rows.Items);
        Span<byte> bytes = new byte[Codes.BytesFor(_bits)];
        for (int row = 0; row < rows.Items.Count; row++)
        {
            rows.Codes.CopyBytes(row, 1, bytes);
            Write(rows.Items[row], _bits % 8 == 0 ? Convert.ToHexStringLower(bytes) : ToBits(rows.Codes, row));
        }
    }

    /// <summary>Flushes to the disk and gives the file its name.</summary>
    public void Complete()
    {
        Begin([]);
        _text.Flush();
        _file.Complete();
    }

    /// <summary>Closes the file; an incomplete one is deleted.</summary>
    public void Dispose()
    {
        if (_file.Stream.CanWrite)
        {
            _text.Dispose();
        }

        _file.Dispose();
    }

    private void Begin(IReadOnlyList<CsvItem> first)
    {
        if (_begun)
        {
            return;
        }

        _begun = true;
        _tags = Tags ?? first.Any(item => item.Tags.Count > 0);
        _payload = Payload ?? first.Any(item => item.Payload is not null);
        _text.WriteLine($"id,{(_bits % 8 == 0 ? "code" : "bits")}{(_tags ? ",tags" : "")}{(_payload ? ",payload" : "")}");
    }

    private void Write(CsvItem item, string code)
    {
        if (item.Id.Length == 0 || (!_tags && item.Tags.Count > 0) || (!_payload && item.Payload is not null))
        {
            throw new ArgumentException(item.Id.Length == 0 ? "an item has an empty id; give every code a name." : $"item '{item.Id}' has tags or a payload, and the table was begun without a column for them. Say at the beginning that there are some.");
        }

        _text.Write(Cell(item.Id));
        _text.Write(',');
        _text.Write(code);
        if (_tags)
        {
            _text.Write(',');
            _text.Write(Cell(CsvTags.Join(item.Tags)));
        }

        if (_payload)
        {
            _text.Write(',');
            _text.Write(Cell(item.Payload ?? ""));
        }

        _text.WriteLine();
    }

    private static string Cell(string text) => text.IndexOfAny(Special) < 0 && !text.StartsWith(' ') ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string ToBits(Codes codes, int row) => string.Create(codes.Bits, (codes, row), static (text, source) =>
    {
        for (int bit = 0; bit < text.Length; bit++)
        {
            text[bit] = source.codes.Bit(source.row, bit) ? '1' : '0';
        }
    });
}
