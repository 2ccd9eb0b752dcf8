using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Semblance.Index.Files;
using Semblance.Index.Storage;

namespace Semblance.Index.Segments;

/// <summary>Writes the columns of a segment one after another, with the checksum of every block.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly StoredFile _file;
    private readonly byte[] _block = new byte[SegmentLayout.BlockBytes];
    private readonly MemoryStream _directory = new();
    private readonly List<uint> _checksums = [];
    private int _filled;
    private int _columns;
    private string _name = "";
    private long _start;

    public SegmentWriter(FileStore store, string name)
    {
        _file = store.Create(name);
        Span<byte> header = stackalloc byte[SegmentLayout.HeaderLength];
        SegmentLayout.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], SegmentLayout.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Checksum.Of(header[..12]));
        _file.Append(header);
    }

    /// <summary>Begins a column; what is written until <see cref="EndColumn"/> belongs to it.</summary>
    public void BeginColumn(string name)
    {
        Pad();
        (_name, _start) = (name, _file.Length);
    }

    /// <summary>Writes values of the column.</summary>
    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        for (ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values); !bytes.IsEmpty;)
        {
            int taken = Math.Min(bytes.Length, _block.Length - _filled);
            bytes[..taken].CopyTo(_block.AsSpan(_filled));
            bytes = bytes[taken..];
            _filled += taken;
            if (_filled == _block.Length)
            {
                WriteBlock();
            }
        }
    }

    /// <summary>Ends the column.</summary>
    public void EndColumn()
    {
        WriteBlock();
        using var writer = new BinaryWriter(_directory, Encoding.ASCII, leaveOpen: true);
        writer.Write((byte)_name.Length);
        writer.Write(Encoding.ASCII.GetBytes(_name));
        writer.Write(_start);
        writer.Write(_file.Length - _start);
        writer.Write(_checksums.Count);
        _checksums.ForEach(writer.Write);
        _checksums.Clear();
        _columns++;
    }

    /// <summary>Writes a whole column.</summary>
    public void Column<T>(string name, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        BeginColumn(name);
        Write(values);
        EndColumn();
    }

    /// <summary>Writes the footer and syncs the file.</summary>
    /// <returns>The length of the file and the checksum of its footer.</returns>
    public (long Length, uint Checksum) Complete(int bits, IdKind ids, int items, int rows)
    {
        Pad();
        var footer = new byte[SegmentLayout.FixedFooter + _directory.Length + SegmentLayout.TrailerLength];
        int[] counts = [bits, (int)ids, items, rows, _columns];
        MemoryMarshal.AsBytes(counts.AsSpan()).CopyTo(footer);
        _directory.ToArray().CopyTo(footer, SegmentLayout.FixedFooter);
        Span<byte> trailer = footer.AsSpan(footer.Length - SegmentLayout.TrailerLength);
        BinaryPrimitives.WriteInt64LittleEndian(trailer, _file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(trailer[8..], footer.Length - SegmentLayout.TrailerLength);
        uint checksum = Checksum.Of(footer.AsSpan(0, footer.Length - sizeof(uint)));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[12..], checksum);
        _file.Append(footer);
        _file.Sync();
        return (_file.Length, checksum);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _directory.Dispose();
    }

    private void WriteBlock()
    {
        if (_filled > 0)
        {
            _checksums.Add(Checksum.Of(_block.AsSpan(0, _filled)));
            _file.Append(_block.AsSpan(0, _filled));
            _filled = 0;
        }
    }

    private void Pad()
    {
        int over = (int)(_file.Length % SegmentLayout.Alignment);
        if (over != 0)
        {
            _file.Append(new byte[SegmentLayout.Alignment - over]);
        }
    }
}
