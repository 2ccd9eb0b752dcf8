using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Semblance.Index.Files;

/// <summary>Reads codes, and their ids where there are some, from the two places of a file of FAISS.</summary>
internal sealed class FaissBinaryReader : IDisposable
{
    private readonly string _path;
    private readonly FileStream _codes;
    private readonly FileStream? _ids;
    private readonly int _bytesPerRow;

    public FaissBinaryReader(string path, int? bits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _codes = OpenFile(path);
        try
        {
            string name = ReadHeader(out int width, out Count);
            bool withIds = name is FaissLayout.WithIds or FaissLayout.WithIdsBothWays;
            if (withIds)
            {
                RequireFlatInside(width, Count);
            }

            Bits = CheckedBits(bits, width);
            _bytesPerRow = width / 8;
            long end = RequireCodes();
            _ids = withIds ? OpenIds(end) : null;
            if (!withIds)
            {
                RequireEnd(end);
            }
        }
        catch
        {
            _codes.Dispose();
            _ids?.Dispose();
            throw;
        }

        Left = Count;
    }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>Rows that have not been read.</summary>
    public long Left { get; private set; }

    /// <summary>Rows of the file.</summary>
    public readonly long Count;

    /// <summary>The next rows.</summary>
    public FaissRows Read(int rows)
    {
        Codes codes = PackedRows.Read(_codes, rows, _bytesPerRow, Bits, _path);
        long[]? ids = _ids is null ? null : new long[rows];
        if (_ids?.ReadAtLeast(MemoryMarshal.AsBytes(ids.AsSpan()), rows * sizeof(long), throwOnEndOfStream: false) < rows * sizeof(long))
        {
            throw new InvalidDataException($"{_path}: it ended while its ids were read. Restore it from a copy.");
        }

        Left -= rows;
        return new FaissRows(codes, ids);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _codes.Dispose();
        _ids?.Dispose();
    }

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);

    private string ReadHeader(out int bits, out long rows)
    {
        Span<byte> head = stackalloc byte[FaissLayout.Header];
        int read = _codes.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        string name = read < 4 ? "" : Encoding.Latin1.GetString(head[..4]);
        if (FaissLayout.KindOf(name) is not { } kind)
        {
            throw new InvalidDataException($"{_path}: it does not begin as an index of FAISS. Write one with faiss.write_index_binary.");
        }

        if (name is not (FaissLayout.Flat or FaissLayout.WithIds or FaissLayout.WithIdsBothWays))
        {
            throw new InvalidDataException($"{_path}: it is {kind} ({name}); flat binary indexes can be read, alone or with ids. Write its codes as faiss.IndexBinaryFlat, or as .npy.");
        }

        if (read < head.Length)
        {
            throw new InvalidDataException($"{_path}: it ends in its header, after {_codes.Position} bytes. Restore it from a copy, or write it again.");
        }

        bits = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        int bytes = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        rows = BinaryPrimitives.ReadInt64LittleEndian(head[12..]);
        bool sound = bits is > 0 and <= Codes.MaxBits && bits % 8 == 0 && rows >= 0 && (bytes == bits / 8 || (bytes == 0 && name != FaissLayout.Flat));
        return sound ? name : throw new InvalidDataException($"{_path}: its header at byte {_codes.Position - head.Length} says {rows} codes of {bits} bits in {bytes} bytes each; that is damaged, or longer than {Codes.MaxBits} bits. Restore it from a copy, or write it again.");
    }

    private void RequireFlatInside(int bits, long rows)
    {
        string inside = ReadHeader(out int insideBits, out long insideRows);
        if (inside != FaissLayout.Flat)
        {
            throw new InvalidDataException($"{_path}: its ids are around {FaissLayout.KindOf(inside)}; a flat index is needed there. Write it as faiss.IndexBinaryIDMap of a faiss.IndexBinaryFlat.");
        }

        if (insideBits != bits || insideRows != rows)
        {
            throw new InvalidDataException($"{_path}: its two headers say {rows} codes of {bits} bits and {insideRows} of {insideBits}; they must agree. Restore it from a copy, or write it again.");
        }
    }

    private int CheckedBits(int? bits, int width) => bits is not { } asked ? width
        : asked <= width && Codes.BytesFor(asked) == width / 8 ? asked
        : throw new InvalidDataException($"{_path}: its codes have {width} bits; {asked} were asked for. Give the number that they were encoded with.");

    /// <summary>Reads the length before the codes and returns where they end.</summary>
    private long RequireCodes()
    {
        UInt128 length = ReadLength("codes");
        UInt128 needed = (UInt128)Count * (uint)_bytesPerRow;
        if (length != needed)
        {
            throw new InvalidDataException($"{_path}: at byte {_codes.Position - FaissLayout.Length} it says that {length} bytes of codes follow; {Count} codes of {_bytesPerRow} bytes need {needed}. Restore it from a copy, or write it again.");
        }

        RequireRest(_codes.Position, needed, $"{Count} codes");
        return _codes.Position + (long)needed;
    }

    private FileStream OpenIds(long at)
    {
        long codes = _codes.Position;
        _codes.Position = at;
        UInt128 ids = ReadLength("ids");
        if (ids != (UInt128)Count)
        {
            throw new InvalidDataException($"{_path}: {ids} ids follow at byte {at}; {Count} codes need one each. Restore it from a copy, or write it again.");
        }

        long first = _codes.Position;
        RequireRest(first, ids * sizeof(long), $"{ids} ids");
        RequireEnd(first + (Count * sizeof(long)));
        _codes.Position = codes;
        FileStream stream = OpenFile(_path);
        stream.Position = first;
        return stream;
    }

    private UInt128 ReadLength(string what)
    {
        Span<byte> bytes = stackalloc byte[FaissLayout.Length];
        long at = _codes.Position;
        return _codes.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? BinaryPrimitives.ReadUInt64LittleEndian(bytes)
            : throw new InvalidDataException($"{_path}: it ends at byte {_codes.Length}, where at byte {at} the number of its {what} is needed. Restore it from a copy, or write it again.");
    }

    private void RequireRest(long at, UInt128 needed, string what)
    {
        long found = _codes.Length - at;
        if ((UInt128)found < needed)
        {
            throw new InvalidDataException($"{_path}: {found} bytes follow byte {at}; {what} need {needed}. It was cut off; restore it from a copy, or write it again.");
        }
    }

    private void RequireEnd(long end)
    {
        if (_codes.Length != end)
        {
            throw new InvalidDataException($"{_path}: {_codes.Length - end} bytes follow its end at byte {end}. Restore it from a copy, or write it again.");
        }
    }
}
