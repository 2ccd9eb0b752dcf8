using System.Text;
using System.Text.Json;
using Semblance.IO;

namespace Semblance.Serving.Browsing;

/// <summary>Judgments in a file of JSON lines: what a call has acknowledged is on the disk. Safe for concurrent use; several processes may have the file open, the first that changes it keeps the others from it.</summary>
/// <remarks>
/// The last judgment of a pair counts. A line that a crash has cut off is dropped when the file is opened; any other line that cannot be read is an error. When most lines
/// have been overtaken by later ones, opening writes the file anew. A file beside it, which stays, is locked whenever this one is changed; what others have written until
/// then is read first.
/// </remarks>
public sealed class JudgmentLog : IDisposable
{
    private const int WorthRewriting = 1_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Query, string Item), Judgment> _judgments = [];
    private readonly int _most;
    private readonly TimeProvider _time;
    private FileStream? _stream;
    private FileStream? _held;
    private long _whole;

    /// <summary>Reads the judgments that are there.</summary>
    /// <param name="path">The file; it is made with the first judgment.</param>
    /// <param name="most">The most judgments that are kept.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InvalidDataException">A line is no judgment.</exception>
    public JudgmentLog(string path, int most = 1_000_000, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (Path, _most, _time) = (path, most, time ?? TimeProvider.System);
        if (Read() is var lines && lines > WorthRewriting && lines > 2 * _judgments.Count)
        {
            Tidy();
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Keeps a judgment; an earlier one of the same pair is overtaken.</summary>
    /// <param name="query">What was searched for.</param>
    /// <param name="item">The result.</param>
    /// <param name="relevant">Whether it is right.</param>
    /// <returns>Whether there was none of this pair before.</returns>
    /// <exception cref="SemblanceException">The file cannot be written, another process writes to it, or it holds as many judgments as it may.</exception>
    public bool Add(JudgedQuery query, string item, bool relevant)
    {
        lock (_lock)
        {
            Begin();
            (string, string) key = (Key(query), item);
            if (_judgments.Count >= _most && !_judgments.ContainsKey(key))
            {
                throw new SemblanceException($"{Path} holds {_most} judgments, as many as are kept. Export them, and move the file away to begin anew.");
            }
            JudgmentLine line = new(query, item, _time.GetUtcNow(), relevant);
            Append(line);
            bool added = !_judgments.ContainsKey(key);
            _judgments[key] = new Judgment(query, item, relevant, line.Time);
            return added;
        }
    }

    /// <summary>Takes a judgment back.</summary>
    /// <param name="query">What was searched for.</param>
    /// <param name="item">The result.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="SemblanceException">The file cannot be written, or another process writes to it.</exception>
    public bool Remove(JudgedQuery query, string item)
    {
        lock (_lock)
        {
            Begin();
            if (!_judgments.ContainsKey((Key(query), item)))
            {
                return false;
            }
            Append(new JudgmentLine(query, item, _time.GetUtcNow()));
            return _judgments.Remove((Key(query), item));
        }
    }

    /// <summary>The judgments in the order of their times, those of equal times by query and item.</summary>
    /// <param name="query">Only those of this query; null for all.</param>
    public IReadOnlyList<Judgment> All(JudgedQuery? query = null)
    {
        lock (_lock)
        {
            string? key = query is null ? null : Key(query);
            return [.. _judgments.Where(pair => key is null || pair.Key.Query == key)
                .OrderBy(pair => pair.Value.Time).ThenBy(pair => pair.Key.Query, StringComparer.Ordinal).ThenBy(pair => pair.Key.Item, StringComparer.Ordinal)
                .Select(pair => pair.Value)];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream?.Dispose();
        _held?.Dispose();
    }

    /// <summary>A query as one text, by which judgments of the same pair are found.</summary>
    internal static string Key(JudgedQuery query) => query.Id is { } id ? "id:" + id : "code:" + query.Code;

    private int Read()
    {
        byte[] bytes = File.Exists(Path) ? File.ReadAllBytes(Path) : [];
        List<JudgmentLine> lines = [];
        int whole = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', whole)) >= 0; whole = end + 1)
        {
            lines.Add(Parse(bytes.AsSpan(whole, end - whole), lines.Count + 1));
        }
        _judgments.Clear();
        lines.ForEach(Take);
        _whole = whole;
        return lines.Count;
    }

    private void Take(JudgmentLine line)
    {
        (string, string) key = (Key(line.Query), line.Item);
        if (line.Relevant is { } relevant)
        {
            _judgments[key] = new Judgment(line.Query, line.Item, relevant, line.Time);
        }
        else
        {
            _judgments.Remove(key);
        }
    }

    private JudgmentLine Parse(ReadOnlySpan<byte> text, int number)
    {
        try
        {
            JudgmentLine? line = JsonSerializer.Deserialize(text, BrowsingJson.Default.JudgmentLine);
            return line is { Query: { } query, Item.Length: > 0 } && query.Id is null != query.Code is null ? line
                : throw new InvalidDataException($"{Path}, line {number}: a judgment needs a query with an id or a code, and an item. Remove the line.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{Path}, line {number}: {Shown(text)} is no judgment: {exception.Message} Remove the line.", exception);
        }
    }

    private static string Shown(ReadOnlySpan<byte> text) => text.Length <= 80 ? Encoding.UTF8.GetString(text) : Encoding.UTF8.GetString(text[..80]) + "…";

    /// <summary>Before the first change: keeps other processes from changing the file, and reads what they have written since it was opened.</summary>
    private void Begin()
    {
        if (_held is not null)
        {
            return;
        }
        FileStream held = Hold();
        try
        {
            Read();
            _held = held;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SemblanceException(exception.Message, exception);
        }
        finally
        {
            if (_held is null)
            {
                held.Dispose();
            }
        }
    }

    /// <summary>Keeps other processes from changing the file; they may read it. The lock file stays: where it were deleted, two could hold one each.</summary>
    private FileStream Hold()
    {
        try
        {
            return new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException exception) when (AtomicFile.IsHeld(exception))
        {
            throw new SemblanceException("another server keeps the judgments of this collection. Judge there, or stop that server and try again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SemblanceException(AtomicFile.Explain(Path, exception), exception);
        }
    }

    private void Append(JudgmentLine line)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, BrowsingJson.Default.JudgmentLine), (byte)'\n'];
        try
        {
            _stream ??= new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            // Behind the last whole line: what a crash or a full disk has left of another is overwritten.
            _stream.SetLength(_whole);
            _stream.Position = _whole;
            _stream.Write(bytes);
            _stream.Flush(flushToDisk: true);
            _whole += bytes.Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SemblanceException(AtomicFile.Explain(Path, exception), exception);
        }
    }

    private void Tidy()
    {
        try
        {
            using FileStream held = Hold();
            Read();
            Rewrite();
        }
        catch (SemblanceException)
        {
            // Another process writes to the file, or nothing can be written there: it is as good with the lines that were overtaken.
        }
    }

    private void Rewrite()
    {
        using MemoryStream text = new();
        foreach (Judgment judgment in All())
        {
            JsonSerializer.Serialize(text, new JudgmentLine(judgment.Query, judgment.Item, judgment.Time, judgment.Relevant), BrowsingJson.Default.JudgmentLine);
            text.WriteByte((byte)'\n');
        }
        AtomicFile.Write(Path, stream => text.WriteTo(stream));
        _whole = text.Length;
    }
}
