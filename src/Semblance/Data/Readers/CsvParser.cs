using System.Text;

namespace Semblance.Data.Readers;

/// <summary>Cuts text into rows and values (RFC 4180); blank lines are passed over.</summary>
internal sealed class CsvParser(string text)
{
    private int _at;
    private int _line = 1;

    /// <summary>The line in which a quote was opened and never closed; 0 where there is none.</summary>
    public int UnclosedQuote { get; private set; }

    public List<CsvRow> Rows()
    {
        List<CsvRow> rows = [];
        while (_at < text.Length)
        {
            int line = _line;
            string[] values = Row();
            if (values is not [""])
            {
                rows.Add(new(line, values));
            }
        }
        return rows;
    }

    private string[] Row()
    {
        List<string> values = [Value()];
        while (_at < text.Length && text[_at] == ',')
        {
            _at++;
            values.Add(Value());
        }
        // What stopped the last value is the end of the line or of the text.
        _at++;
        _line++;
        return [.. values];
    }

    private string Value()
    {
        string quoted = _at < text.Length && text[_at] == '"' ? Quoted() : "";
        int start = _at;
        while (_at < text.Length && text[_at] is not (',' or '\n'))
        {
            _at++;
        }
        return quoted + text[start.._at].TrimEnd('\r');
    }

    private string Quoted()
    {
        StringBuilder value = new();
        int opened = _line;
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] == '"' && (_at + 1 == text.Length || text[_at + 1] != '"'))
            {
                _at++;
                return value.ToString();
            }
            // Two quotes stand for one.
            _at += text[_at] == '"' ? 1 : 0;
            _line += text[_at] == '\n' ? 1 : 0;
            value.Append(text[_at]);
        }
        UnclosedQuote = opened;
        return value.ToString();
    }
}
