using System.Buffers.Binary;
using Semblance.Index.Files;
using Semblance.Index.Storage;

namespace Semblance.Index.Log;

/// <summary>Appends records to the log.</summary>
internal sealed class LogWriter : IDisposable
{
    private readonly StoredFile _file;

    private LogWriter(StoredFile file, long number, long firstSequence, long nextSequence)
    {
        (_file, Number, FirstSequence, NextSequence) = (file, number, firstSequence, nextSequence);
        Synced = file.Length;
    }

    /// <summary>Its number.</summary>
    public long Number { get; }

    /// <summary>Sequence number of its first record.</summary>
    public long FirstSequence { get; }

    /// <summary>Sequence number of the next record.</summary>
    public long NextSequence { get; private set; }

    /// <summary>Bytes in the log.</summary>
    public long Length => _file.Length;

    /// <summary>Bytes that are known to be on the disk.</summary>
    public long Synced { get; private set; }

    /// <summary>The log in the manifest.</summary>
    public LogEntry Entry => new(Number, FirstSequence, Synced);

    /// <summary>Begins a log and syncs its header.</summary>
    public static LogWriter Create(FileStore store, long number, long firstSequence, int bits, IdKind ids)
    {
        StoredFile file = store.Create(FileNames.Log(number));
        try
        {
            file.Append(Header(firstSequence, bits, ids));
            file.Sync();
            return new LogWriter(file, number, firstSequence, firstSequence);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a log behind its last whole record; what a power cut left of another one is cut off.</summary>
    public static LogWriter Continue(FileStore store, LogEntry entry, LogContents contents)
    {
        StoredFile file = store.Open(entry.FileName, contents.GoodLength);
        try
        {
            file.Sync();
            return new LogWriter(file, entry.Number, entry.FirstSequence, contents.NextSequence);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends a record; it is not synced.</summary>
    /// <param name="bodies">What it says, one piece after another.</param>
    /// <exception cref="IOException">It could not be written; the log is as before.</exception>
    /// <exception cref="LogBrokenException">It could not be written, and a part of it may stand in the log.</exception>
    public void Append(IReadOnlyList<byte[]> bodies)
    {
        try
        {
            _file.Append(Record(bodies));
        }
        catch
        {
            Trim();
            throw;
        }

        NextSequence++;
    }

    /// <summary>Returns when all records are on the disk.</summary>
    public void Sync()
    {
        if (Synced < _file.Length)
        {
            _file.Sync();
            Synced = _file.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Trim()
    {
        try
        {
            _file.Trim();
        }
        catch (Exception fault)
        {
            throw new LogBrokenException(fault);
        }
    }

    private static byte[] Header(long firstSequence, int bits, IdKind ids)
    {
        var header = new byte[LogLayout.HeaderLength];
        LogLayout.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), LogLayout.Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), bits);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), (int)ids);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(20), firstSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), Checksum.Of(header.AsSpan(0, 28)));
        return header;
    }

    private byte[] Record(IReadOnlyList<byte[]> bodies)
    {
        long body = bodies.Sum(part => (long)part.Length);
        var record = new byte[LogLayout.RecordLength(body)];
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), (uint)body);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(8), NextSequence);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(16), Synced);
        int at = LogLayout.RecordHeader;
        foreach (byte[] part in bodies)
        {
            part.CopyTo(record, at);
            at += part.Length;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(record, Checksum.Of(record.AsSpan(sizeof(uint), at - sizeof(uint))));
        return record;
    }
}
