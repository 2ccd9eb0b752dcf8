using System.Buffers.Binary;
using Semblance.Index.Files;
using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index.Log;

/// <summary>The whole records of a log that was read.</summary>
/// <param name="Bodies">What the records say, in order.</param>
/// <param name="NextSequence">Sequence number of the record that comes next.</param>
/// <param name="GoodLength">Bytes of the log up to the end of its last whole record.</param>
internal sealed record LogContents(IReadOnlyList<ReadOnlyMemory<byte>> Bodies, long NextSequence, long GoodLength)
{
    /// <summary>Reads a log. What a power cut tore at its end is left out; anything else that is wrong is an error.</summary>
    /// <exception cref="InvalidDataException">The log is damaged.</exception>
    public static LogContents Read(FileStore store, LogEntry entry, int bits, IdKind ids)
    {
        string path = store.PathOf(entry.FileName);
        byte[] bytes = store.Read(entry.FileName);
        RequireHeader(path, bytes, entry, bits, ids);
        var bodies = new List<ReadOnlyMemory<byte>>();
        long sequence = entry.FirstSequence;
        int at = LogLayout.HeaderLength;
        while (RecordAt(bytes, at) is { } body && SequenceAt(bytes, at) == sequence)
        {
            bodies.Add(body);
            sequence++;
            at += (int)LogLayout.RecordLength(body.Length);
        }

        if (at < entry.Length || SomeoneSawSynced(bytes, at, sequence))
        {
            throw Damage.At(path, at, "a record that was on the disk cannot be read");
        }

        return new LogContents(bodies, sequence, at);
    }

    private static void RequireHeader(string path, byte[] bytes, LogEntry entry, int bits, IdKind ids)
    {
        ReadOnlySpan<byte> header = bytes.AsSpan(0, Math.Min(bytes.Length, LogLayout.HeaderLength));
        if (header.Length < LogLayout.HeaderLength || !header.StartsWith(LogLayout.Magic) || Checksum.Of(header[..28]) != BinaryPrimitives.ReadUInt32LittleEndian(header[28..]))
        {
            throw Damage.At(path, 0, "this is not the header of a log");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != LogLayout.Version)
        {
            throw new InvalidDataException($"{path}: the log has version {BinaryPrimitives.ReadUInt32LittleEndian(header[8..])}; this program reads version {LogLayout.Version}. Use a newer program.");
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(header[12..]) != bits || BinaryPrimitives.ReadInt32LittleEndian(header[16..]) != (int)ids
            || BinaryPrimitives.ReadInt64LittleEndian(header[20..]) != entry.FirstSequence)
        {
            throw Damage.At(path, 12, "the log is not the one that the manifest names");
        }
    }

    /// <summary>The body of the record at a place, or null where there is no whole one.</summary>
    private static ReadOnlyMemory<byte>? RecordAt(byte[] bytes, int at)
    {
        if (bytes.Length - at < LogLayout.RecordHeader)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4));
        if (at + LogLayout.RecordLength(length) > bytes.Length)
        {
            return null;
        }

        uint written = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
        if (Checksum.Of(bytes.AsSpan(at + sizeof(uint), LogLayout.RecordHeader - sizeof(uint) + (int)length)) != written)
        {
            return null;
        }

        return bytes.AsMemory(at + LogLayout.RecordHeader, (int)length);
    }

    private static long SequenceAt(byte[] bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + 8));

    /// <summary>Whether a later record says that the bytes at a place were on the disk before it was written.</summary>
    private static bool SomeoneSawSynced(byte[] bytes, int bad, long sequence)
    {
        for (int at = bad; at <= bytes.Length - LogLayout.RecordHeader; at += LogLayout.Alignment)
        {
            long later = SequenceAt(bytes, at) - sequence;
            long synced = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + 16));
            if (later > 0 && later <= (bytes.Length - bad) / LogLayout.RecordHeader && synced > bad && synced <= at && RecordAt(bytes, at) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
