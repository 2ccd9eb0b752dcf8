using System.Globalization;
using System.Text;
using Semblance.Index.Files;
using Semblance.Index.Segments;

namespace Semblance.Index.Storage;

/// <summary>What an index consists of: the one file that is replaced, and so the point at which a change counts.</summary>
/// <remarks>
/// Lines of text, each a name and its values; the last one is the CRC-32C of all before it, in hexadecimal digits.
/// <code>
/// semblance-index 1                                           the version of the format
/// codes 64 bits, ids number
/// next 9                                                      files from this number on are not part of the index
/// segment 3 length 81472 checksum 0f12ab99 deleted 5 checksum 77aa0102      or: deleted none
/// log 8 from 1201 length 4096                                 number, first sequence number, bytes known to be on the disk
/// checksum 89abcdef
/// </code>
/// </remarks>
internal sealed record Manifest(int Bits, IdKind Ids, long Next, IReadOnlyList<SegmentEntry> Segments, LogEntry Log)
{
    public const int Version = 1;
    private const string FirstWord = "semblance-index";

    /// <summary>Reads the manifest of an index.</summary>
    /// <exception cref="InvalidDataException">There is none, it is damaged, or of a newer version.</exception>
    public static Manifest Read(FileStore store)
    {
        string path = store.PathOf(FileNames.Manifest);
        byte[] bytes;
        try
        {
            bytes = store.Read(FileNames.Manifest);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{path}: there is no such file, so the directory is not an index. Name the directory of an index, or create one.", fault);
        }

        return new Reader(path, bytes).Read();
    }

    /// <summary>Writes the manifest beside the one that counts and syncs it, so that only <see cref="Switch"/> is left to do.</summary>
    public void Prepare(FileStore store)
    {
        using (StoredFile file = store.Create(FileNames.NewManifest))
        {
            file.Append(ToBytes());
            file.Sync();
        }

        store.SyncDirectory();
    }

    /// <summary>Makes the prepared manifest the one that counts.</summary>
    public static void Switch(FileStore store)
    {
        store.Rename(FileNames.NewManifest, FileNames.Manifest);
        store.SyncDirectory();
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        CultureInfo culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"{FirstWord} {Version}\n");
        text.Append(culture, $"codes {Bits} bits, ids {(Ids == IdKind.Number ? "number" : "text")}\n");
        text.Append(culture, $"next {Next}\n");
        foreach (SegmentEntry entry in Segments)
        {
            string deleted = entry.Deleted is { } file ? string.Create(culture, $"{file.Number} checksum {file.Checksum:x8}") : "none";
            text.Append(culture, $"segment {entry.Number} length {entry.Length} checksum {entry.Checksum:x8} deleted {deleted}\n");
        }

        text.Append(culture, $"log {Log.Number} from {Log.FirstSequence} length {Log.Length}\n");
        uint checksum = Checksum.Of(Encoding.ASCII.GetBytes(text.ToString()));
        text.Append(culture, $"checksum {checksum:x8}\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private sealed class Reader(string path, byte[] bytes)
    {
        private readonly Queue<string> _words = new();
        private Queue<string> _lines = new();

        public Manifest Read()
        {
            RequireChecksum();
            RequireVersion();
            (int bits, IdKind ids) = ReadCodes();
            NextLine("next");
            long next = Number();
            var segments = new List<SegmentEntry>();
            while (_lines.TryPeek(out string? line) && line.StartsWith("segment ", StringComparison.Ordinal))
            {
                segments.Add(ReadSegment());
            }

            NextLine("log");
            LogEntry log = new(Number(), NumberAfter("from"), NumberAfter("length"));
            return _lines.Count == 0 ? new Manifest(bits, ids, next, segments, log) : throw Damaged("a line is left over");
        }

        private void RequireChecksum()
        {
            const int LastLine = 18;
            string last = bytes.Length > LastLine ? Encoding.ASCII.GetString(bytes, bytes.Length - LastLine, LastLine) : "";
            if (last != string.Create(CultureInfo.InvariantCulture, $"checksum {Checksum.Of(bytes.AsSpan(0, Math.Max(0, bytes.Length - LastLine))):x8}\n"))
            {
                throw Damaged("the checksum in its last line is not that of the lines before it");
            }

            _lines = new Queue<string>(Encoding.ASCII.GetString(bytes, 0, bytes.Length - LastLine).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        private void RequireVersion()
        {
            NextLine(FirstWord);
            long version = Number();
            if (version != Version)
            {
                throw new InvalidDataException($"{path}: the index has version {version} of the format; this program reads version {Version}. Use a newer program.");
            }
        }

        private (int Bits, IdKind Ids) ReadCodes()
        {
            NextLine("codes");
            long bits = Number();
            Expect("bits,");
            Expect("ids");
            string kind = Word();
            return bits is >= 1 and <= Codes.MaxBits && kind is "number" or "text"
                ? ((int)bits, kind == "number" ? IdKind.Number : IdKind.Text)
                : throw Damaged($"codes of {bits} bits and ids of kind '{kind}' are not possible");
        }

        private SegmentEntry ReadSegment()
        {
            NextLine("segment");
            long number = Number();
            long length = NumberAfter("length");
            uint checksum = ChecksumWord();
            Expect("deleted");
            string deleted = Word();
            return new SegmentEntry(number, length, checksum, deleted == "none" ? null : new DeletedEntry(Number(deleted), ChecksumWord()));
        }

        private void NextLine(string name)
        {
            if (_words.Count > 0 || !_lines.TryDequeue(out string? line))
            {
                throw Damaged($"the line '{name}' is missing");
            }

            foreach (string word in line.Split(' '))
            {
                _words.Enqueue(word);
            }

            Expect(name);
        }

        private string Word() => _words.TryDequeue(out string? word) ? word : throw Damaged("a line is too short");

        private void Expect(string expected)
        {
            if (Word() is var word && word != expected)
            {
                throw Damaged($"'{word}' stands where '{expected}' is needed");
            }
        }

        private long Number() => Number(Word());

        private long Number(string word) =>
            long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Damaged($"'{word}' stands where a number is needed");

        private long NumberAfter(string name)
        {
            Expect(name);
            return Number();
        }

        private uint ChecksumWord()
        {
            Expect("checksum");
            string word = Word();
            return uint.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint checksum) ? checksum : throw Damaged($"'{word}' stands where a checksum is needed");
        }

        private InvalidDataException Damaged(string what) => Damage.At(path, 0, what);
    }
}
