using System.Text;

namespace Semblance.Index.Files;

/// <summary>Reads the records of a table of comma-separated values (RFC 4180): cells may stand in quotes, with commas, doubled quotes and line ends in them.</summary>
internal sealed class CsvRecords(TextReader text, string path)
{
    private const int MostCharacters = 1 << 24;
    private readonly StringBuilder _cell = new();
    private int _next = text.Read();
    private int _line = 1;
    private int _read;

    /// <summary>The line on which the last record began.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The cells of the next record; null at the end. Empty lines are passed over.</summary>
    /// <exception cref="InvalidDataException">A quote that does not close, or one in the middle of a cell.</exception>
    public string[]? Read()
    {
        while (_next is '\r' or '\n')
        {
            SkipLineEnd();
        }

        if (_next < 0)
        {
            return null;
        }

        (Line, _read) = (_line, 0);
        List<string> cells = [ReadCell()];
        while (_next == ',')
        {
            Advance();
            cells.Add(ReadCell());
        }

        SkipLineEnd();
        return [.. cells];
    }

    /// <summary>What is wrong with the last record, with its place.</summary>
    public InvalidDataException Fault(string what) => new($"{path}, line {Line}: {what}");

    private string ReadCell()
    {
        _cell.Clear();
        if (_next == '"')
        {
            ReadQuoted();
        }
        else
        {
            while (_next is not (',' or '\r' or '\n' or < 0))
            {
                Require(_next != '"', "a quote stands inside a cell. Put the whole cell in quotes, and double the quotes in it.");
                Take();
            }
        }

        return _cell.ToString();
    }

    private void ReadQuoted()
    {
        Advance();
        while (true)
        {
            Require(_next >= 0, "its quote is not closed before the file ends. Close it.");
            if (_next == '"')
            {
                Advance();
                if (_next != '"')
                {
                    break;
                }
            }

            _line += _next == '\n' ? 1 : 0;
            Take();
        }

        Require(_next is ',' or '\r' or '\n' or < 0, "something follows a closing quote. Double the quotes inside a cell.");
    }

    private void Take()
    {
        _cell.Append((char)_next);
        Require(++_read <= MostCharacters, $"it has more than {MostCharacters} characters. Look for a quote that is not closed.");
        Advance();
    }

    private void SkipLineEnd()
    {
        if (_next == '\r')
        {
            Advance();
        }

        if (_next == '\n')
        {
            Advance();
        }

        _line++;
    }

    private void Advance() => _next = text.Read();

    private void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw Fault(what);
        }
    }
}
