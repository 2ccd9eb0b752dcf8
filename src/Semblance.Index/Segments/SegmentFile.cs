using System.Buffers.Binary;
using System.Text;
using Semblance.Index.Files;
using Semblance.Index.Storage;

namespace Semblance.Index.Segments;

/// <summary>A mapped segment file whose header and footer are right; its columns are checked when they are touched.</summary>
internal sealed class SegmentFile : IDisposable
{
    private readonly MappedFile _map;
    private readonly Dictionary<string, Place> _columns = new(StringComparer.Ordinal);

    /// <summary>Opens a segment file.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="name">Its name.</param>
    /// <param name="length">The length that the manifest says.</param>
    /// <param name="checksum">The checksum of the footer that the manifest says.</param>
    /// <exception cref="InvalidDataException">It is not the file that was written.</exception>
    public SegmentFile(FileStore store, string name, long length, uint checksum)
    {
        FilePath = store.PathOf(name);
        _map = store.Map(name);
        try
        {
            ReadHeader(length);
            ReadFooter(checksum);
        }
        catch
        {
            _map.Dispose();
            throw;
        }
    }

    /// <summary>Its place, for messages.</summary>
    public string FilePath { get; }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; private set; }

    /// <summary>What the ids are.</summary>
    public IdKind Ids { get; private set; }

    /// <summary>Number of items.</summary>
    public int Items { get; private set; }

    /// <summary>Number of different codes.</summary>
    public int Rows { get; private set; }

    /// <summary>Bytes of the file.</summary>
    public long Length => _map.Length;

    /// <summary>Names and bytes of the columns.</summary>
    public IEnumerable<(string Name, long Bytes)> Columns => _columns.Select(column => (column.Key, column.Value.Bytes));

    /// <summary>Whether there is a column of a name.</summary>
    public bool Has(string name) => _columns.ContainsKey(name);

    /// <summary>A column of a known number of values.</summary>
    /// <exception cref="InvalidDataException">It is missing or has another length.</exception>
    public Column<T> Column<T>(string name, long count)
        where T : unmanaged
    {
        Column<T> column = Column<T>(name);
        return column.Length == count ? column : throw Damaged(_columns[name].Offset, $"the column '{name}' has {column.Length} values, {count} are needed");
    }

    /// <summary>A column of any number of values.</summary>
    /// <exception cref="InvalidDataException">It is missing or not a whole number of values.</exception>
    public unsafe Column<T> Column<T>(string name)
        where T : unmanaged
    {
        if (!_columns.TryGetValue(name, out Place? place))
        {
            throw Damaged(Length, $"the column '{name}' is missing");
        }

        long count = place.Bytes / sizeof(T);
        return place.Bytes % sizeof(T) == 0 && count <= Array.MaxLength
            ? new Column<T>(_map.Values<T>(place.Offset, (int)count), place.Guard)
            : throw Damaged(place.Offset, $"the column '{name}' has {place.Bytes} bytes, not a whole number of values");
    }

    /// <summary>Checks every block of every column that has not been checked.</summary>
    public void Verify(CancellationToken cancellation)
    {
        foreach (Place place in _columns.Values)
        {
            for (long offset = 0; offset < place.Bytes; offset += SegmentLayout.BlockBytes)
            {
                cancellation.ThrowIfCancellationRequested();
                place.Check((int)(offset / SegmentLayout.BlockBytes));
            }
        }
    }

    /// <summary>The error of a place in the file.</summary>
    public InvalidDataException Damaged(long offset, string what) => Damage.At(FilePath, offset, what);

    /// <inheritdoc/>
    public void Dispose() => _map.Dispose();

    private void ReadHeader(long length)
    {
        if (_map.Length != length || length < SegmentLayout.HeaderLength + SegmentLayout.TrailerLength)
        {
            throw Damaged(_map.Length, $"the file has {_map.Length} bytes, the manifest says {length}");
        }

        ReadOnlySpan<byte> header = _map.Bytes(0, SegmentLayout.HeaderLength);
        if (!header.StartsWith(SegmentLayout.Magic) || Checksum.Of(header[..12]) != BinaryPrimitives.ReadUInt32LittleEndian(header[12..]))
        {
            throw Damaged(0, "this is not the header of a segment");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (version != SegmentLayout.Version)
        {
            throw new InvalidDataException($"{FilePath}: the segment has version {version}; this program reads version {SegmentLayout.Version}. Use a newer program.");
        }
    }

    private void ReadFooter(uint checksum)
    {
        long trailerAt = _map.Length - SegmentLayout.TrailerLength;
        ReadOnlySpan<byte> trailer = _map.Bytes(trailerAt, SegmentLayout.TrailerLength);
        long footerAt = BinaryPrimitives.ReadInt64LittleEndian(trailer);
        int footerLength = BinaryPrimitives.ReadInt32LittleEndian(trailer[8..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[12..]) != checksum || footerLength < SegmentLayout.FixedFooter || footerAt < 0 || footerAt != trailerAt - footerLength)
        {
            throw Damaged(trailerAt, "the end of the segment is not what the manifest says");
        }

        if (Checksum.Of(_map.Bytes(footerAt, footerLength + SegmentLayout.TrailerLength - sizeof(uint))) != checksum)
        {
            throw Damaged(footerAt, "the footer has a wrong checksum");
        }

        ReadDirectory(_map.Bytes(footerAt, footerLength), footerAt);
    }

    private void ReadDirectory(ReadOnlySpan<byte> footer, long footerAt)
    {
        Bits = BinaryPrimitives.ReadInt32LittleEndian(footer);
        Ids = (IdKind)BinaryPrimitives.ReadInt32LittleEndian(footer[4..]);
        Items = BinaryPrimitives.ReadInt32LittleEndian(footer[8..]);
        Rows = BinaryPrimitives.ReadInt32LittleEndian(footer[12..]);
        int columns = BinaryPrimitives.ReadInt32LittleEndian(footer[16..]);
        if (Bits is < 1 or > Codes.MaxBits || !Enum.IsDefined(Ids) || Rows < 1 || Items < Rows)
        {
            throw Damaged(footerAt, $"{Items} items in {Rows} rows of {Bits} bits are not possible");
        }

        footer = footer[SegmentLayout.FixedFooter..];
        for (int i = 0; i < columns; i++)
        {
            footer = ReadColumn(footer, footerAt);
        }
    }

    private ReadOnlySpan<byte> ReadColumn(ReadOnlySpan<byte> footer, long footerAt)
    {
        int name = footer.IsEmpty ? 0 : footer[0];
        if (footer.Length < 1 + name + 20)
        {
            throw Damaged(footerAt, "the list of columns is cut off");
        }

        ReadOnlySpan<byte> rest = footer[(1 + name)..];
        long offset = BinaryPrimitives.ReadInt64LittleEndian(rest);
        long bytes = BinaryPrimitives.ReadInt64LittleEndian(rest[8..]);
        int blocks = BinaryPrimitives.ReadInt32LittleEndian(rest[16..]);
        rest = rest[20..];
        if (offset < 0 || bytes < 0 || offset > footerAt - bytes || offset % SegmentLayout.Alignment != 0 || blocks != SegmentLayout.BlocksOf(bytes) || rest.Length / sizeof(uint) < blocks)
        {
            throw Damaged(footerAt, $"a column of {bytes} bytes at {offset} with {blocks} blocks is not possible");
        }

        string text = Encoding.ASCII.GetString(footer.Slice(1, name));
        _columns[text] = new Place(this, text, offset, bytes, rest[..(blocks * sizeof(uint))].ToArray());
        return rest[(blocks * sizeof(uint))..];
    }

    private sealed class Place
    {
        private readonly SegmentFile _file;
        private readonly string _name;
        private readonly byte[] _checksums;

        public Place(SegmentFile file, string name, long offset, long bytes, byte[] checksums)
        {
            (_file, _name, Offset, Bytes, _checksums) = (file, name, offset, bytes, checksums);
            Guard = new ColumnGuard(SegmentLayout.BlockBytes, SegmentLayout.BlocksOf(bytes), Check);
        }

        public long Offset { get; }

        public long Bytes { get; }

        public ColumnGuard Guard { get; }

        public void Check(int block)
        {
            long start = (long)block * SegmentLayout.BlockBytes;
            uint found = Checksum.Of(_file._map.Bytes(Offset + start, (int)Math.Min(SegmentLayout.BlockBytes, Bytes - start)));
            uint written = BinaryPrimitives.ReadUInt32LittleEndian(_checksums.AsSpan(block * sizeof(uint)));
            if (found != written)
            {
                throw _file.Damaged(Offset + start, $"a block of the column '{_name}' has checksum {found:x8}, {written:x8} was written");
            }
        }
    }
}
