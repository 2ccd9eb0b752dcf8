using System.Buffers.Binary;
using System.Text;

namespace Semblance.Index.Files;

/// <summary>Reads a file of codes or embeddings block by block; memory is bounded by one block.</summary>
public sealed class RowFileReader : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private long _rows;
    private int _blocks;

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidDataException">Not such a file, of a newer version, or its header is damaged.</exception>
    public RowFileReader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        try
        {
            (Format, Metadata) = ReadHeader();
            GoodLength = _stream.Position;
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>What the rows are.</summary>
    public RowFormat Format { get; }

    /// <summary>The JSON text that the writer stored, such as the model's fingerprint and the class names; empty where there is none.</summary>
    public string Metadata { get; }

    /// <summary>Whether the end of the file was reached and agrees with what was read.</summary>
    public bool Finished { get; private set; }

    /// <summary>Length of the file up to the last whole block that was read.</summary>
    internal long GoodLength { get; private set; }

    /// <summary>Rows and blocks read so far.</summary>
    internal (long Rows, int Blocks) Progress => (_rows, _blocks);

    /// <summary>The blocks of the file, in order.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, cut off, or was not finished.</exception>
    public IEnumerable<RowBlock> Blocks()
    {
        while (Next(out string? fault) is var block)
        {
            if (fault is not null)
            {
                throw new InvalidDataException(fault);
            }

            if (block is null)
            {
                yield break;
            }

            yield return block;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>The next block; null at the end, or with <paramref name="fault"/> where no whole block follows.</summary>
    internal RowBlock? Next(out string? fault)
    {
        fault = null;
        if (Finished)
        {
            return null;
        }

        Span<byte> head = stackalloc byte[RowFileLayout.FixedBlock];
        int read = _stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (read < head.Length)
        {
            fault = $"{_path}: it ends after {_rows} rows without its end mark; it was cut off or is still being written. Finish or repeat the encoding.";
            return null;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(head) switch
        {
            RowFileLayout.BlockTag => ReadBlock(head, out fault),
            RowFileLayout.EndTag => ReadEnd(head, out fault),
            _ => Fault($"block {_blocks} begins with unknown bytes", out fault),
        };
    }

    private RowBlock? ReadBlock(ReadOnlySpan<byte> head, out string? fault)
    {
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        uint itemBytes = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        long length = head.Length + (long)itemBytes + ((long)count * Format.BytesPerRow) + RowFileLayout.CrcLength;
        if (length > Array.MaxLength || length - head.Length > _stream.Length - _stream.Position)
        {
            return Fault($"block {_blocks} says that it has {length} bytes, more than the file", out fault);
        }

        var bytes = new byte[length];
        head.CopyTo(bytes);
        _stream.ReadExactly(bytes, head.Length, bytes.Length - head.Length);
        if (!RowFileLayout.IsSealed(bytes))
        {
            return Fault($"block {_blocks} has a wrong checksum", out fault);
        }

        int rowsAt = head.Length + (int)itemBytes;
        if (RowFileLayout.ReadItems(bytes.AsSpan(head.Length, (int)itemBytes), (int)count) is not { } items)
        {
            return Fault($"block {_blocks} has items that do not follow the layout", out fault);
        }

        fault = null;
        _rows += count;
        _blocks++;
        GoodLength = _stream.Position;
        return new RowBlock(Format, items, bytes[rowsAt..^RowFileLayout.CrcLength]);
    }

    private RowBlock? ReadEnd(ReadOnlySpan<byte> head, out string? fault)
    {
        var bytes = new byte[RowFileLayout.EndLength];
        head.CopyTo(bytes);
        int rest = bytes.Length - head.Length;
        if (_stream.ReadAtLeast(bytes.AsSpan(head.Length), rest, throwOnEndOfStream: false) < rest || !RowFileLayout.IsSealed(bytes))
        {
            return Fault("its end mark is damaged", out fault);
        }

        ulong rows = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(4));
        uint blocks = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        if (rows != (ulong)_rows || blocks != _blocks)
        {
            return Fault($"its end mark says {rows} rows in {blocks} blocks, {_rows} rows in {_blocks} blocks were read", out fault);
        }

        if (_stream.Position != _stream.Length)
        {
            return Fault($"{_stream.Length - _stream.Position} bytes follow its end mark", out fault);
        }

        fault = null;
        Finished = true;
        return null;
    }

    private RowBlock? Fault(string what, out string? fault)
    {
        fault = $"{_path}: {what}. The file is damaged; restore it from a copy or repeat the encoding.";
        return null;
    }

    private (RowFormat Format, string Metadata) ReadHeader()
    {
        var head = new byte[RowFileLayout.FixedHeader];
        int read = _stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (read < head.Length || !head.AsSpan(0, 8).SequenceEqual(RowFileLayout.Magic))
        {
            throw new InvalidDataException($"{_path}: this is not a file of codes or embeddings. Give a file that 'encode' wrote.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8));
        if (version != RowFileLayout.Version)
        {
            throw new InvalidDataException($"{_path}: the file has version {version}; this program reads version {RowFileLayout.Version}. Use the program that wrote it, or repeat the encoding.");
        }

        return ReadRestOfHeader(head);
    }

    private (RowFormat Format, string Metadata) ReadRestOfHeader(byte[] head)
    {
        uint kind = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(12));
        uint width = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(16));
        uint metadataLength = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(20));
        long rest = (long)metadataLength + RowFileLayout.CrcLength;
        if (metadataLength > RowFileLayout.MaxMetadata || rest > _stream.Length - _stream.Position)
        {
            throw new InvalidDataException($"{_path}: the header is cut off or damaged. Restore the file from a copy or repeat the encoding.");
        }

        var bytes = new byte[head.Length + rest];
        head.CopyTo(bytes, 0);
        _stream.ReadExactly(bytes, head.Length, (int)rest);
        bool known = kind <= (uint)RowKind.Embedding && width >= 1 && width <= (kind == (uint)RowKind.Code ? Codes.MaxBits : 1 << 20);
        if (!RowFileLayout.IsSealed(bytes) || !known)
        {
            throw new InvalidDataException($"{_path}: the header is damaged. Restore the file from a copy or repeat the encoding.");
        }

        return (new RowFormat((RowKind)kind, (int)width), Encoding.UTF8.GetString(bytes.AsSpan(head.Length, (int)metadataLength)));
    }
}
